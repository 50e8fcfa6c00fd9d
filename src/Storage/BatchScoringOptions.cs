using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="BatchScoring.RecommendAllToParquetAsync"/>.</summary>
public sealed record BatchScoringOptions
{
    internal const string Stage = "RecommendAllToParquet";

    /// <summary>Items of a user's list, at least 1.</summary>
    /// <value>The default is 10.</value>
    public int Count { get; init; } = 10;

    /// <summary>Whether to leave out the items the data has for a user.</summary>
    /// <value>The default is true.</value>
    public bool ExcludeSeen { get; init; } = true;

    /// <summary>
    /// Rows after which a row group is written, at least 1. A group holds whole lists, so that it may be longer by one list; memory holds
    /// one group.
    /// </summary>
    /// <value>The default is 100,000.</value>
    public int RowGroupSize { get; init; } = 100_000;

    /// <summary>Threads; 0 takes all cores. The file does not depend on it.</summary>
    /// <value>The default is 0.</value>
    public int Threads { get; init; }

    /// <summary>Refuses illegal options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(Stage);
        check.AtLeast(Count, 1, nameof(Count));
        check.AtLeast(RowGroupSize, 1, nameof(RowGroupSize));
        check.AtLeast(Threads, 0, nameof(Threads));
    }
}
