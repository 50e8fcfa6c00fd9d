using System.Globalization;
using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Storage;

/// <summary>Users and items with planted vectors and words, and recommenders over them.</summary>
internal static class Taste
{
    public const int Users = 80, Items = 60;

    private static readonly string[] s_words =
    [
        "spaceship alien planet laser", "wedding love kiss paris", "detective murder clue police", "horse sheriff desert gold"
    ];

    /// <summary>
    /// Every user has the eight items that suit them best; a plain dot product sees nothing of what suits whom, so that a
    /// head with more to learn learns it.
    /// </summary>
    public static IReadOnlyList<ServingRow> Rows { get; } = Make();

    public static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static HashSet<string> Seen(int user) => [.. Rows.Where(row => row.User == user).Select(row => Id(row.Item))];

    public static Recommender Recommender(
        RankingHeadKind head = RankingHeadKind.DotProduct, bool texts = true, RecommenderOptions? options = null)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows);
        var keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));
        FuseEstimator fuse = ml.Hybrid.Fuse("Features", "UserTaste", "ItemTaste");
        var fused = (texts ? keys.Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText")).Append(fuse) : keys.Append(fuse)).Fit(data);
        // A softmax sees no constant, so that a linear head learns none by it.
        RankingObjective objective = head == RankingHeadKind.Linear ? RankingObjective.Logistic : RankingObjective.Softmax;
        var ranking = new RankingOptions
        {
            Head = Head(head),
            Objective = objective,
            Training = new() { Epochs = 40, LearningRate = 0.03 }
        };
        var ranker = ml.Hybrid.Ranking(ranking).Fit(fused.Transform(data));
        Assert.Equal(head, ranker.Model.Head);
        return ml.Hybrid.CreateRecommender(
            new TransformerChain<ITransformer>([.. fused, ranker]), data, options ?? new RecommenderOptions { Version = "v1" });
    }

    private static ServingRow[] Make()
    {
        var random = new Random(7);
        float[][] users = Vectors(Users), items = Vectors(Items);
        var rows = new List<ServingRow>();
        for (int user = 0; user < Users; user++)
        {
            var best = Enumerable.Range(0, Items).OrderByDescending(item => Suits(users[user], items[item])).Take(8);
            rows.AddRange(best.Select((item, place) => Row(user, item, place % 2 == 0, users[user], items[item])));
        }

        // Every item has somebody, so that none is missing.
        rows.AddRange(Enumerable.Range(0, Items).Where(item => rows.TrueForAll(row => row.Item != item))
            .Select(item => Row(item % Users, item, false, users[item % Users], items[item])).ToArray());
        return [.. rows];

        static float Suits(float[] user, float[] item) =>
            user.Zip(item, (a, b) => a * b).Select((product, slot) => slot % 2 == 0 ? product : -product).Sum();

        float[][] Vectors(int count) => [.. Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, ServingRow.Dimension).Select(_ => (float)((random.NextDouble() * 2) - 1)).ToArray())];
    }

    private static ServingRow Row(int user, int item, bool holdout, float[] userTaste, float[] itemTaste) => new()
    {
        User = user,
        Item = item,
        Holdout = holdout,
        ItemTitle = $"Film {item}",
        ItemGenres = (item % 3 == 0 ? "Comedy" : "Drama") + (item % 5 == 0 ? "|Noir" : ""),
        ItemText = $"{s_words[item % s_words.Length]} film {item}",
        UserTaste = userTaste,
        ItemTaste = itemTaste,
    };

    private static RankingHead Head(RankingHeadKind kind) => kind switch
    {
        RankingHeadKind.Mlp => RankingHead.Mlp([8]),
        RankingHeadKind.Linear => RankingHead.Linear(),
        RankingHeadKind.DotProduct => RankingHead.DotProduct(),
        _ => RankingHead.TwoTower(),
    };
}
