using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>
/// Pairs of related items: bought together, of one series, similar by content. Edges have no direction; a pair given more than once, either
/// way round, is one edge of its largest strength, and an item is not related to itself. Pairs with an item that the key column of the
/// training data does not know are counted in the log and left out.
/// </summary>
/// <param name="View">
/// The pairs, one a row: ids in two columns, <see cref="GnnEmbeddingOptions.ItemColumnName"/> and <see cref="RelatedItemColumnName"/>:
/// text, an integer or a key, compared as text.
/// </param>
/// <param name="Weight">The weight of the relation's adjacency; finite, above 0. The default is 1.</param>
public sealed record GraphItemRelations([property: NotInFingerprint] IDataView View, float Weight = 1f)
{
    /// <summary>Column of the other item's id.</summary>
    /// <value>The default is "RelatedItem".</value>
    public string RelatedItemColumnName { get; init; } = "RelatedItem";

    /// <summary>
    /// Column of the strength of a pair: a finite number above 0, which takes the place of the 1 of an edge,
    /// in the sums that normalize too.
    /// </summary>
    /// <value>The default is null: every pair has strength 1.</value>
    public string? StrengthColumnName { get; init; }

    /// <summary>Text or key column that names the type of a pair. Goes with <see cref="EdgeTypes"/>.</summary>
    /// <value>The default is null: all pairs are of one type.</value>
    public string? EdgeTypeColumnName { get; init; }

    /// <summary>
    /// The types of pairs to take, none of them a target; the weight of a type is multiplied by <see cref="Weight"/>.
    /// Pairs of other types are left out.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<GraphEdgeType> EdgeTypes { get; init; } = [];
}
