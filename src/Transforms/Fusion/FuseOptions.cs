namespace HybridRec.MLNet;

/// <summary>Options of <see cref="FuseEstimator"/>: which columns are fused, and whom each describes.</summary>
/// <remarks>The output has the user's columns first, then the item's, then the context's, each in the given order.</remarks>
public sealed record FuseOptions
{
    /// <summary>Name of the fused column.</summary>
    /// <value>Features</value>
    public string OutputColumnName { get; init; } = "Features";

    /// <summary>Columns that describe the user: vectors of Single with a known size, or scalar Singles.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> UserColumns { get; init; } = [];

    /// <summary>Columns that describe the item. One whose name equals a user column's after the prefixes "User" and "Item" is its counterpart.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> ItemColumns { get; init; } = [];

    /// <summary>Columns that describe the interaction, such as the hour of the day.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> ContextColumns { get; init; } = [];
}
