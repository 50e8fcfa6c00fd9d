using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Filters;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet;

/// <summary>A fitted closed form: the score of an item for a user is the sum of B_ji over the items j that the user has. Immutable and safe to use from many threads.</summary>
/// <remarks>
/// A user without positives gets the share of users who took the item, the popularity; an item the model was not fitted with has 0. Only differences between the
/// scores of one user's items mean anything.
/// </remarks>
public sealed class GraphFilterModel
{
    internal GraphFilterModel(GraphFilterKind kind, InteractionGraph graph, IItemWeights weights) => (Kind, Graph, Weights) = (kind, graph, weights);

    /// <summary>The closed form.</summary>
    public GraphFilterKind Kind { get; }

    /// <summary>Users of the key it was fitted with.</summary>
    public int UserCount => Graph.UserCount;

    /// <summary>Items of the key it was fitted with.</summary>
    public int ItemCount => Graph.ItemCount;

    /// <summary>Distinct positives.</summary>
    public int InteractionCount => Graph.EdgeCount;

    /// <summary>False where the memory limit allowed only the weights of each item's neighbors; Turbo-CF is always exact.</summary>
    public bool IsExact => Weights is not SparseWeights;

    internal InteractionGraph Graph { get; }

    internal IItemWeights Weights { get; }

    /// <summary>The score of a pair.</summary>
    /// <param name="user">The user's key, 0-based; another number for an unknown user.</param>
    /// <param name="item">The item's key, 0-based; another number for an unknown item.</param>
    public float Score(int user, int item)
    {
        if ((uint)item >= (uint)ItemCount)
            return 0;
        var own = OwnItems(user);
        if (own.IsEmpty)
            return Popularity(item);
        float score = 0;
        foreach (int taken in own)
            score += Weights.Weight(taken, item);
        return score;
    }

    /// <summary>The scores of all items for a user.</summary>
    /// <param name="user">The user's key, 0-based; another number for an unknown user.</param>
    /// <param name="scores">Receives <see cref="ItemCount"/> scores.</param>
    /// <exception cref="ArgumentException">There is room for another number of scores.</exception>
    public void Score(int user, Span<float> scores)
    {
        if (scores.Length != ItemCount)
            throw new ArgumentException($"There is room for {scores.Length} scores; the model has {ItemCount} items.", nameof(scores));
        scores.Clear();
        var own = OwnItems(user);
        foreach (int taken in own)
            Weights.AddRow(taken, scores);
        for (int item = 0; own.IsEmpty && item < scores.Length; item++)
            scores[item] = Popularity(item);
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write((int)Kind);
        GraphIo.Write(writer, Graph);
        ItemWeights.Write(writer, Weights);
    }

    internal static GraphFilterModel Read(BinaryReader reader)
    {
        var kind = (GraphFilterKind)reader.ReadInt32();
        if (!Enum.IsDefined(kind))
            throw new FormatException($"there is no graph filter {(int)kind}");
        var graph = GraphIo.Read(reader);
        return new GraphFilterModel(kind, graph, ItemWeights.Read(reader, graph));
    }

    private ReadOnlySpan<int> OwnItems(int user) => (uint)user < (uint)UserCount ? Graph.ItemsOf(user) : [];

    private float Popularity(int item) => (float)Graph.UsersOf(item).Length / UserCount;
}
