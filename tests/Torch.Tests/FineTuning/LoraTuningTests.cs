using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Torch;
using Microsoft.ML;
using TorchSharp;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class LoraTuningTests
{
    [Theory]
    [InlineData("Lora")]
    [InlineData("Full")]
    [InlineData("Projection")]
    public void Fit_EachMethod_DrawsTogetherWhatUsersTakeTogether(string method)
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        double before = TasteData.Separation(encoder);
        float[][] untouched = Vectors.Encode(encoder, "a b", "c");
        var seen = new List<TrainingProgress>();
        using var model = Fit(ml, encoder, TasteData.Options(TasteData.Method(method)), new Immediate(seen.Add));
        using var tuned = TorchEncoder.Of(model);
        Assert.True(
            TasteData.Separation(tuned) > before + (method == "Projection" ? 0.1 : 0.25),
            $"{before} before, {TasteData.Separation(tuned)} after");
        Assert.Equal(untouched, Vectors.Encode(encoder, "a b", "c"));
        var epochs = seen.Where(p => p.Validation is not null).ToList();
        Assert.InRange(epochs.Count, 1, TasteData.Options(TasteData.Method(method)).Training.Epochs!.Value);
        // The column of the stage is the tuned encoder's.
        string[] texts = [TasteData.Text(0), TasteData.Text(1), TasteData.Text(2)];
        float[][] expected = Vectors.Encode(tuned, texts),
            found = [.. Vectors.Encode(TextEncoder.FromGenerator(model.AsEmbeddingGenerator()), texts)];
        for (int i = 0; i < texts.Length; i++)
            Vectors.Close(expected[i], found[i]);
    }

    [Fact]
    public void Fit_SmallerProjection_ChangesTheDimensionAndIsSaved()
    {
        using var folder = TinyBert.Folder(normalize: true);
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        using var model = Fit(ml, encoder, TasteData.Options(TuningMethod.Projection()) with { Method = TuningMethod.Projection(5) });
        Assert.Equal(5, model.Dimension);
        using var tuned = TorchEncoder.Of(model);
        tuned.Save(target.File("m"));
        using var read = TorchEncoder.FromFolder(target.File("m"));
        Assert.Equal(Vectors.Encode(tuned, "a b", "c d e"), Vectors.Encode(read, "a b", "c d e"));
        Assert.Equal(1, Math.Sqrt(Vectors.Encode(read, "x")[0].Sum(v => v * v)), 5);
    }

    [Fact]
    public void Fit_SeedOfTheContext_DecidesAndFittingAgainGivesTheSame()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var options = new LlmEmbeddingOptions
        {
            Encoder = encoder,
            Tuning = TasteData.Options() with { Training = new() { Epochs = 1, LearningRate = 0.02 } }
        };
        float[][] first = [.. Rows(new MLContext(seed: 7))], second = [.. Rows(new MLContext(seed: 7))];
        Assert.Equal(first, second);
        Assert.NotEqual(first, Rows(new MLContext(seed: 8)));
        Assert.NotEqual(Rows(new MLContext()), Rows(new MLContext()));

        List<float[]> Rows(MLContext ml)
        {
            var view = TasteData.View(ml);
            var estimator = ml.Hybrid.LlmEmbedding(options);
            using LlmEmbeddingTransformer model = estimator.Fit(view), again = estimator.Fit(view);
            List<float[]> rows = TorchEncoderTests.Rows(model.Transform(view));
            Assert.Equal(rows, TorchEncoderTests.Rows(again.Transform(view)));
            return rows;
        }
    }

    [Fact]
    public void Fit_SameSeed_GivesTheSameBytes()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var view = TasteData.View(ml);
        var options = TasteData.Options() with
        {
            Method = TasteData.AllLinear with { Dropout = 0.1 },
            Training = TasteData.Options().Training with { Epochs = 2 },
            Optimizer = new() { AccumulationSteps = 2 }
        };
        using LlmEmbeddingTransformer first = Fit(ml, encoder, options), again = Fit(ml, encoder, options),
            other = Fit(ml, encoder, options with { Training = options.Training with { Seed = 2 } });
        byte[] expected = ModelBytes.Save(ml, first, view.Schema);
        ModelBytes.AssertSame(expected, ModelBytes.Save(ml, again, view.Schema));
        Assert.NotEqual(TorchEncoderTests.Rows(first.Transform(view)), TorchEncoderTests.Rows(other.Transform(view)));
    }

    [Fact]
    public void RestoreBest_AfterWorseEpochs_GivesTheBestOrTheStart()
    {
        using var scope = torch.NewDisposeScope();
        var value = torch.ones(2);
        using var optimizer = new AdamW([("w", value)]);
        using var state = new TrainingState(optimizer);
        state.Validated(1.0);
        value.fill_(2);
        state.Epoch = 1;
        state.Validated(1.5); // worse than the start
        state.RestoreBest();
        Assert.Equal([1f, 1f], TensorTransfer.ToArray(value));
        Assert.Equal(0, state.BestEpoch);
        value.fill_(3);
        state.Epoch = 2;
        state.Validated(0.5);
        value.fill_(4);
        state.RestoreBest();
        Assert.Equal([3f, 3f], TensorTransfer.ToArray(value));
        Assert.Equal(2, state.BestEpoch);
    }

    [Fact]
    public void Fit_History_IsTuned()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        using var model = Fit(ml, encoder, TasteData.Options() with { Pairs = TuningPairs.History, HistoryLength = 2 });
        using var tuned = TorchEncoder.Of(model);
        Assert.True(TasteData.Separation(tuned) > TasteData.Separation(encoder) + 0.2);
    }

    [Fact]
    public async Task Fit_CancelledInAnEpochAndResumed_EndsLikeOneThatWasNot()
    {
        using var folder = TinyBert.Folder();
        using var files = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var view = TasteData.View(ml);
        var options = TasteData.Options() with
        {
            Method = TasteData.AllLinear with { Dropout = 0.2 },
            Training = TasteData.Options().Training with { Epochs = 8, CheckpointEvery = 1 }
        };
        using var whole = Fit(ml, encoder, options);
        byte[] expected = ModelBytes.Save(ml, whole, view.Schema);

        options = options with { Training = options.Training with { CheckpointPath = files.File("tuning.checkpoint"), Resume = true } };
        using var source = new CancellationTokenSource();
        var killer = Task.Run(() =>
        {
            SpinWait.SpinUntil(() => File.Exists(options.Training.CheckpointPath));
            source.Cancel();
        }, TestContext.Current.CancellationToken);
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(ml, encoder, options, cancellation: source.Token));
        await killer;
        File.WriteAllText(options.Training.CheckpointPath + ".0123.tmp", "killed in the middle of writing this one");
        using (var resumed = Fit(ml, encoder, options))
            ModelBytes.AssertSame(expected, ModelBytes.Save(ml, resumed, view.Schema));
        using (var finished = Fit(ml, encoder, options)) // nothing is left to do
            ModelBytes.AssertSame(expected, ModelBytes.Save(ml, finished, view.Schema));

        Assert.Contains("other options", Assert.Throws<InvalidDataException>(() => Fit(
            ml, encoder, options with { Training = options.Training with { Seed = 2 } })).Message, StringComparison.Ordinal);
        File.WriteAllBytes(options.Training.CheckpointPath!, File.ReadAllBytes(options.Training.CheckpointPath!)[..^7]);
        Assert.Contains(
            "Delete it", Assert.Throws<InvalidDataException>(() => Fit(ml, encoder, options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Lora", TuningPrecision.Single)]
    [InlineData("Full", TuningPrecision.BFloat16)]
    [InlineData("Projection", TuningPrecision.Single)]
    public void Fit_Quality_KeepsTheEpochItLikesBest(string method, TuningPrecision precision)
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var seen = new List<float[][]>();
        double[] given = [0.2, 0.3, 0.9, 0.1, 0.8];
        var options = TasteData.Options(TasteData.Method(method)) with
        {
            Precision = precision,
            Training = TasteData.Options(TasteData.Method(method)).Training with { Epochs = 4 }
        };
        using var model = Fit(ml, encoder, options with { Quality = Quality });
        using var tuned = TorchEncoder.Of(model);
        Assert.Equal(5, seen.Count);
        Assert.Equal(Vectors.Encode(encoder, "a b", "c"), seen[0]);
        for (int epoch = 1; epoch < seen.Count; epoch++)
            Assert.NotEqual(seen[epoch - 1], seen[epoch]);
        Assert.Equal(seen[2], Vectors.Encode(tuned, "a b", "c"));

        // Judging leaves the training as it is: without it the last epoch is the same.
        using var whole = Fit(ml, encoder, options with { ValidationFraction = 0 });
        using var last = TorchEncoder.Of(whole);
        Assert.Equal(seen[4], Vectors.Encode(last, "a b", "c"));

        double Quality(TorchEncoder asTrained)
        {
            seen.Add(Vectors.Encode(asTrained, "a b", "c"));
            return given[seen.Count - 1];
        }
    }

    [Fact]
    public void Fit_QualityFallsForLongerThanPatience_EndsEarlyAndIsTheStart()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        int calls = 0;
        using var model = Fit(new MLContext(), encoder, TasteData.Options() with
        {
            Quality = _ => -calls++,
            Training = TasteData.Options().Training with { Epochs = 9, Patience = 2 }
        });
        using var tuned = TorchEncoder.Of(model);
        Assert.Equal(3, calls);
        Assert.Equal(Vectors.Encode(encoder, "a b", "c"), Vectors.Encode(tuned, "a b", "c"));
    }

    [Fact]
    public void Fit_QualityIsNotFinite_SaysAfterWhichEpoch()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        int calls = 0;
        var error = Assert.Throws<InvalidOperationException>(() => Fit(
            new MLContext(), encoder, TasteData.Options() with { Quality = _ => calls++ == 0 ? 1 : double.NaN }));
        Assert.Contains("NaN after epoch 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedWhenTheEstimatorIsMade()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        Assert.Contains("TorchEncoder", Assert.Throws<ArgumentOutOfRangeException>(() => ml.Hybrid.LlmEmbedding(
            "ItemMeaning", "ItemText", tuning: new LoraTuning())).Message, StringComparison.Ordinal);
        LoraTuning good = new();
        foreach (var (bad, word) in ((LoraTuning, string)[])[
            (good with { Method = TasteData.AllLinear with { Rank = 0 } }, "Rank is 0"),
            (good with { Method = TasteData.AllLinear with { Alpha = double.NaN } }, "Alpha"),
            (good with { Method = TasteData.AllLinear with { Dropout = 1 } }, "Dropout is 1"),
            (good with { Training = good.Training with { BatchSize = 1 } }, "no negatives"),
            (good with { Temperature = 0 }, "Temperature"), (good with { Training = good.Training with { Epochs = 0 } }, "Epochs"),
            (good with { ValidationFraction = 1 }, "ValidationFraction"),
            (good with { Optimizer = new() { WarmupFraction = 2 } }, "WarmupFraction"),
            (good with { Training = good.Training with { LearningRate = -1 } }, "LearningRate"),
            (good with { Optimizer = new() { AccumulationSteps = 0 } }, "AccumulationSteps"),
            (good with { Training = good.Training with { Resume = true } }, "CheckpointPath"),
            (good with { Method = new LoraMethod { TargetModules = ["nonsense"] } }, "attention.self.query"),
            (good with { Method = TasteData.AllLinear with { TargetPattern = "(" } }, "regular expression"),
            (good with { Method = TasteData.AllLinear with { ModulesToSave = [] } }, "ModulesToSave is empty"),
            (good with { Method = TasteData.AllLinear with { ModulesToSave = ["nonsense"] } }, "word_embeddings"),
            (good with { Method = TasteData.AllLinear with { ModulesToSave = ["query"] } }, "has an adapter too"),
            (
                good with { Method = TasteData.AllLinear with { ModulesToSave = ["word_embeddings"], InitialAdapterPath = "a" } },
                "InitialAdapterPath"),
            (good with { Method = TasteData.AllLinear with { TargetModules = ["query"], TargetPattern = ".*" } }, "set one"),
            (good with { Method = TuningMethod.Projection(0) }, "Dimension is 0"),
            (good with { Training = new() { CheckpointEvery = 0 } }, "CheckpointEvery is 0")])
            Assert.Contains(word, Assert.Throws<ArgumentOutOfRangeException>(() => ml.Hybrid.LlmEmbedding(
                "ItemMeaning", "ItemText", encoder, tuning: bad)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetOutputSchema_TunedWithoutUsers_SaysWhichColumnIsMissing()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var view = ml.Transforms.DropColumns("User").Fit(TasteData.View(ml)).Transform(TasteData.View(ml));
        var estimator = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder, tuning: TasteData.Options());
        Assert.Contains(
            "'User'", Assert.ThrowsAny<ArgumentException>(() => estimator.GetOutputSchema(Hosting.Shapes.Of(view.Schema))).Message,
            StringComparison.Ordinal);
        Assert.Contains("'User'", Assert.ThrowsAny<ArgumentException>(() => estimator.Fit(view)).Message, StringComparison.Ordinal);
    }

    internal static LlmEmbeddingTransformer Fit(
        MLContext ml, TorchEncoder encoder, LoraTuning tuning, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default) =>
        ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions
        {
            Encoder = encoder,
            Tuning = tuning,
            Progress = progress,
            CancellationToken = cancellation
        }).Fit(TasteData.View(ml));

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
