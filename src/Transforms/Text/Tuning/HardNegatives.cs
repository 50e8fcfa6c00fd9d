using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Text;

/// <summary>Texts of items near a positive in the graph that the pair's user did not take. Texts are indices into <see cref="TextPairs.Texts"/>.</summary>
internal sealed class HardNegatives
{
    // Walks see users and items; of the most visited nodes about half are items.
    const int Walks = 200, Steps = 4, NodesPerItem = 4;

    readonly Dictionary<int, int[]> _near;
    readonly TakenTexts _taken;

    /// <param name="near">The texts near a positive's.</param>
    /// <param name="taken">The texts of all that a user took.</param>
    public HardNegatives(Dictionary<int, int[]> near, TakenTexts taken) => (_near, _taken) = (near, taken);

    /// <summary>Walks over the rows that are learnt from; see <see cref="TakenTexts"/> for what a user took.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="learnt">Whether a row is learnt from.</param>
    /// <param name="textOf">Text of each item; null for none.</param>
    /// <param name="indexOf">Index of a text, which it gets if it has none.</param>
    /// <param name="taken">What each pair's user took.</param>
    /// <param name="tuning">How many, and the seed.</param>
    /// <param name="cancellation">Ends it.</param>
    public static HardNegatives Build(
        InteractionRows rows, Func<int, bool> learnt, string?[] textOf, Func<string, int> indexOf, TakenTexts taken, EncoderTuning tuning, CancellationToken cancellation)
    {
        int[] walked = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Users[row] >= 0 && rows.Items[row] >= 0 && learnt(row))];
        var graph = InteractionGraph.FromPairs(rows.UserCount, rows.ItemCount, [.. walked.Select(row => rows.Users[row])], [.. walked.Select(row => rows.Items[row])]);
        int wanted = tuning.HardNegativeSkip + tuning.HardNegativeNeighbours;
        var visited = RandomWalkNeighbours.Build(graph, Walks, Steps, checked(wanted * NodesPerItem), tuning.Seed, cancellation: cancellation);
        var near = new Dictionary<int, int[]>();
        for (int item = 0; item < rows.ItemCount; item++)
        {
            if (textOf[item] is not { } text)
                continue;
            int first = visited.RowOffsets[graph.UserCount + item], count = visited.RowOffsets[graph.UserCount + item + 1] - first, own = indexOf(text);
            int[] order = [.. Enumerable.Range(first, count).Where(e => visited.ColumnIndices[e] >= graph.UserCount).OrderByDescending(e => visited.Values[e]).ThenBy(e => visited.ColumnIndices[e])
                .Select(e => textOf[visited.ColumnIndices[e] - graph.UserCount]).OfType<string>().Select(indexOf).Where(other => other != own).Distinct().Take(wanted).Skip(tuning.HardNegativeSkip)];
            near.TryAdd(own, order); // of items that share a text, the first speaks
        }
        return new HardNegatives(near, taken);
    }

    /// <summary>Draws texts near a pair's positive, each at most once; fewer where there are not that many.</summary>
    public int[] Draw(int pair, int positive, int count, ref Xoshiro256 random)
    {
        int[] open = [.. _near.GetValueOrDefault(positive, []).Where(text => !_taken.IsTaken(pair, text))];
        count = Math.Min(count, open.Length);
        for (int i = 0; i < count; i++)
        {
            int other = i + random.NextInt32(open.Length - i);
            (open[i], open[other]) = (open[other], open[i]);
        }
        return open[..count];
    }
}
