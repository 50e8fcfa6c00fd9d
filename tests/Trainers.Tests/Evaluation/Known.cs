using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Evaluation;

/// <summary>A row of the tests' interactions.</summary>
public sealed class Rating
{
    public int User { get; set; }

    public int Item { get; set; }

    public float Label { get; set; }
}

/// <summary>Interactions without labels.</summary>
public sealed class Click
{
    public int User { get; set; }

    public int Item { get; set; }
}

public sealed class ScoreCell
{
    public float Score { get; set; }
}

/// <summary>Small splits, and models whose score is a function of the two ids, so that every answer can be worked out by hand.</summary>
internal static class Known
{
    public static readonly MLContext Ml = new(seed: 1);

    public static IDataView Ratings(params (int User, int Item, float Label)[] rows) =>
        Ml.Data.LoadFromEnumerable(rows.Select(row => new Rating { User = row.User, Item = row.Item, Label = row.Label }).ToArray());

    public static IDataView Clicks(params (int User, int Item)[] rows) =>
        Ml.Data.LoadFromEnumerable(rows.Select(row => new Click { User = row.User, Item = row.Item }).ToArray());

    public static ITransformer Model(Func<int, int, float> score)
    {
        var pipeline = Ml.Transforms.CustomMapping<Click, ScoreCell>((row, cell) => cell.Score = score(row.User, row.Item), null);
        return pipeline.Fit(Clicks());
    }

    /// <summary>Items <paramref name="first"/> to <paramref name="last"/>, all had by user 0, who is in no test.</summary>
    public static (int, int, float)[] Items(int first, int last) =>
        [.. Enumerable.Range(first, last - first + 1).Select(item => (0, item, 1f))];

    /// <summary>A random split with stars: all users have training rows, every item has at least one.</summary>
    public static InteractionSplit RandomSplit(int seed, int users, int items, int perUser, int heldOut)
    {
        var random = new Random(seed);
        var train = new List<(int, int, float)>(Items(1, items));
        var test = new List<(int, int, float)>();
        for (var user = 1; user <= users; user++)
        {
            var own = Enumerable.Range(1, items).OrderBy(_ => random.Next()).Take(perUser).ToArray();
            for (var i = 0; i < own.Length; i++)
                (i < heldOut ? test : train).Add((user, own[i], random.Next(1, 6)));
        }
        return new InteractionSplit(Ratings([.. train]), Ratings([.. test.OrderBy(_ => random.Next())]), $"random, seed {seed}");
    }

    /// <summary>A score in 0, 1, ..., <paramref name="levels"/> - 1 that looks random; few levels make many ties.</summary>
    public static float Noise(int user, int item, int levels) => (int)((uint)HashCode(user, item) % (uint)levels);

    public static float[] Floats(IDataView view, string column) => [.. view.GetColumn<float>(column)];

    private static int HashCode(int user, int item)
    {
        var mixed = unchecked((uint)(user * 73856093) ^ (uint)(item * 19349663));
        mixed ^= mixed >> 13;
        return unchecked((int)(mixed * 0x5bd1e995 >> 3));
    }
}
