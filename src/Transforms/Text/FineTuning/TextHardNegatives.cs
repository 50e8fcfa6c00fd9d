using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Texts of items near a positive in the graph that the pair's user did not take. Texts are indices into <see cref="TextPairs.Texts"/>.
/// </summary>
internal sealed class TextHardNegatives
{
    // Walks see users and items; of the most visited nodes about half are items.
    private const int Walks = 200, Steps = 4, NodesPerItem = 4;

    private readonly int[] _users;
    private readonly Dictionary<int, int[]> _near;
    private readonly Dictionary<int, HashSet<int>> _taken;

    /// <param name="users">The user of each pair.</param>
    /// <param name="near">The texts near a positive's.</param>
    /// <param name="taken">The texts of all that a user took.</param>
    public TextHardNegatives(int[] users, Dictionary<int, int[]> near, Dictionary<int, HashSet<int>> taken) =>
        (_users, _near, _taken) = (users, near, taken);

    /// <summary>Walks over the rows that are learned from; a user took what stands in any row, held out or rated low too.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="learned">Whether a row is learned from.</param>
    /// <param name="textOf">Text of each item; null for none.</param>
    /// <param name="indexOf">Index of a text, which it gets if it has none.</param>
    /// <param name="users">The user of each pair.</param>
    /// <param name="tuning">How many, and the seed.</param>
    /// <param name="cancellation">Ends it.</param>
    public static TextHardNegatives Build(
        InteractionRows rows, Func<int, bool> learned, string?[] textOf, Func<string, int> indexOf, int[] users, EncoderTuning tuning,
        CancellationToken cancellation)
    {
        int[] all = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Users[row] >= 0 && rows.Items[row] >= 0)],
            walked = [.. all.Where(learned)];
        var graph = InteractionGraph.FromPairs(
            rows.UserCount, rows.ItemCount, [.. walked.Select(row => rows.Users[row])], [.. walked.Select(row => rows.Items[row])]);
        int wanted = tuning.HardNegativeSkip + tuning.HardNegativeNeighbors;
        var visited = RandomWalkNeighbors.Build(
            graph, Walks, Steps, checked(wanted * NodesPerItem), tuning.DrawnSeed, cancellation: cancellation);
        var near = new Dictionary<int, int[]>();
        for (int item = 0; item < rows.ItemCount; item++)
        {
            if (textOf[item] is not { } text)
                continue;
            int first = visited.RowOffsets[graph.UserCount + item], count = visited.RowOffsets[graph.UserCount + item + 1] - first,
                own = indexOf(text);
            int[] order = [.. Enumerable.Range(first, count).Where(e => visited.ColumnIndices[e] >= graph.UserCount)
                .OrderByDescending(e => visited.Values[e]).ThenBy(e => visited.ColumnIndices[e])
                .Select(e => textOf[visited.ColumnIndices[e] - graph.UserCount]).OfType<string>().Select(indexOf)
                .Where(other => other != own).Distinct().Take(wanted).Skip(tuning.HardNegativeSkip)];
            near.TryAdd(own, order); // of items that share a text, the first speaks
        }
        var taken = all.Where(row => textOf[rows.Items[row]] is not null).GroupBy(row => rows.Users[row])
            .ToDictionary(user => user.Key, user => user.Select(row => indexOf(textOf[rows.Items[row]]!)).ToHashSet());
        return new TextHardNegatives(users, near, taken);
    }

    /// <summary>Whether a text is of an item that the user of a pair took.</summary>
    public bool IsTaken(int pair, int text) => _taken[_users[pair]].Contains(text);

    /// <summary>Draws texts near a pair's positive, each at most once; fewer where there are not that many.</summary>
    public int[] Draw(int pair, int positive, int count, ref Xoshiro256 random)
    {
        int[] open = [.. _near.GetValueOrDefault(positive, []).Where(text => !IsTaken(pair, text))];
        count = Math.Min(count, open.Length);
        for (int i = 0; i < count; i++)
        {
            int other = i + random.NextInt32(open.Length - i);
            (open[i], open[other]) = (open[other], open[i]);
        }
        return open[..count];
    }
}
