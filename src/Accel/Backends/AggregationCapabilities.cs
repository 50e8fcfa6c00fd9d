namespace HybridRec.MLNet.Accel;

/// <summary>What a backend can do; a call of anything else is a <see cref="NotSupportedException"/>.</summary>
public sealed record AggregationCapabilities
{
    /// <summary>What a backend has that says nothing: products in Single, which training needs.</summary>
    public static AggregationCapabilities SingleOnly { get; } = new() { Single = true };

    /// <summary>Whether it aggregates tables of Single.</summary>
    /// <value>The default is false.</value>
    public bool Single { get; init; }

    /// <summary>Whether it aggregates tables of 8 bits, byte for byte as the reference.</summary>
    /// <value>The default is false.</value>
    public bool Int8 { get; init; }

    /// <summary>Whether it samples neighbors, uniformly and by importance, as the reference.</summary>
    /// <value>The default is false.</value>
    public bool Sampling { get; init; }

    /// <summary>Longest row of a table in 8 bits.</summary>
    /// <value>The default is <see cref="int.MaxValue"/>.</value>
    public int MostDimension { get; init; } = int.MaxValue;

    /// <summary>Most neighbors drawn for a node, at most <see cref="NeighborTable.MostFanout"/>.</summary>
    /// <value>The default is <see cref="NeighborTable.MostFanout"/>.</value>
    public int MostFanout { get; init; } = NeighborTable.MostFanout;
}
