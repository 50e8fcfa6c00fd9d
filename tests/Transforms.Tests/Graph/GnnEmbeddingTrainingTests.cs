using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>The training loop, and the data it must cope with or refuse.</summary>
public sealed class GnnEmbeddingTrainingTests
{
    [Theory]
    [InlineData(LossKind.SampledSoftmax, SimilarityKind.Cosine)]
    [InlineData(LossKind.SampledSoftmax, SimilarityKind.Dot)]
    [InlineData(LossKind.Bpr, SimilarityKind.Cosine)]
    [InlineData(LossKind.Bpr, SimilarityKind.Dot)]
    public void Update_OneBatchAgainAndAgain_IsLearntByHeart(LossKind loss, SimilarityKind similarity)
    {
        // Each user has an item of its own, so every interaction can be told apart.
        int[] nodes = [.. Enumerable.Range(0, 8)];
        var options = new GnnEmbeddingOptions
        {
            // Eight unit vectors cannot all be opposite: a higher temperature has a higher least loss.
            Loss = loss.Loss(negatives: 16, temperature: similarity == SimilarityKind.Cosine ? 0.1f : 1f),
            Similarity = similarity.Similarity(),
            Dimension = 16,
            Model = GraphModel.LightGcn(layers: 1),
            L2Regularization = 0,
            Training = new() { LearningRate = 0.05 },
        };
        var step = GraphTestData.NewStep(InteractionGraph.FromPairs(8, 8, nodes, nodes), options.Resolved(1), null, null);
        step.Sampler.BeginEpoch(1);
        step.Sampler.Fill(0, step.Batch);
        double first = step.Compute();
        double last = first;
        for (int number = 1; number <= 200; number++)
        {
            step.Optimizer.Update(number);
            last = step.Compute();
        }

        Assert.True(last < 0.02 * first, $"loss went from {first} to {last} only");
    }

    [Theory]
    [InlineData(100, null, 128, 128)]
    [InlineData(100_000, null, 128, 781)]
    [InlineData(810_128, null, 128, 4096)]
    [InlineData(10_000_000, null, 128, 39_062)]
    [InlineData(810_128, 2048, 128, 2048)]
    [InlineData(10_000_000, 2048, 128, 2048)]
    [InlineData(100_000, 2048, 128, 781)]
    [InlineData(810_128, 32_768, 128, 6329)]
    [InlineData(810_128, 32_768, 20, 32_768)]
    [InlineData(810_128, 1 << 22, 1, 810_128)]
    [InlineData(100, 4096, 1, 128)]
    public void EffectiveBatchSize_Interactions_KeepTheStepsOfAnEpochBetweenTheBounds(
        int interactions, int? given, int leastSteps, int expected) =>
        Assert.Equal(expected, GraphStep.EffectiveBatchSize(interactions, given, leastSteps));

    [Theory]
    [InlineData(0f, 10, 10, 1f)]
    [InlineData(1f, 10, 1, 1f)]
    [InlineData(1f, 10, 2, 0.9f)]
    [InlineData(1f, 10, 10, 0.1f)]
    [InlineData(0.5f, 10, 6, 1f)]
    [InlineData(0.5f, 10, 7, 0.8f)]
    [InlineData(0.5f, 10, 10, 0.2f)]
    [InlineData(0.1f, 3, 3, 1f)]
    public void Rate_Decay_FallsInAStraightLineOverTheLastShareOfTheEpochs(float decay, int epochs, int epoch, float expected) =>
        Assert.Equal(expected, (float)new TrainingSettings { LearningRateDecay = decay, Epochs = epochs }.RateShare(epoch), 1e-6f);

    [Theory]
    [InlineData(ModelKind.LightGcn)]
    [InlineData(ModelKind.GraphSage)]
    public void Update_HalfTheRate_MovesParametersHalfAsFar(ModelKind model)
    {
        int[] nodes = [.. Enumerable.Range(0, 8)];
        float[][] Moved(float rate)
        {
            GnnEmbeddingOptions options = new()
            {
                Model = model.Model(layers: 1),
                Dimension = 16,
                Loss = GraphLoss.SampledSoftmax(negatives: 16)
            };
            var step = GraphTestData.NewStep(InteractionGraph.FromPairs(8, 8, nodes, nodes), options.Resolved(1), null, null);
            step.Sampler.BeginEpoch(1);
            step.Sampler.Fill(0, step.Batch);
            step.Compute();
            float[][] before = [.. step.Network.Parameters.Select(p => p.Value.ToArray())];
            step.Optimizer.Update(1, rate);
            return [.. step.Network.Parameters.Select((p, i) => p.Value.Select((v, k) => v - before[i][k]).ToArray())];
        }

        float[][] whole = Moved(1), half = Moved(0.5f);
        Assert.Contains(whole, p => p.Any(v => v != 0));
        foreach ((float[] a, float[] b) in whole.Zip(half))
            Assert.All(a.Zip(b), pair => Assert.Equal(pair.First / 2, pair.Second, 1e-5f));
    }

    [Fact]
    public void Fit_Progress_ReportsEveryEpochWithValidation()
    {
        var ml = new MLContext(seed: 1);
        var reports = new List<TrainingProgress>();
        ml.Hybrid.GnnEmbedding(Quick.Train(t => t with { Patience = 0, Progress = new Listener(reports.Add) }) with { FinalEpochs = 2 })
            .Fit(Board(ml));
        Assert.Equal([1, 2, 3, 4, 5], reports.Select(r => r.Epoch));
        Assert.All(reports.Take(3), r => Assert.InRange(r.Validation!.Value, 0, 1));
        Assert.All(reports.Skip(3), r => Assert.Null(r.Validation)); // the final epochs train on the holdout too
        Assert.All(reports, r => Assert.True(double.IsFinite(r.Loss) && r.Stage == "GnnEmbedding"));
        Assert.Equal([3, 3, 3, 5, 5], reports.Select(r => r.Epochs));
    }

    [Fact]
    public void Fit_NoBetterForPatienceEpochs_StopsEarly()
    {
        var ml = new MLContext(seed: 1);
        var reports = new List<TrainingProgress>();
        ml.Hybrid.GnnEmbedding(Quick.Train(t => t with { Epochs = 400, Patience = 2, Progress = new Listener(reports.Add) }) with
        {
            FinalEpochs = 0
        }).Fit(Board(ml));
        Assert.True(reports.Count < 400, "it never stopped");
        int best = reports.First(r => r.Validation == reports.Max(x => x.Validation)).Epoch;
        Assert.Equal(best + 2, reports.Count);
    }

    [Fact]
    public void Fit_DuplicateInteractions_ChangeNothing()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingTransformer once = ml.Hybrid.GnnEmbedding(Quick).Fit(Keyed(ml, Checkerboard.TrainRows));
        GnnEmbeddingTransformer twice = ml.Hybrid.GnnEmbedding(Quick)
            .Fit(Keyed(ml, [.. Checkerboard.TrainRows, .. Checkerboard.TrainRows]));
        Assert.Equal(ViewRows.Read(once.Transform(Board(ml))), ViewRows.Read(twice.Transform(Board(ml))));
    }

    [Fact]
    public void Fit_NoLabelColumn_TakesEveryRow()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = Board(ml);
        IDataView unlabeled = ml.Transforms.DropColumns("Label").Fit(view).Transform(view);
        Assert.Equal(
            ViewRows.Singles(ml.Hybrid.GnnEmbedding(Quick).Fit(view).Transform(Board(ml)), "ItemGraph"),
            ViewRows.Singles(ml.Hybrid.GnnEmbedding(Quick).Fit(unlabeled).Transform(Board(ml)), "ItemGraph"));
    }

    [Fact]
    public void Fit_ThresholdWithoutLabels_Throws()
    {
        var ml = new MLContext(seed: 1);
        IDataView unlabeled = ml.Transforms.DropColumns("Label").Fit(Board(ml)).Transform(Board(ml));
        var error = Assert.Throws<ArgumentException>(() => ml.Hybrid.GnnEmbedding(Quick with { PositiveThreshold = 4 }).Fit(unlabeled));
        Assert.Contains("'Label'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_PositiveThreshold_LeavesLowerLabelsOutOfTheGraph()
    {
        var ml = new MLContext(seed: 1);
        CheckerboardRow[] disliked = [.. Pairs((0, 1), (2, 3), (5, 4))];
        foreach (CheckerboardRow row in disliked)
            row.Label = 2;
        CheckerboardRow[] liked = [.. Checkerboard.TrainRows.Select(r =>
            new CheckerboardRow { User = r.User, Item = r.Item, Label = 4, ItemText = r.ItemText })];
        GnnEmbeddingTransformer all = ml.Hybrid.GnnEmbedding(Quick with { PositiveThreshold = 4 }).Fit(Keyed(ml, [.. disliked, .. liked]));
        GnnEmbeddingTransformer only = ml.Hybrid.GnnEmbedding(Quick).Fit(Keyed(ml, liked));
        Assert.Equal(ViewRows.Read(only.Transform(Board(ml))), ViewRows.Read(all.Transform(Board(ml))));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Fit_LabelNotFinite_NamesTheRow(float label)
    {
        var ml = new MLContext(seed: 1);
        CheckerboardRow[] rows = [.. Pairs((0, 0), (0, 1), (1, 1))];
        rows[1].Label = label;
        Assert.Contains(
            "row 2", Assert.Throws<InvalidDataException>(() => ml.Hybrid.GnnEmbedding(Quick).Fit(Keyed(ml, rows))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoPositiveLabel_SaysWhatIsPositive()
    {
        var ml = new MLContext(seed: 1);
        CheckerboardRow[] rows = [.. Pairs((0, 0), (1, 1))];
        foreach (CheckerboardRow row in rows)
            row.Label = 3;
        string message = Assert.Throws<ArgumentException>(() =>
            ml.Hybrid.GnnEmbedding(Quick with { PositiveThreshold = 4 }).Fit(Keyed(ml, rows))).Message;
        Assert.Contains("none of the 2 rows", message, StringComparison.Ordinal);
        Assert.Contains("4 or more", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LossKind.SampledSoftmax)]
    [InlineData(LossKind.Bpr)]
    public void Fit_OneUser_IsTrainedAndFinite(LossKind loss)
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(Quick with { Loss = loss.Loss(negatives: 8), HoldoutFraction = 0 })
            .Fit(Keyed(ml, Pairs((0, 0), (0, 1), (0, 2))));
        (float[][] users, float[][] items) = Vectors(ml, fitted);
        Assert.All(users.Concat(items).SelectMany(v => v), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Fit_BprWhereEveryUserHasEveryItem_IsAClearError()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = OwnKeys(ml, Pairs((0, 0), (0, 1)));
        GnnEmbeddingEstimator estimator = ml.Hybrid.GnnEmbedding(Quick with { Loss = GraphLoss.Bpr(), HoldoutFraction = 0 });
        Assert.Contains(
            "SampledSoftmax", Assert.Throws<InvalidOperationException>(() => estimator.Fit(view)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OneInteraction_HasNoHoldoutAndServes()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = OwnKeys(ml, Pairs((0, 0)));
        IDataView mapped = ml.Hybrid.GnnEmbedding(Quick).Fit(view).Transform(view);
        Assert.Equal([false], Holdout(mapped));
        Assert.All(ViewRows.Singles(mapped, "UserGraph")[0], value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Fit_Diverges_IsAClearError()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingEstimator estimator = ml.Hybrid.GnnEmbedding(
            Quick.Train(t => t with { LearningRate = 1e30 }) with { Similarity = GraphSimilarity.Dot });
        Assert.Contains(
            "LearningRate", Assert.Throws<InvalidOperationException>(() => estimator.Fit(Board(ml))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_OtherVocabulary_IsAClearError()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(Quick).Fit(Board(ml));
        Assert.Contains(
            "MapValueToKey", Assert.Throws<ArgumentException>(() => fitted.Transform(OwnKeys(ml, Pairs((3, 3), (1, 1))))).Message,
            StringComparison.Ordinal);
    }

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
