using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// What a graph has besides one type of interactions: several types of them, related items, attributes. The nodes of attributes follow the
/// users and items. The graph propagated over is <c>A = sum over types t of w_t A_t</c>, each A_t normalized by the degrees within its
/// type, as relational graph networks do: a type with many edges does not drown one with few. Sources: Schlichtkrull et al., "Modeling
/// Relational Data with Graph Convolutional Networks", ESWC 2018; Jin et al., "Multi-behavior Recommendation with Graph
/// Convolutional Networks", SIGIR 2020.
/// </summary>
internal sealed class GraphEdges
{
    private readonly IReadOnlyList<(GraphEdgeType Type, InteractionGraph Graph)> _behaviors;
    private readonly IReadOnlyList<NodeRelation> _relations;

    /// <param name="nodeCount">Users, items and attribute values.</param>
    /// <param name="behaviors">The interactions by type; none where all are of one, that of the loss.</param>
    /// <param name="relations">Edges of items, and of attributes.</param>
    public GraphEdges(
        int nodeCount, IReadOnlyList<(GraphEdgeType Type, InteractionGraph Graph)> behaviors, IReadOnlyList<NodeRelation> relations)
    {
        NodeCount = nodeCount;
        _behaviors = behaviors;
        _relations = relations;
    }

    /// <summary>Users, items and attribute values.</summary>
    public int NodeCount { get; }

    /// <summary>Reads the further edges of a fit; null where the options have none.</summary>
    /// <exception cref="ArgumentException">An attribute or relation has no edge.</exception>
    /// <exception cref="InvalidDataException">A strength is not a finite number above 0.</exception>
    public static GraphEdges? Read(IDataView view, InteractionRows rows, EdgeTypeRows? types, GnnEmbeddingOptions options, TrainingLog log)
    {
        if (types is null && !options.FurtherEdges.Any)
            return null;
        int nodeCount = rows.UserCount + rows.ItemCount;
        var relations = new List<NodeRelation>();
        for (int i = 0; i < options.FurtherEdges.ItemRelations.Count; i++)
            relations.AddRange(ItemRelationReader.Read(options.FurtherEdges.ItemRelations[i], i, view, rows.UserCount, options, log));
        relations.AddRange(AttributeReader.Read(view, rows.UserCount, ref nodeCount, options));
        foreach (NodeRelation relation in relations)
            log.Info($"{relation.EdgeCount} edges of {relation.Name}");
        return new GraphEdges(nodeCount, types is null ? [] : Behaviors(rows, types, options.PositiveThreshold, log), relations);
    }

    /// <summary>
    /// The same without pairs of users and items that are held out, whatever their type: a view of the very item that is to
    /// be predicted would give it away.
    /// </summary>
    public GraphEdges Without(InteractionGraph heldOut)
        => new(NodeCount, [.. _behaviors.Select(b => (b.Type, GraphSplit.Rest(b.Graph, heldOut)))], _relations);

    /// <summary>A.</summary>
    /// <param name="targets">The interactions of the loss; they are the edges where there are no types of them.</param>
    /// <param name="normalization">The constants within each type.</param>
    public CsrMatrix Adjacency(InteractionGraph targets, GraphNormalization normalization)
    {
        var terms = new List<(float Weight, CsrMatrix Matrix)>();
        if (_behaviors.Count == 0)
            terms.Add((1, targets.Adjacency(normalization)));
        terms.AddRange(_behaviors.Select(b => (b.Type.Weight, b.Graph.Adjacency(normalization))));
        terms.AddRange(_relations.Select(r => (r.Weight, r.Adjacency(NodeCount, normalization))));
        return Sum(terms);
    }

    private static List<(GraphEdgeType Type, InteractionGraph Graph)> Behaviors(
        InteractionRows rows, EdgeTypeRows types, float? threshold, TrainingLog log)
    {
        var behaviors = new List<(GraphEdgeType Type, InteractionGraph Graph)>(types.Types.Count);
        for (int t = 0; t < types.Types.Count; t++)
        {
            GraphEdgeType type = types.Types[t];
            InteractionGraph graph = GraphSplit.Pairs(
                rows, row => types.TypeOf[row] == t && (!type.IsTarget || rows.IsPositive(row, threshold)));
            behaviors.Add((type, graph));
            log.Info($"{graph.EdgeCount} edges of type '{type.Name}'");
        }

        return behaviors;
    }

    private CsrMatrix Sum(List<(float Weight, CsrMatrix Matrix)> terms)
    {
        int count = checked((int)terms.Sum(t => (long)t.Matrix.NonZeros));
        int[] rows = new int[count];
        int[] columns = new int[count];
        float[] values = new float[count];
        int entry = 0;
        foreach ((float weight, CsrMatrix matrix) in terms)
        {
            for (int row = 0; row < matrix.Rows; row++)
            {
                for (int e = matrix.RowOffsets[row]; e < matrix.RowOffsets[row + 1]; e++)
                    (rows[entry], columns[entry], values[entry++]) = (row, matrix.ColumnIndices[e], weight * matrix.Values[e]);
            }
        }

        return CsrMatrix.FromCoordinates(NodeCount, NodeCount, rows, columns, values);
    }
}
