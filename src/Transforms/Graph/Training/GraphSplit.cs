using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Graph;

/// <summary>The positive interactions of the training rows as graphs: all of them, those trained on, and those held out.</summary>
internal sealed class GraphSplit
{
    private GraphSplit(InteractionGraph all, InteractionGraph fit, InteractionGraph? holdout)
    {
        All = all;
        Fit = fit;
        Holdout = holdout;
    }

    /// <summary>Every positive pair.</summary>
    public InteractionGraph All { get; }

    /// <summary>The pairs trained on; disjoint from <see cref="Holdout"/>.</summary>
    public InteractionGraph Fit { get; }

    /// <summary>The pairs held out; null when none are.</summary>
    public InteractionGraph? Holdout { get; }

    /// <summary>What is propagated over besides the pairs of <see cref="All"/>; null for nothing.</summary>
    public GraphEdges? AllEdges { get; private set; }

    /// <summary>The same of training, where <see cref="Fit"/> are the pairs.</summary>
    public GraphEdges? FitEdges { get; private set; }

    /// <exception cref="ArgumentException">No row is positive, or all positive rows are held out.</exception>
    public static GraphSplit Create(InteractionRows rows, GnnEmbeddingOptions options, EdgeTypeRows? types = null)
    {
        var users = new List<int>(rows.Count);
        var items = new List<int>(rows.Count);
        var heldUsers = new List<int>();
        var heldItems = new List<int>();
        foreach (int row in rows.PositiveRows(options.PositiveThreshold))
        {
            if (types?.IsTarget(row) == false)
                continue;
            users.Add(rows.Users[row]);
            items.Add(rows.Items[row]);
            if (rows.Holdout?[row] == true)
            {
                heldUsers.Add(rows.Users[row]);
                heldItems.Add(rows.Items[row]);
            }
        }

        if (users.Count == 0)
            throw NoPositive(rows, options);
        InteractionGraph all = Graph(rows.UserCount, rows.ItemCount, users, items);
        if (rows.Holdout is null)
            Choose(all, options, heldUsers, heldItems);
        if (heldUsers.Count == 0)
            return new GraphSplit(all, all, null);
        InteractionGraph holdout = Graph(rows.UserCount, rows.ItemCount, heldUsers, heldItems);
        InteractionGraph fit = Rest(all, holdout);
        return fit.EdgeCount > 0
            ? new GraphSplit(all, fit, holdout)
            : throw new ArgumentException(
                $"GnnEmbedding: all {all.EdgeCount} positive interactions are held out by column '{ColumnNames.Holdout}'; leave some of " +
                "them false, for training.");
    }

    // Each user keeps one pair at least. The fraction is met on average, since the part of a pair is drawn: 3 pairs at
    // 0.1 give one in 30 % of cases.
    private static void Choose(InteractionGraph all, GnnEmbeddingOptions options, List<int> heldUsers, List<int> heldItems)
    {
        if (options.HoldoutFraction == 0)
            return;
        double fraction = HeldOutPairs.Fraction(options.HoldoutFraction, all.EdgeCount);
        int busiest = 0;
        for (int user = 0; user < all.UserCount; user++)
        {
            int degree = all.ItemsOf(user).Length;
            if (degree > all.ItemsOf(busiest).Length)
                busiest = user;
            Xoshiro256 random = Streams.Open(options.Seed, StreamKind.Holdout, user);
            Take(user, Math.Min(degree - 1, (int)((degree * fraction) + random.NextDouble())), ref random);
        }

        if (heldUsers.Count == 0 && all.ItemsOf(busiest).Length > 1)
        {
            Xoshiro256 random = Streams.Open(options.Seed, StreamKind.Holdout, busiest);
            Take(busiest, 1, ref random);
        }

        void Take(int user, int count, ref Xoshiro256 random)
        {
            if (count <= 0)
                return;
            int[] items = all.ItemsOf(user).ToArray();
            random.Shuffle<int>(items);
            for (int i = 0; i < count; i++)
            {
                heldUsers.Add(user);
                heldItems.Add(items[i]);
            }
        }
    }

    /// <summary>Adds the further edges; those of held out pairs, and of rows that the column Holdout marks, stay out of training.</summary>
    public void Connect(GraphEdges? edges, InteractionRows rows, EdgeTypeRows? types)
    {
        AllEdges = edges;
        FitEdges = edges is null || Holdout is null
            ? edges
            : edges.Without(rows.Holdout is { } marked ? Pairs(rows, row => marked[row] && types?.TypeOf[row] is not < 0) : Holdout);
    }

    /// <summary>The pairs of the rows that have both a user and an item, and fulfill a condition.</summary>
    public static InteractionGraph Pairs(InteractionRows rows, Func<int, bool> condition)
    {
        var users = new List<int>();
        var items = new List<int>();
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows.Users[row] < 0 || rows.Items[row] < 0 || !condition(row))
                continue;
            users.Add(rows.Users[row]);
            items.Add(rows.Items[row]);
        }

        return Graph(rows.UserCount, rows.ItemCount, users, items);
    }

    /// <summary>The pairs of a graph that are not held out.</summary>
    public static InteractionGraph Rest(InteractionGraph all, InteractionGraph holdout)
    {
        var users = new List<int>(all.EdgeCount);
        var items = new List<int>(all.EdgeCount);
        for (int user = 0; user < all.UserCount; user++)
        {
            foreach (int item in all.ItemsOf(user))
            {
                if (holdout.Contains(user, item))
                    continue;
                users.Add(user);
                items.Add(item);
            }
        }

        return Graph(all.UserCount, all.ItemCount, users, items);
    }

    private static InteractionGraph Graph(int userCount, int itemCount, List<int> users, List<int> items)
        => InteractionGraph.FromPairs(
            userCount,
            itemCount,
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(users),
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items));

    private static ArgumentException NoPositive(InteractionRows rows, GnnEmbeddingOptions options)
    {
        string rule = options.PositiveThreshold is float threshold
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{threshold} or more (PositiveThreshold)")
            : "above 0";
        string target = options.FurtherEdges.EdgeTypes.Count == 0
            ? ""
            : $", a target type ({GraphEdgeColumns.Names(options.FurtherEdges.EdgeTypes.Where(t => t.IsTarget).Select(t => t.Name))})";
        return new ArgumentException(
            $"GnnEmbedding: none of the {rows.Count} rows has a known user, a known item{target} and a positive label, so the graph " +
            $"would have no edge. A label is positive when it is {rule}; lower PositiveThreshold, or check column " +
            $"'{options.LabelColumnName}'.");
    }
}
