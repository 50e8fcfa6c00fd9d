using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Ranking;

public sealed class HybridRankingTests
{
    private static readonly string[] s_both = ["UserNoise", "UserTaste", "ItemNoise", "ItemTaste"];
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(RankingHeadKind.Mlp, RankingObjective.Softmax)]
    [InlineData(RankingHeadKind.Mlp, RankingObjective.Bpr)]
    [InlineData(RankingHeadKind.Mlp, RankingObjective.Logistic)]
    [InlineData(RankingHeadKind.Linear, RankingObjective.Softmax)]
    public void Fit_TasteBesideNoise_RanksByTaste(RankingHeadKind head, RankingObjective objective)
    {
        var (train, test) = Planted.Rows(Planted.Dot);
        var model = Fit(train, new() { Head = Heads.Of(head), Objective = objective, Training = new() { Epochs = 10 } }, s_both);
        Assert.True(Planted.Ndcg(_ml, model, train, test) > 0.9, $"NDCG {Planted.Ndcg(_ml, model, train, test)}");
        Assert.True(Head(model).StartWeights["UserNoise"] <= 0.2f * Head(model).StartWeights["UserTaste"]);
    }

    [Theory]
    [InlineData(RankingHeadKind.Mlp, RankingObjective.Softmax)]
    [InlineData(RankingHeadKind.Mlp, RankingObjective.Bpr)]
    [InlineData(RankingHeadKind.Mlp, RankingObjective.Logistic)]
    [InlineData(RankingHeadKind.Linear, RankingObjective.Softmax)]
    [InlineData(RankingHeadKind.TwoTower, RankingObjective.Softmax)]
    public void Fit_TruthOtherThanTheDot_IsLearned(RankingHeadKind head, RankingObjective objective)
    {
        var (train, test) = Planted.Rows(Planted.Twisted);
        var plain = Fit(train, new() { Head = RankingHead.DotProduct() }, "UserTaste", "ItemTaste");
        var learned = Fit(train, new()
        {
            Head = Heads.Of(head, dropout: 0),
            Objective = objective,
            Training = new() { LearningRate = 0.02, Epochs = 40, Patience = 20, Seed = 1 }
        }, "UserTaste", "ItemTaste");
        double start = Planted.Ndcg(_ml, plain, train, test), end = Planted.Ndcg(_ml, learned, train, test);
        Assert.True(end > 0.8 && end > start + 0.3, $"dot {start}, {head} {end}");
        Assert.True(Head(learned).BestEpoch > 0);
    }

    [Fact]
    public void Fit_LearningRateThatDestroys_KeepsTheStart()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var model = Head(Fit(train, new() { Training = new() { LearningRate = 30, Epochs = 3 } }, "UserTaste", "ItemTaste"));
        Assert.Equal(0, model.BestEpoch);
        Assert.Equal(RankingHeadKind.DotProduct, model.Head); // the mix alone, without layers that add nothing
        Assert.True(model.StartWeights["UserTaste"] > 0);
        Assert.Equal(model.StartNdcg, model.ValidationNdcg);
    }

    [Fact]
    public void Fit_AnyOptions_NeverEndsBelowItsStart()
    {
        var (train, _) = Planted.Rows(Planted.Dot, seed: 5);
        foreach (float rate in (float[])[1e-4f, 1e-2f, 0.3f])
        {
            var model = Head(Fit(train, new() { Training = new() { LearningRate = rate, Epochs = 4 } }, s_both));
            Assert.True(model.ValidationNdcg >= model.StartNdcg);
        }
    }

    [Fact]
    public void Fit_FeatureThatLeaksTheRowsItWasFittedOn_IsNotTrusted()
    {
        // "Noise" knows every row that is not held out (user's slots: the items taken, by groups) and nothing else, as an embedding that
        // has memorised its training rows.
        var (train, test) = Planted.Rows(Planted.Dot);
        Blur(train, test);
        Memorise(train, test);
        var honest = Fit(train, new() { Training = new() { Epochs = 10 } }, s_both);
        foreach (var row in train)
            row.Holdout = !row.Holdout; // as if the ranker learned on the rows that the embedding was fitted on
        var fooled = Fit(train, new() { Training = new() { Epochs = 10 } }, s_both);
        Assert.True(Head(honest).StartWeights["UserNoise"] < 0.1f * Head(honest).StartWeights["UserTaste"]);
        Assert.True(Head(fooled).StartWeights["UserNoise"] > 0.2f * Head(fooled).StartWeights["UserTaste"]);
    }

    [Fact]
    public void Fit_NoHoldoutColumn_WarnsAndTrains()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        Fit(train, new() { HoldoutColumnName = "None", Training = new() { Epochs = 1 } }, "UserTaste", "ItemTaste");
        Assert.Contains(warnings, w => w.Contains("no column 'None'", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_DotProduct_IsTheSumOfTheRawDots()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var model = Fit(train, new() { Head = RankingHead.DotProduct() }, s_both);
        float[] scores = [.. model.Transform(View(train)).GetColumn<float>("Score")];
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(
                Planted.Dot(train[i].UserTaste, train[i].ItemTaste) + Planted.Dot(train[i].UserNoise, train[i].ItemNoise), scores[i], 1e-4);
        Assert.Equal(0, Head(model).ParameterCount);
    }

    [Fact]
    public void Fit_LowRatings_CanServeAsNegatives()
    {
        var (train, test) = Planted.Rows(Planted.Dot);
        foreach (var row in train)
            row.Label = row.Item % 2 == 0 ? 5 : 1;
        var options = new RankingOptions
        {
            PositiveThreshold = 4,
            LowRatingsAreNegatives = true,
            Training = new() { Epochs = 30, LearningRate = 0.01, Patience = 30 }
        };
        var model = Fit(train, options, "UserTaste", "ItemTaste");
        // Taste cannot tell even from odd items, but the item's own part can learn a little; what must hold is that
        // nothing breaks and quality stays.
        Assert.True(Head(model).ValidationNdcg >= Head(model).StartNdcg);
        Assert.True(Planted.Ndcg(_ml, model, train, test) > 0.5);
    }

    [Fact]
    public void Score_UnknownIdsAndExtremeVectors_IsFinite()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var model = Fit(train, new() { Training = new() { Epochs = 2 } }, s_both);
        var odd = Planted.Cross(train[0], train[1]);
        odd.User = 12345;
        odd.UserTaste = new float[Planted.Dimension];
        var huge = Planted.Cross(train[0], train[1]);
        huge.ItemTaste = [float.MaxValue, -float.MaxValue, 0, 0, float.NaN, float.PositiveInfinity];
        Assert.All(model.Transform(View([odd, huge])).GetColumn<float>("Score"), score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void SaveLoad_Model_SameScoresAndFacts()
    {
        var (train, _) = Planted.Rows(Planted.Twisted);
        var model = Fit(
            train, new() { Head = RankingHead.Mlp([8, 4]), Training = new() { Epochs = 20, LearningRate = 0.02, Patience = 20 } }, s_both);
        Assert.Equal(RankingHeadKind.Mlp, Head(model).Head);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, View(train).Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);
        Assert.Equal(model.Transform(View(train)).GetColumn<float>("Score"), loaded.Transform(View(train)).GetColumn<float>("Score"));
        Assert.Equal(Head(model).ValidationNdcg, Head(loaded).ValidationNdcg);
    }

    [Fact]
    public void PredictionEngine_Rows_EqualTransform()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var model = Fit(train, new() { Training = new() { Epochs = 2 } }, s_both);
        using var engine = _ml.Model.CreatePredictionEngine<PlantedRow, Scored>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        float[] expected = [.. model.Transform(View(train)).GetColumn<float>("Score")];
        Assert.Equal(expected.Take(30), train.Take(30).Select(row => engine.Predict(row).Score));
    }

    [Fact]
    public void PermutationFeatureImportance_Works_AndFindsTheTaste()
    {
        var (train, test) = Planted.Rows(Planted.Dot);
        var fit = Fit(train, new() { Training = new() { Epochs = 3 } }, s_both);
        var chain = (TransformerChain<HybridRankingTransformer>)fit;
        var negatives = train.Zip(train.Skip(17), (user, item) => { var row = Planted.Cross(user, item); row.Label = 0; return row; });
        var rows = test.Concat(negatives).OrderBy(row => row.User).ToList();
        var prefix = new TransformerChain<ITransformer>([.. chain.SkipLast(1)]);
        var importance = _ml.Ranking.PermutationFeatureImportance(
            chain.LastTransformer, prefix.Transform(View(rows)), rowGroupColumnName: "User");
        Assert.Equal(4 * Planted.Dimension, importance.Length);
        double Loss(int first) => importance.Skip(first).Take(Planted.Dimension).Sum(m => m.NormalizedDiscountedCumulativeGains[0].Mean);
        Assert.True(Loss(Planted.Dimension) < Loss(0) - 0.01); // UserTaste against UserNoise
    }

    [Fact]
    public void CrossValidate_Pipeline_Works()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var results = _ml.Ranking.CrossValidate(
            Planted.Keys(_ml).Fit(View(train)).Transform(View(train)),
            _ml.Hybrid.Fuse("Features", s_both).Append(_ml.Hybrid.Ranking(new() { Training = new() { Epochs = 1 } })), numberOfFolds: 2,
            rowGroupColumnName: "User");
        // every row is relevant
        Assert.All(results, result => Assert.InRange(result.Metrics.NormalizedDiscountedCumulativeGains[0], 0.99, 1.0));
    }

    [Fact]
    public void ItemScorer_Fast_EqualsRowsAndGeneric()
    {
        var (train, _) = Planted.Rows(Planted.Twisted);
        var model = Fit(
            train, new() { Head = RankingHead.Mlp([16, 8]), Training = new() { Epochs = 20, LearningRate = 0.02, Patience = 20 } }, s_both);
        Assert.Equal(RankingHeadKind.Mlp, Head(model).Head);
        var tables = EntityTables.Create(View(train));
        var fast = ItemScorers.Create(_ml, model, tables);
        Assert.IsType<MLNet.Ranking.FusedItemScorer>(fast);
        var generic = new GenericItemScorer(model, tables);
        float[] expected = new float[tables.ItemCount], actual = new float[tables.ItemCount];
        for (int user = 0; user < tables.UserCount; user++)
        {
            fast.Score(user, actual);
            generic.Score(user, expected);
            for (int item = 0; item < actual.Length; item++)
                Assert.Equal(expected[item], actual[item], 1e-5 * Math.Max(1, Math.Abs(expected[item])));
        }
    }

    [Fact]
    public void Fit_NoFusionLayout_IsAClearError()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var pipeline = Planted.Keys(_ml).Append(_ml.Transforms.Concatenate("Features", "UserTaste", "ItemTaste"))
            .Append(_ml.Hybrid.Ranking());
        var error = Assert.ThrowsAny<Exception>(() => pipeline.Fit(View(train)));
        Assert.Contains("carries no fusion layout: build it with ml.Hybrid.Fuse", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ContextPart_IsRefused()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var error = Assert.ThrowsAny<ArgumentException>(() => Fit(train, new(), "UserTaste", "ItemTaste", "Label"));
        Assert.Contains("part 'Label'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoHeldOutPositive_IsAClearError()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        train.ForEach(row => row.Holdout = false);
        var error = Assert.Throws<InvalidOperationException>(() => Fit(train, new(), "UserTaste", "ItemTaste"));
        Assert.Contains("RankingHead.DotProduct", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OneUser_FallsBackToTheDotProduct()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var model = Fit([.. train.Where(row => row.User == 3)], new(), "UserTaste", "ItemTaste");
        Assert.Equal(RankingHeadKind.DotProduct, Head(model).Head);
    }

    public static TheoryData<string> Illegal => [.. s_illegal.Keys];

    private static readonly Dictionary<string, RankingOptions> s_illegal = new()
    {
        ["Dropout"] = new() { Head = RankingHead.Mlp(dropout: 1) },
        ["HiddenSizes"] = new() { Head = RankingHead.Mlp([]) },
        ["HiddenSizes "] = new() { Head = RankingHead.Mlp([0]) },
        ["Dimension"] = new() { Head = RankingHead.TwoTower(0) },
        ["Objective"] = new() { Objective = (RankingObjective)9 },
        ["Negatives"] = new() { Negatives = 0 },
        ["ValidationFraction"] = new() { ValidationFraction = 1 },
        ["L2Regularization"] = new() { L2Regularization = -1 },
        ["PositiveThreshold"] = new() { PositiveThreshold = float.NaN },
        ["UserColumnName"] = new() { UserColumnName = "" },
        ["FeatureColumnName"] = new() { FeatureColumnName = " " },
        ["Epochs"] = new() { Training = new() { Epochs = -1 } },
        ["LearningRate"] = new() { Training = new() { LearningRate = 0 } },
        ["LearningRate "] = new() { Training = new() { LearningRate = double.NaN } },
        ["LearningRateDecay"] = new() { Training = new() { LearningRateDecay = 2 } },
        ["BatchSize"] = new() { Training = new() { BatchSize = 0 } },
        ["Patience"] = new() { Training = new() { Patience = -1 } },
        ["Threads"] = new() { Training = new() { Threads = -1 } },
        ["CheckpointEvery"] = new() { Training = new() { CheckpointEvery = 0 } },
        ["CheckpointPath"] = new() { Training = new() { Resume = true } },
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public void Ranking_OptionOutOfRange_NamesIt(string option)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Ranking(s_illegal[option]));
        Assert.Equal(option.Trim(), error.ParamName);
        Assert.StartsWith($"Ranking: {option.Trim()} is ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Seed_ComesFromTheContext()
    {
        var (train, _) = Planted.Rows(Planted.Twisted);
        Assert.Equal(Scores(new MLContext(seed: 7)), Scores(new MLContext(seed: 7)));
        Assert.NotEqual(Scores(new MLContext(seed: 7)), Scores(new MLContext(seed: 8)));
        Assert.NotEqual(Scores(new MLContext()), Scores(new MLContext()));

        float[] Scores(MLContext ml)
        {
            var view = ml.Data.LoadFromEnumerable(train);
            var ranking = ml.Hybrid.Ranking(new() { Head = RankingHead.TwoTower(4), Training = new() { Epochs = 3, LearningRate = 0.02 } });
            var chain = Planted.Keys(ml).Append(ml.Hybrid.Fuse("Features", "UserTaste", "ItemTaste")).Append(ranking);
            float[] once = [.. chain.Fit(view).Transform(view).GetColumn<float>("Score")];
            Assert.Equal(once, chain.Fit(view).Transform(view).GetColumn<float>("Score"));
            return once;
        }
    }

    // The taste as a model knows it: right in tendency only. Against an exact one no leak could win.
    private static void Blur(List<PlantedRow> train, List<PlantedRow> test)
    {
        foreach (var user in train.Concat(test).GroupBy(row => row.User))
        {
            var random = Accel.Xoshiro256.Stream(77, 0, user.Key);
            float[] taste = [.. user.First().UserTaste.Select(x => x + (1.5f * (float)random.NextNormal()))];
            foreach (var row in user)
                row.UserTaste = taste;
        }
    }

    private static void Memorise(List<PlantedRow> train, List<PlantedRow> test)
    {
        // Items in Dimension groups; a user's slot counts the rows fitted on, minus those not fitted on, in each group.
        foreach (var user in train.GroupBy(row => row.User))
        {
            float[] slots = new float[Planted.Dimension];
            foreach (var row in user)
                slots[row.Item % Planted.Dimension] += row.Holdout ? -1.5f : 1;
            foreach (var row in train.Concat(test).Where(row => row.User == user.Key))
                row.UserNoise = slots;
        }
        foreach (var row in train.Concat(test))
        {
            float[] group = new float[Planted.Dimension];
            group[row.Item % Planted.Dimension] = 1;
            row.ItemNoise = group;
        }
    }

    private ITransformer Fit(List<PlantedRow> rows, RankingOptions options, params string[] columns) =>
        Planted.Keys(_ml).Append(_ml.Hybrid.Fuse("Features", columns)).Append(_ml.Hybrid.Ranking(options)).Fit(View(rows));

    private IDataView View(IEnumerable<PlantedRow> rows) => _ml.Data.LoadFromEnumerable(rows);

    private static HybridRankingModel Head(ITransformer model) =>
        ((IEnumerable<ITransformer>)model).OfType<HybridRankingTransformer>().Single().Model;

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
