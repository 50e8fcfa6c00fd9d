namespace HybridRec.MLNet;

/// <summary>
/// Edges of several types: behaviors, values of attributes, related items. Every type is normalized by itself, and their weighted sum is
/// propagated over. See docs/heterogeneous-graphs.md.
/// </summary>
public sealed record GraphEdgeOptions
{
    /// <summary>No further edges.</summary>
    internal static readonly GraphEdgeOptions None = new();

    /// <summary>
    /// Text or key column that names the behavior of a row (view, cart, buy). A row of a target type is an edge when its label is positive,
    /// a row of another type whatever its label; rows of types that <see cref="EdgeTypes"/> does not list, or of none, are left out.
    /// Goes with <see cref="EdgeTypes"/>.
    /// </summary>
    /// <value>The default is null: all rows are of one type.</value>
    public string? EdgeTypeColumnName { get; init; }

    /// <summary>The types of <see cref="EdgeTypeColumnName"/> that become edges, each with its weight; one at least is a target.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<GraphEdgeType> EdgeTypes { get; init; } = [];

    /// <summary>Columns whose values (authors, genres, brands) become nodes, joined to the items or users that have them.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<GraphAttributeEdges> AttributeEdges { get; init; } = [];

    /// <summary>Views of related items (bought together, same series), each an edge type of its own.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<GraphItemRelations> ItemRelations { get; init; } = [];

    /// <summary>
    /// Whether the other types of edges place users and items that have no interaction of the loss; otherwise they get what unconnected
    /// ones get. Items placed so were never negatives, so they crowd the top of full rankings more than they deserve: turn it off where
    /// such items should not be recommended.
    /// </summary>
    /// <value>The default is true.</value>
    public bool ColdFromEdges { get; init; } = true;

    /// <summary>Whether there is any edge besides the interactions of one type.</summary>
    internal bool Any => EdgeTypeColumnName is not null || AttributeEdges.Count + ItemRelations.Count > 0;
}
