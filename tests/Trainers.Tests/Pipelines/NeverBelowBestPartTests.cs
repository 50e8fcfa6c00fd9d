using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Pipelines;

public sealed class NeverBelowBestPartTests(ITestOutputHelper output)
{
    private const int Seeds = 30;

    /// <summary>
    /// The test rows of a shop of 30 users are too few to tell models apart: a shop counts by its users, and only a large shortfall in one
    /// of a hundred or more is a fault of its own.
    /// </summary>
    [Fact]
    public void DefaultPipeline_SmallShops_IsNeverBelowItsBestPart()
    {
        double hybrids = 0, bests = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            var (hybrid, parts, baselines, users) = Fit(seed);
            double best = parts.Values.Max();
            string told = string.Join(", ", parts.Concat(baselines).Select(part => $"{part.Key} {part.Value:F3}"));
            output.WriteLine($"{seed}, {users} users: hybrid {hybrid:F3}, {told}");
            hybrids += users * hybrid;
            bests += users * best;
            if (users < 100)
                continue;
            Assert.True(hybrid > 0.9 * best, $"shop {seed}: hybrid {hybrid:F3}, {told}");
            Assert.All(baselines.Values, baseline => Assert.True(hybrid > baseline || best <= 1.1 * baseline, $"shop {seed}: {told}"));
        }

        output.WriteLine($"over all users {hybrids / bests:F3}");
        Assert.True(hybrids >= 0.98 * bests, $"ratio {hybrids / bests:F3}");
    }

    /// <summary>Five texts for a hundred items tie nearly all of them: the mix must not end with the text alone.</summary>
    [Fact]
    public void Mlp_FiveTexts_DoesNotFallBelowItsDotProducts()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            var ml = new MLContext(seed);
            var split = new SmallCatalog(seed, users: 120, items: 100, texts: 5).Split(ml);
            IEstimator<ITransformer> before = ml.Transforms.Conversion.MapValueToKey("User")
                .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
                .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
                .Append(ml.Hybrid.GnnEmbedding(new GnnEmbeddingOptions { Training = new() { Epochs = 15 } }))
                .Append(ml.Hybrid.UserProfile("UserMeaning", "ItemMeaning"))
                .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph", "UserMeaning"], item: ["ItemGraph", "ItemMeaning"]));
            var mlp = ml.Hybrid.EvaluateTopK(before.Append(ml.Hybrid.Ranking()).Fit(split.TrainSet), split);
            var dots = ml.Hybrid.EvaluateTopK(
                before.Append(ml.Hybrid.Ranking(new() { Head = RankingHead.DotProduct() })).Fit(split.TrainSet), split);
            double with = Ndcg(mlp), without = Ndcg(dots);
            output.WriteLine($"{seed}: mlp {with:F3}, dots {without:F3}, random {mlp["Random"][TopKMetric.Ndcg, 10].Value:F3}");
            Assert.True(with > 0.9 * without && with > mlp["Random"][TopKMetric.Ndcg, 10].Value, $"mlp {with:F3}, dots {without:F3}");
        }
    }

    private static double Ndcg(TopKReport found) => found[TopKMetric.Ndcg, 10].Value;

    private static (double Hybrid, Dictionary<string, double> Parts, Dictionary<string, double> Baselines, int Users) Fit(int seed)
    {
        var ml = new MLContext(seed);
        var shop = new SmallCatalog(seed);
        var split = shop.Split(ml);
        var chain = ml.Hybrid.DefaultPipeline(split.TrainSet).Fit(split.TrainSet);
        var report = ml.Hybrid.EvaluateTopK(chain, split);
        ITransformer[] stages = [.. chain];
        var before = new TransformerChain<ITransformer>(stages[..^2]);
        var fitted = before.Transform(split.TrainSet);
        var parts = new Dictionary<string, double>
        {
            ["graph"] = Alone(["UserGraph"], ["ItemGraph"], null),
            ["text"] = Alone(["UserMeaning"], ["ItemMeaning"], null),
            ["filter"] = Alone([], [], ["FilterScore"]),
        };
        string[] names = ["Random", "Popularity"];
        return (
            Ndcg(report), parts, names.ToDictionary(name => name, name => report[name][TopKMetric.Ndcg, 10].Value), report.Counts.Users);

        double Alone(string[] user, string[] item, string[]? pair)
        {
            var fuse = ml.Hybrid.Fuse("Features", user, item, pair).Fit(fitted);
            var ranking = ml.Hybrid.Ranking(new() { Head = RankingHead.DotProduct() }).Fit(fuse.Transform(fitted));
            return Ndcg(ml.Hybrid.EvaluateTopK(new TransformerChain<ITransformer>([.. before, fuse, ranking]), split));
        }
    }
}
