namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.ColdItemSplit(Microsoft.ML.IDataView, ColdItemSplitOptions)"/>.</summary>
public sealed record ColdItemSplitOptions : SplitOptions
{
    /// <summary>Share of the distinct items that training never sees, in (0, 1).</summary>
    /// <value>The default is 0.1.</value>
    public double ItemFraction { get; init; } = 0.1;

    /// <summary>Seed of the choice.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;
}
