using HybridRec.MLNet.Files;
using HybridRec.MLNet.Torch;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class PretrainEncoderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PretrainEncoder_LettersThatFollowFromTheOthers_AreTold(bool warm)
    {
        var seen = new List<TrainingProgress>();
        var options = LetterTexts.Options() with
        {
            CooccurrenceStart = warm,
            Training = LetterTexts.Options().Training with { Progress = new Immediate(seen.Add), Epochs = 20 }
        };
        using var encoder = new MLContext().Hybrid.PretrainEncoder(LetterTexts.Same(), LetterTexts.Tokenizer, options);
        Assert.InRange(seen.Count, 1, 20);
        Assert.All(seen, p => Assert.Equal("Pretraining", p.Stage));
        // By lot it would be 1 of 26.
        Assert.True(seen.Max(p => p.Validation) > 0.8, $"{seen.Max(p => p.Validation)} of the hidden letters are told");
        Assert.True(seen[^1].Loss < 0.5 * seen[0].Loss, $"loss {seen[0].Loss} to {seen[^1].Loss}");
        Assert.Equal(24, encoder.Dimension);
        Assert.Equal("letters", encoder.Name);
        Assert.Equal(1, Math.Sqrt(Vectors.Encode(encoder, "a b c")[0].Sum(v => (double)v * v)), 5);
    }

    [Fact]
    public void PretrainEncoder_SameSeed_GivesTheSameBytes()
    {
        var options = LetterTexts.Options() with { SequencesPerEpoch = 50, Training = LetterTexts.Options().Training with { Epochs = 2 } };
        Assert.Equal(Bytes(options), Bytes(options));
        Assert.NotEqual(Bytes(options), Bytes(options with { Training = options.Training with { Seed = 2 } }));
    }

    [Fact]
    public void PretrainEncoder_NoSeed_TakesTheContexts()
    {
        var options = LetterTexts.Options() with { SequencesPerEpoch = 20, Training = new() { Epochs = 1, BatchSize = 8 } };
        byte[] first = Bytes(options, new MLContext(seed: 7));
        Assert.Equal(first, Bytes(options, new MLContext(seed: 7)));
        Assert.NotEqual(first, Bytes(options, new MLContext(seed: 8)));
        Assert.NotEqual(Bytes(options, new MLContext()), Bytes(options, new MLContext()));
    }

    [Fact]
    public void PretrainEncoder_Accumulated_TakesFewerStepsAndLearns()
    {
        var options = LetterTexts.Options() with { Optimizer = new() { AccumulationSteps = 3 } };
        var seen = new List<TrainingProgress>();
        Bytes(options with { Training = options.Training with { Progress = new Immediate(seen.Add) } });
        Assert.True(seen[^1].Loss < seen[0].Loss);
    }

    [Fact]
    public void PretrainEncoder_CancelledInAnEpochAndResumed_EndsLikeOneThatWasNot()
    {
        using var files = new TemporaryFolder();
        var options = LetterTexts.Options() with { Training = LetterTexts.Options().Training with { Epochs = 3, CheckpointEvery = 4 } };
        byte[] expected = Bytes(options);
        options = options with { Training = options.Training with { CheckpointPath = files.File("run.checkpoint"), Resume = true } };

        using (var source = new CancellationTokenSource())
        {
            // After the second epoch, and in the third once a checkpoint of its own is there.
            var stopping = options with
            {
                Training = options.Training with
                {
                    CancellationToken = source.Token,
                    Progress = new Immediate(p => { if (p.Epoch == 2) source.CancelAfter(1); })
                }
            };
            try
            {
                Bytes(stopping);
            }
            catch (OperationCanceledException)
            {
            }
        }
        Assert.True(File.Exists(options.Training.CheckpointPath));
        File.WriteAllText(options.Training.CheckpointPath + ".0123.tmp", "killed in the middle of writing this one");
        Assert.Equal(expected, Bytes(options));
        Assert.Equal(expected, Bytes(options)); // nothing is left to do
        Assert.Contains(
            "other options", Assert.Throws<InvalidDataException>(() => Bytes(options with { MaskFraction = 0.3 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void PretrainEncoder_CancelledBefore_Throws() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Train(LetterTexts.Options() with
        {
            Training = LetterTexts.Options().Training with { CancellationToken = new CancellationToken(canceled: true) }
        }));

    [Fact]
    public void Step_EveryStep_LeavesNoMoreTensorsThanTheFirst()
    {
        PretrainingOptions options = LetterTexts.Options().Resolved(1);
        using var session = TasteData.Session();
        using var task = new PretrainingTask(options, LetterTexts.Of(), LetterTexts.Tokenizer, session);
        using var loop = new TrainingLoop(task, options.Schedule(task.BatchesPerEpoch), session);
        using var scope = TorchSharp.torch.NewDisposeScope();
        loop.Step();
        int tensors = scope.DisposablesCount;
        for (int i = 0; i < 5; i++)
            loop.Step();
        Assert.Equal(tensors, scope.DisposablesCount);
    }

    [Fact]
    public void PretrainEncoder_Saved_IsReadTheSameAndAgreesWithOnnx()
    {
        using var files = new TemporaryFolder();
        using var encoder = Train(LetterTexts.Options() with { Training = LetterTexts.Options().Training with { Epochs = 2 } });
        encoder.Save(files.File("m"));
        using var read = TorchEncoder.FromFolder(files.File("m"));
        string[] texts = ["a b c d", "n o p", "z", "q w e r t y u i o p a s d f g h j"];
        float[][] expected = Vectors.Encode(encoder, texts);
        Assert.Equal(expected, Vectors.Encode(read, texts));
        using var onnx = encoder.ToOnnx();
        float[][] found = Vectors.Encode(onnx, texts);
        for (int i = 0; i < texts.Length; i++)
            Vectors.Close(expected[i], found[i]);
    }

    [Fact]
    public void PretrainEncoder_BadInput_SaysWhatIsAllowed()
    {
        var ml = new MLContext();
        PretrainingOptions good = LetterTexts.Options();
        foreach (var (bad, word) in ((PretrainingOptions, string)[])[
            (good with { Heads = 5 }, "divisor of Dimension"), (good with { Layers = 0 }, "Layers is 0"),
            (good with { MaskFraction = 0 }, "MaskFraction"), (good with { MaxTokens = 4 }, "MaxTokens is 4"),
            (good with { Training = good.Training with { Epochs = 0 } }, "Epochs"),
            (good with { Training = good.Training with { BatchSize = 0 } }, "BatchSize"),
            (good with { Training = good.Training with { LearningRate = double.NaN } }, "LearningRate"),
            (good with { ValidationFraction = 1 }, "ValidationFraction"), (good with { SequencesPerEpoch = 0 }, "SequencesPerEpoch"),
            (good with { Training = good.Training with { Resume = true } }, "CheckpointPath"),
            (good with { IntermediateSize = 0 }, "IntermediateSize"), (good with { Name = " " }, "Name")])
            Assert.Contains(
                word,
                Assert.Throws<ArgumentOutOfRangeException>(() => ml.Hybrid.PretrainEncoder(["a"], LetterTexts.Tokenizer, bad)).Message,
                StringComparison.Ordinal);
        Assert.Contains("BERT vocabulary", Assert.Throws<NotSupportedException>(() => ml.Hybrid.PretrainEncoder(
            ["a"], TextTokenizer.FromDelegate(_ => [1]), good)).Message, StringComparison.Ordinal);
        Assert.Contains("[MASK]", Assert.Throws<InvalidDataException>(() => ml.Hybrid.PretrainEncoder(
            ["a"], TextTokenizer.FromVocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"]), good)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no token",
            Assert.Throws<InvalidOperationException>(() => ml.Hybrid.PretrainEncoder(["", "?!"], LetterTexts.Tokenizer, good)).Message,
            StringComparison.Ordinal);
    }

    private static TorchEncoder Train(PretrainingOptions options, MLContext? ml = null) =>
        (ml ?? new MLContext()).Hybrid.PretrainEncoder(LetterTexts.Of(), LetterTexts.Tokenizer, options);

    private static byte[] Bytes(PretrainingOptions options, MLContext? ml = null)
    {
        using var encoder = Train(options, ml);
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, encoder.Encoder.Model.Model.Weights.Data());
        return stream.ToArray();
    }

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
