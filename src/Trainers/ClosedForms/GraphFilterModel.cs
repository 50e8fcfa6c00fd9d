using HybridRec.MLNet.Accel;
using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet;

/// <summary>
/// A fitted closed form: scores x_u B, with x_u the items that the user has. Immutable and safe to use from many threads.
/// </summary>
/// <remarks>
/// A user without positives gets the share of users who took the item, the popularity; an item the model was not fitted with has 0. Only
/// differences between the scores of one user's items mean anything.
/// </remarks>
public sealed class GraphFilterModel
{
    internal GraphFilterModel(FilterKind kind, InteractionGraph graph, IItemFilter filter) => (Kind, Graph, Filter) = (kind, graph, filter);

    /// <summary>Users of the key it was fitted with.</summary>
    public int UserCount => Graph.UserCount;

    /// <summary>Items of the key it was fitted with.</summary>
    public int ItemCount => Graph.ItemCount;

    /// <summary>Distinct positives.</summary>
    public int InteractionCount => Graph.EdgeCount;

    /// <summary>
    /// False where the memory limit allowed EASE or L3AE only the weights of each item's neighbors; the other forms are always exact.
    /// </summary>
    public bool IsExact => Filter is not SparseWeights || Kind == FilterKind.ItemKnn;

    internal FilterKind Kind { get; }

    internal InteractionGraph Graph { get; }

    internal IItemFilter Filter { get; }

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
        return Filter.Score(own, item);
    }

    /// <summary>The scores of all items for a user.</summary>
    /// <param name="user">The user's key, 0-based; another number for an unknown user.</param>
    /// <param name="scores">Receives <see cref="ItemCount"/> scores.</param>
    /// <exception cref="ArgumentException">There is room for another number of scores.</exception>
    public void Score(int user, Span<float> scores)
    {
        if (scores.Length != ItemCount)
            throw new ArgumentException($"There is room for {scores.Length} scores; the model has {ItemCount} items.", nameof(scores));
        var own = OwnItems(user);
        if (own.IsEmpty)
            FillPopularity(scores);
        else
            Filter.Score(own, scores);
    }

    /// <summary>The scores of all items for a block of users: users x items, row-major.</summary>
    internal void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        for (int first = 0; first < users.Length;)
        {
            if (OwnItems(users[first]).IsEmpty)
            {
                FillPopularity(scores.Slice(first++ * ItemCount, ItemCount));
                continue;
            }

            int end = first + 1;
            while (end < users.Length && !OwnItems(users[end]).IsEmpty)
                end++;
            Filter.Score(Graph, users[first..end], scores[(first * ItemCount)..(end * ItemCount)]);
            first = end;
        }
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write((int)Kind);
        GraphIo.Write(writer, Graph);
        ItemFilters.Write(writer, Filter);
    }

    internal static GraphFilterModel Read(BinaryReader reader)
    {
        var kind = (FilterKind)reader.ReadInt32();
        if (!Enum.IsDefined(kind))
            throw new FormatException($"there is no graph filter {(int)kind}");
        var graph = GraphIo.Read(reader);
        return new GraphFilterModel(kind, graph, ItemFilters.Read(reader, graph));
    }

    private ReadOnlySpan<int> OwnItems(int user) => (uint)user < (uint)UserCount ? Graph.ItemsOf(user) : [];

    private void FillPopularity(Span<float> scores)
    {
        for (int item = 0; item < scores.Length; item++)
            scores[item] = Popularity(item);
    }

    private float Popularity(int item) => (float)Graph.UsersOf(item).Length / UserCount;
}
