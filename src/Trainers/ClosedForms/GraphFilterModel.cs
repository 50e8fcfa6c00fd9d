using System.Buffers;
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
    private readonly InteractionGraph _fitted; // what the filter was fitted to
    private readonly InteractionGraph _told;   // what users have of what the filter knows

    internal GraphFilterModel(FilterKind kind, InteractionGraph graph, IItemFilter filter, InteractionGraph? fitted = null)
    {
        (Kind, Graph, Filter, _fitted) = (kind, graph, filter, fitted ?? graph);
        _told = fitted is null ? graph : Told();
    }

    /// <summary>Users of the key, those that came by an update included.</summary>
    public int UserCount => Graph.UserCount;

    /// <summary>Items of the key, those that came by an update included.</summary>
    public int ItemCount => Graph.ItemCount;

    /// <summary>Distinct positives.</summary>
    public int InteractionCount => Graph.EdgeCount;

    /// <summary>
    /// False where the memory limit allowed EASE or L3AE only the weights of each item's neighbors; the other forms are always exact.
    /// </summary>
    public bool IsExact => Filter is not SparseWeights || Kind == FilterKind.ItemKnn;

    internal FilterKind Kind { get; }

    /// <summary>All positives, those that came by an update included.</summary>
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
        return item < Filter.ItemCount ? Filter.Score(own, item) : 0;
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
            FillScores(own, scores);
    }

    /// <summary>The scores of all items for someone who has these; false where the filter knows none of them.</summary>
    /// <param name="items">Keys, 0-based, ascending, each once.</param>
    /// <param name="scores">Receives <see cref="ItemCount"/> scores.</param>
    internal bool TryScoreHistory(ReadOnlySpan<int> items, Span<float> scores)
    {
        int[] known = new int[items.Length];
        int count = 0;
        foreach (int item in items)
        {
            if (Knows(item))
                known[count++] = item;
        }

        if (count == 0)
            return false;
        FillScores(known.AsSpan(0, count), scores);
        return true;
    }

    /// <summary>Whether the filter tells of an item: somebody had it when it was fitted, or its text speaks.</summary>
    internal bool Knows(int item) =>
        (uint)item < (uint)Filter.ItemCount && (Kind == FilterKind.TextAwareEase || !_fitted.UsersOf(item).IsEmpty);

    /// <summary>The items of a user that the filter knows, ascending; none of a user who is not known.</summary>
    internal ReadOnlySpan<int> OwnItems(int user) => (uint)user < (uint)UserCount ? _told.ItemsOf(user) : [];

    /// <summary>Users whom the filter was fitted to by an item; 0 for an item that is not known.</summary>
    internal int FittedUsers(int item) => (uint)item < (uint)_fitted.ItemCount ? _fitted.UsersOf(item).Length : 0;

    /// <summary>How much having one item adds to the score of another; 0 where no single item has a weight of its own.</summary>
    internal float Weight(int had, int recommended) =>
        !Filter.ScoresAllAtOnce && FittedUsers(had) > 0 && FittedUsers(recommended) > 0 ? Filter.Score([had], recommended) : 0;

    /// <summary>
    /// The model with more users, items and positives. What users have grows; what was fitted to all of them stays, but where it is made
    /// of the positives alone.
    /// </summary>
    internal GraphFilterModel With(InteractionGraph graph) => Filter.Renewed(graph) is { } renewed
        ? new GraphFilterModel(Kind, graph, renewed)
        : new GraphFilterModel(Kind, graph, Filter, _fitted);

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
            FillBlock(users[first..end], scores[(first * ItemCount)..(end * ItemCount)]);
            first = end;
        }
    }

    internal void Write(BinaryWriter writer)
    {
        bool updated = !ReferenceEquals(Graph, _fitted);
        writer.Write((int)Kind);
        GraphIo.Write(writer, _fitted);
        ItemFilters.Write(writer, Filter);
        writer.Write(updated);
        if (updated)
            GraphIo.Write(writer, Graph);
    }

    internal static GraphFilterModel Read(BinaryReader reader, int version)
    {
        var kind = (FilterKind)reader.ReadInt32();
        if (!Enum.IsDefined(kind))
            throw new FormatException($"there is no graph filter {(int)kind}");
        var graph = GraphIo.Read(reader);
        var filter = ItemFilters.Read(reader, graph);
        if (version < 3 || !reader.ReadBoolean())
            return new GraphFilterModel(kind, graph, filter);
        var grown = GraphIo.Read(reader);
        return grown.UserCount >= graph.UserCount && grown.ItemCount >= graph.ItemCount
            ? new GraphFilterModel(kind, grown, filter, graph)
            : throw new FormatException(
                $"{graph.UserCount} users and {graph.ItemCount} items became {grown.UserCount} and {grown.ItemCount} by an update");
    }

    private InteractionGraph Told()
    {
        List<int> users = [], items = [];
        for (int user = 0; user < Graph.UserCount; user++)
        {
            foreach (int item in Graph.ItemsOf(user))
            {
                if (!Knows(item))
                    continue;
                users.Add(user);
                items.Add(item);
            }
        }

        return InteractionGraph.FromPairs(Graph.UserCount, Filter.ItemCount, [.. users], [.. items]);
    }

    private void FillScores(ReadOnlySpan<int> own, Span<float> scores)
    {
        Filter.Score(own, scores[..Filter.ItemCount]);
        scores[Filter.ItemCount..].Clear();
    }

    // Of a block of users with an item each.
    private void FillBlock(ReadOnlySpan<int> users, Span<float> scores)
    {
        int narrow = Filter.ItemCount;
        if (narrow == ItemCount)
        {
            Filter.Score(_told, users, scores);
            return;
        }

        float[] known = ArrayPool<float>.Shared.Rent(users.Length * narrow);
        Filter.Score(_told, users, known.AsSpan(0, users.Length * narrow));
        for (int row = 0; row < users.Length; row++)
        {
            var target = scores.Slice(row * ItemCount, ItemCount);
            known.AsSpan(row * narrow, narrow).CopyTo(target);
            target[narrow..].Clear();
        }

        ArrayPool<float>.Shared.Return(known);
    }

    private void FillPopularity(Span<float> scores)
    {
        for (int item = 0; item < scores.Length; item++)
            scores[item] = Popularity(item);
    }

    private float Popularity(int item) => (float)Graph.UsersOf(item).Length / UserCount;
}
