using System.Globalization;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Tests.Ranking;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>
/// Planted users and items with words, and models of every head. Who takes what follows from tastes of which the dot product sees nothing,
/// so that a head with more to learn learns it.
/// </summary>
internal static class ServingData
{
    private static readonly string[] s_words =
    [
        "spaceship alien planet laser", "wedding love kiss paris", "detective murder clue police", "horse sheriff desert gold"
    ];

    public static IReadOnlyList<ServingRow> Rows { get; } = [.. Planted.Rows(Planted.Twisted).Train.Select(From)];

    /// <summary>One row an item.</summary>
    public static IReadOnlyList<ServingRow> Items { get; } = [.. Rows.DistinctBy(row => row.Item)];

    public static IDataView View(MLContext ml, IEnumerable<ServingRow>? rows = null) => ml.Data.LoadFromEnumerable(rows ?? Rows);

    public static TransformerChain<ITransformer> Fit(MLContext ml, RankingHeadKind head = RankingHeadKind.DotProduct)
    {
        var ranking = new RankingOptions { Head = Heads.Of(head, [8]), Training = new() { Epochs = 10, LearningRate = 0.01 } };
        var chain = new EstimatorChain<ITransformer>()
            .Append(ml.Transforms.Conversion.MapValueToKey("User"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
            .Append(ml.Hybrid.Fuse("Features", "UserTaste", "ItemTaste"));
        var fused = chain.Fit(View(ml));
        var ranker = ml.Hybrid.Ranking(ranking).Fit(fused.Transform(View(ml)));
        Assert.Equal(head, ranker.Model.Head);
        return new TransformerChain<ITransformer>([.. fused, ranker]);
    }

    public static Recommender Recommender(
        MLContext ml, RankingHeadKind head = RankingHeadKind.DotProduct, RecommenderOptions? options = null) =>
        ml.Hybrid.CreateRecommender(Fit(ml, head), View(ml), options ?? new RecommenderOptions());

    /// <summary>What the chain's own Score column says of a user and every item, best first, without those taken.</summary>
    public static (string Item, float Score)[] Expected(MLContext ml, ITransformer model, int user, Func<ServingRow, bool>? keep = null)
    {
        ServingRow own = Rows.First(row => row.User == user);
        HashSet<int> seen = Seen(user);
        ServingRow[] candidates = [.. Items.Where(item => !seen.Contains(item.Item) && (keep is null || keep(item)))
            .Select(item => Cross(own, item))];
        float[] scores = [.. model.Transform(View(ml, candidates)).GetColumn<float>("Score")];
        return [.. candidates.Select((row, i) => (Id(row.Item), scores[i])).OrderByDescending(pair => pair.Item2)];
    }

    public static HashSet<int> Seen(int user) => [.. Rows.Where(row => row.User == user).Select(row => row.Item)];

    public static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Genres(int item) => (item % 3 == 0 ? "Comedy" : "Drama") + (item % 5 == 0 ? "|Noir" : "");

    public static string Text(int item) => $"{s_words[item % s_words.Length]} film {item}";

    private static ServingRow Cross(ServingRow user, ServingRow item) => new()
    {
        User = user.User,
        UserTaste = user.UserTaste,
        Item = item.Item,
        ItemTaste = item.ItemTaste,
        ItemText = item.ItemText,
    };

    private static ServingRow From(PlantedRow row) => new()
    {
        User = row.User,
        Item = row.Item,
        Holdout = row.Holdout,
        ItemTitle = row.ItemTitle,
        ItemGenres = Genres(row.Item),
        ItemText = Text(row.Item),
        UserTaste = row.UserTaste,
        ItemTaste = row.ItemTaste,
    };
}
