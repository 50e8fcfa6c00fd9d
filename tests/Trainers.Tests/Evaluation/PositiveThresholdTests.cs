using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Evaluation;

/// <summary>Every stage and the evaluation go by the threshold of the label column, and say what they make of stars without one.</summary>
public sealed class PositiveThresholdTests
{
    private const int Users = 30;
    private const int Items = 12;

    private sealed class Starred
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Stars { get; set; }

        [VectorType(2)]
        public float[] ItemMeaning { get; set; } = [];
    }

    private static readonly string[] s_stages = ["GnnEmbedding", "UserProfile", "Ranking", "GraphFilter"];

    public static TheoryData<string> Stages => [.. s_stages];

    [Theory]
    [MemberData(nameof(Stages))]
    public void Fit_ThresholdOnTheLabel_IsAsIfItWereInTheOptions(string stage)
    {
        float[] byLabel = Scores(stage, onLabel: 4, given: null, out var log);
        Assert.Equal(byLabel, Scores(stage, onLabel: null, given: 4, out _));
        Assert.NotEqual(byLabel, Scores(stage, onLabel: null, given: 0, out _));
        Assert.Equal(Scores(stage, onLabel: 4, given: 0, out _), Scores(stage, onLabel: null, given: null, out var starred));
        Assert.DoesNotContain(log, line => line.Contains("looks like stars", StringComparison.Ordinal));
        Assert.Single(starred, line => line.Contains("looks like stars", StringComparison.Ordinal));
    }

    [Fact]
    public void EvaluateTopK_ThresholdOnTheLabel_DecidesWhatIsRelevant()
    {
        var model = Known.Model((_, item) => -item);
        InteractionSplit Split(float? threshold)
        {
            IDataView Rows(params (int, int, float)[] rows) => Known.Ml.Hybrid.Data.FromDataView(
                Known.Ratings(rows), new DataColumns { Label = "Label", PositiveThreshold = threshold });
            return new(Rows([.. Known.Items(1, 5)]), Rows((1, 1, 3), (1, 2, 5), (2, 1, 1), (2, 2, 2)), "by hand");
        }
        Assert.Equal(1, Known.Ml.Hybrid.EvaluateTopK(model, Split(null), k: [1])[TopKMetric.Mrr, 1].Value);
        var judged = Known.Ml.Hybrid.EvaluateTopK(model, Split(4), k: [2]);
        Assert.Equal((1, 1), (judged.Counts.Users, judged.Counts.UsersWithoutRelevant));
        Assert.Equal(0.5, judged[TopKMetric.Mrr, 2].Value);
        var told = Known.Ml.Hybrid.EvaluateTopK(model, Split(4), new TopKOptions { K = [1], RelevanceThreshold = 3 });
        Assert.Equal(1, told[TopKMetric.Mrr, 1].Value);
        Assert.Equal(2, Known.Ml.Hybrid.EvaluateTopK(model, Split(4) with { RelevanceThreshold = 2 }, k: [1]).Counts.Users);
    }

    [Fact]
    public void EvaluateTopK_StarsWithoutThreshold_AreWarnedOf()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.RawMessage);
        var split = new InteractionSplit(Known.Ratings([.. Known.Items(1, 5)]), Known.Ratings((1, 1, 3), (1, 2, 5), (2, 1, 1)), "by hand");
        ml.Hybrid.EvaluateTopK(Known.Model((_, item) => item), split);
        Assert.Single(log, line => line.StartsWith("EvaluateTopK: column 'Label' looks like stars", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_ColumnOfStarsThatNobodyReads_IsWarnedOf()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.RawMessage);
        Keys(ml).Append(ml.Hybrid.GraphFilter(ClosedForm.Ease())).Fit(View(ml));
        Assert.Single(log, line => line.Contains("nobody reads column 'Stars'", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_MoreUsersThanKeys_SaysHowManyRowsAreLost()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.RawMessage);
        var rows = View(ml);
        var split = ml.Hybrid.Data.RandomSplit(rows, testFraction: 0.3, seed: 1);
        IEstimator<ITransformer> Chain(int maximum) => ml.Transforms.Conversion.MapValueToKey("User", maximumNumberOfKeys: maximum)
            .Append(ml.Transforms.Conversion.MapValueToKey("Item")).Append(ml.Hybrid.GraphFilter(ClosedForm.Ease()));
        var few = Chain(10).Fit(split.TrainSet);
        Assert.Single(log, line => line.Contains("rows have no user", StringComparison.Ordinal));
        log.Clear();
        var judged = ml.Hybrid.EvaluateTopK(few, split, k: [3]);
        Assert.Equal(Users - 10, judged.Counts.ColdUsers);
        Assert.Single(log, line => line.Contains("no key for 20 of the users", StringComparison.Ordinal));
        var skipped = ml.Hybrid.EvaluateTopK(few, split, new TopKOptions { K = [3], ColdUsers = ColdUserPolicy.Skip });
        Assert.Equal(10, skipped.Counts.Users);
        log.Clear();
        Assert.Equal(0, ml.Hybrid.EvaluateTopK(Chain(int.MaxValue).Fit(split.TrainSet), split, k: [3]).Counts.ColdUsers);
        Assert.DoesNotContain(log, line => line.Contains("no key", StringComparison.Ordinal));
    }

    private static float[] Scores(string stage, float? onLabel, float? given, out List<string> log)
    {
        var ml = new MLContext(seed: 1);
        var lines = log = [];
        ml.Log += (_, e) => lines.Add(e.RawMessage);
        var rows = ml.Hybrid.Data.FromDataView(View(ml), new DataColumns { Label = "Stars", PositiveThreshold = onLabel });
        var keys = Keys(ml);
        var graph = new GnnEmbeddingOptions { Dimension = 4, PositiveThreshold = given, Training = new() { Epochs = 2, Seed = 1 } };
        var profile = new UserProfileOptions { PositiveThreshold = given, Seed = 1 };
        IEstimator<ITransformer> chain = stage switch
        {
            "GnnEmbedding" => keys.Append(ml.Hybrid.GnnEmbedding(graph))
                .Append(ml.Hybrid.Fuse("Features", ["UserGraph"], ["ItemGraph"]))
                .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() })),
            "UserProfile" => keys.Append(ml.Hybrid.UserProfile(profile))
                .Append(ml.Hybrid.Fuse("Features", ["UserMeaning"], ["ItemMeaning"]))
                .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() })),
            "Ranking" => keys.Append(ml.Hybrid.UserProfile(profile with { PositiveThreshold = 4, HoldoutFraction = 0.4 }))
                .Append(ml.Transforms.DropColumns("Holdout"))
                .Append(ml.Hybrid.Fuse("Features", ["UserMeaning"], ["ItemMeaning"]))
                .Append(ml.Hybrid.Ranking(new RankingOptions
                {
                    Head = RankingHead.Linear(),
                    PositiveThreshold = given,
                    Training = new() { Epochs = 2, Seed = 1 },
                })),
            _ => keys.Append(ml.Hybrid.GraphFilter(new GraphFilterOptions { Filter = ClosedForm.Ease(), PositiveThreshold = given })),
        };
        return [.. chain.Fit(rows).Transform(rows).GetColumn<float>("Score")];
    }

    private static EstimatorChain<Microsoft.ML.Transforms.ValueToKeyMappingTransformer> Keys(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));

    // Even users like even items; stars 1 to 5.
    private static IDataView View(MLContext ml)
    {
        var rows = new List<Starred>();
        for (int user = 0; user < Users; user++)
        {
            for (int item = 0; item < Items; item++)
            {
                bool liked = user % 2 == item % 2;
                if ((user + (2 * item)) % 3 > 0)
                    rows.Add(new()
                    {
                        User = user,
                        Item = item,
                        Stars = (liked ? 4 : 1) + ((user + item / 2) % 2),
                        ItemMeaning = [item % 2 == 0 ? 1 : -1, 0.1f * item],
                    });
            }
        }
        return ml.Data.LoadFromEnumerable(rows);
    }
}
