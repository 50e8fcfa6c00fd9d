using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using Microsoft.ML;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>What is a negative in a batch, and how often: corrections by popularity, and what a user took.</summary>
public sealed class SamplingBiasTests
{
    [Fact]
    public void Scores_CorrectionsAndTaken_AreTakenOffAndMasked()
    {
        using var scope = NewDisposeScope();
        (int, int)[] pairs = [(0, 1), (2, 3), (4, 5)];
        var vectors = tensor(new float[,] { { 2, 0 }, { 0, 1 }, { 1, 1 } });
        float[] scores = TensorTransfer.ToArray(ContrastiveLoss.Scores(vectors, vectors, pairs, 0.5, [-1, -2, -4], (i, text) => i == 2 && text == 1));
        float half = (float)Math.Sqrt(2);
        Vectors.Close([3, 2, half + 4, 1, 4, half + 4, half + 2, 6], [.. scores[..6], .. scores[7..]]);
        Assert.Equal(float.NegativeInfinity, scores[6]); // and a pair's own positive, which its user took, stays
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0.5, false)]
    [InlineData(1, true)]
    public void Loss_OfABatch_IsTheCorrectedSoftmaxOverWhatWasNotTaken(double correction, bool exclude)
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var options = TasteData.Options() with { SamplingBiasCorrection = correction, ExcludeTaken = exclude };
        var pairs = TextPairs.Read(TasteData.View(new MLContext()), "ItemText", options, "test", CancellationToken.None);
        using var run = new TuningRun(options, encoder.Encoder, pairs, TasteData.Context(new MLContext()));
        int[] batch = run.Order(0)[..12];
        float[][] vectors = Vectors.Encode(encoder, [.. pairs.Texts]);
        int[] counts = new int[pairs.Texts.Count];
        foreach (var (_, positive) in pairs.Pairs)
            counts[positive]++;
        double expected = 0;
        foreach (int pair in batch)
        {
            var (anchor, positive) = pairs.Pairs[pair];
            double Score(int text) => Math.Exp(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(vectors[anchor], vectors[text]) / options.Temperature) / Math.Pow(counts[text] / (double)pairs.Pairs.Count, correction);
            double others = batch.Where(p => p != pair).Select(p => pairs.Pairs[p].Positive).Where(text => text != positive && text != anchor && !(exclude && pairs.Taken!.IsTaken(pair, text))).Sum(Score);
            expected -= Math.Log(Score(positive) / (Score(positive) + others)) / batch.Length;
        }
        using var scope = NewDisposeScope();
        Assert.Equal(expected, run.Loss(batch, null).item<float>(), 1e-4);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public void Fit_WithTheOption_LearnsAndResumesOnlyWithIt(double correction, bool exclude)
    {
        using var folder = TinyBert.Folder();
        using var files = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var options = TasteData.Options() with { SamplingBiasCorrection = correction, ExcludeTaken = exclude, CheckpointPath = files.File("c"), Resume = true };
        using (var first = LoraTuningTests.Fit(ml, encoder, options))
        using (var tuned = TorchEncoder.Of(first))
            Assert.True(TasteData.Separation(tuned) > TasteData.Separation(encoder) + 0.2);
        Assert.Contains("other options", Assert.Throws<InvalidDataException>(() => LoraTuningTests.Fit(ml, encoder, options with { SamplingBiasCorrection = 0, ExcludeTaken = false })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Options_CorrectionOutOfRange_IsRefused(double correction)
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        Assert.Contains("SamplingBiasCorrection", Assert.ThrowsAny<ArgumentException>(() =>
            new MLContext().Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder, tuning: new LoraTuning { SamplingBiasCorrection = correction })).Message, StringComparison.Ordinal);
    }
}
