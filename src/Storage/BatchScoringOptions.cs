using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="BatchScoring.RecommendAllToParquetAsync"/>.</summary>
public sealed record BatchScoringOptions
{
    internal const string Stage = "RecommendAllToParquet";

    /// <summary>Items of a user's list, at least 1.</summary>
    /// <value>10</value>
    public int Count { get; init; } = 10;

    /// <summary>Whether to leave out the items the data has for a user.</summary>
    /// <value>true</value>
    public bool ExcludeSeen { get; init; } = true;

    /// <summary>
    /// Rows after which a row group is written, at least 1. A group holds whole lists, so that it may be longer by one list; memory holds
    /// one group.
    /// </summary>
    /// <value>100000</value>
    public int RowGroupSize { get; init; } = 100_000;

    /// <summary>Threads; 0 takes all cores. The file does not depend on it.</summary>
    /// <value>0</value>
    public int Threads { get; init; }

    internal BatchScoringOptions Checked()
    {
        new OptionCheck(Stage).Require(Count >= 1, Count, "1 or more", nameof(Count));
        new OptionCheck(Stage).Require(RowGroupSize >= 1, RowGroupSize, "1 or more", nameof(RowGroupSize));
        new OptionCheck(Stage).Require(Threads >= 0, Threads, "0 or more", nameof(Threads));
        return this;
    }
}
