using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using Microsoft.ML;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class HardNegativeTuningTests
{
    [Fact]
    public void Negatives_MaskedTexts_DoNotCount()
    {
        using var scope = NewDisposeScope();
        float[] scores = TensorTransfer.ToArray(ContrastiveLoss.Negatives(
            tensor(new float[,] { { 2, 0 }, { 0, 1 } }), tensor(new float[,] { { 3, 0 }, { 1, 1 } }), [false, true, false, false], 0.5));
        Vectors.Close([2, 0, (float)Math.Sqrt(2)], [scores[0], scores[2], scores[3]]);
        Assert.Equal(float.NegativeInfinity, scores[1]);
    }

    [Fact]
    public void Loss_WithNegatives_IsTheSoftmaxOverBatchAndNegatives()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var options = Options();
        var pairs = Pairs(options);
        using var run = new TuningRun(options, encoder, pairs);
        int[] batch = run.Order(0)[..6], negatives = run.Negatives(batch, 0, 0);
        Assert.NotEmpty(negatives);
        Assert.Equal(negatives, run.Negatives(batch, 0, 0));
        Assert.Equal(negatives.Length, negatives.Distinct().Count());
        float[][] vectors = Vectors.Encode(encoder, [.. pairs.Texts]);
        double expected = 0;
        foreach (int pair in batch)
        {
            var (anchor, positive) = pairs.Pairs[pair];
            double Score(int text) => Math.Exp(
                System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(vectors[anchor], vectors[text]) / options.Temperature);
            double others = batch.Where(p => p != pair).Select(p => pairs.Pairs[p].Positive)
                .Where(text => text != positive && text != anchor).Sum(Score)
                + negatives.Where(text => text != positive && text != anchor && !pairs.Negatives!.IsTaken(pair, text)).Sum(Score);
            expected -= Math.Log(Score(positive) / (Score(positive) + others)) / batch.Length;
        }
        using var scope = NewDisposeScope();
        Assert.Equal(expected, run.Loss(batch, negatives: negatives).item<float>(), 1e-4);
        Assert.True(run.Loss(batch).item<float>() < expected);
    }

    [Theory]
    [InlineData("Lora")]
    [InlineData("Projection")]
    public void Fit_WithHardNegatives_LearnsAndIsDeterministic(string method)
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var options = Options() with
        {
            Method = TasteData.Method(method),
            Training = Options().Training with { Epochs = 4, LearningRate = 0.02 }
        };
        using LlmEmbeddingTransformer first = LoraTuningTests.Fit(ml, encoder, options),
            again = LoraTuningTests.Fit(ml, encoder, options with { GradientCheckpointing = false });
        using var without = LoraTuningTests.Fit(ml, encoder, options with { HardNegatives = 0 });
        var view = TasteData.View(ml);
        ModelBytes.AssertSame(ModelBytes.Save(ml, first, view.Schema), ModelBytes.Save(ml, again, view.Schema));
        Assert.NotEqual(TorchEncoderTests.Rows(first.Transform(view)), TorchEncoderTests.Rows(without.Transform(view)));
        using var tuned = TorchEncoder.Of(first);
        Assert.True(TasteData.Separation(tuned) > TasteData.Separation(encoder));
    }

    [Fact]
    public void Fit_ResumedWithOtherNegatives_IsRefused()
    {
        using var folder = TinyBert.Folder();
        using var files = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var options = Options() with { Training = Options().Training with { Epochs = 1, CheckpointPath = files.File("c"), Resume = true } };
        using (LoraTuningTests.Fit(new MLContext(), encoder, options))
            Assert.Contains("other options", Assert.Throws<InvalidDataException>(() => LoraTuningTests.Fit(
                new MLContext(), encoder, options with { HardNegatives = 3 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        LoraTuning good = new();
        foreach (var (bad, word) in ((LoraTuning, string)[])[
            (good with { HardNegatives = -1 }, "HardNegatives is -1"),
            (good with { HardNegativeNeighbors = 0 }, "HardNegativeNeighbors is 0"),
            (good with { HardNegativeSkip = -1 }, "HardNegativeSkip is -1"),
            (good with { Precision = (TuningPrecision)7 }, "Precision is 7")])
            Assert.Contains(
                word,
                Assert.ThrowsAny<ArgumentException>(() => ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder, tuning: bad)).Message,
                StringComparison.Ordinal);
    }

    private static LoraTuning Options() => TasteData.Options() with { HardNegatives = 1, HardNegativeNeighbors = 4, HardNegativeSkip = 0 };

    private static TextPairs Pairs(LoraTuning options) =>
        TextPairs.Read(TasteData.View(new MLContext()), "ItemText", options, "test", CancellationToken.None);
}
