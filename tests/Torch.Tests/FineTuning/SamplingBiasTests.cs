using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using Microsoft.ML;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>The correction of in-batch negatives by how often they come, and profiles as anchors.</summary>
public sealed class SamplingBiasTests
{
    [Fact]
    public void Scores_CorrectionsAndProfiles_AreTakenOffAndMasked()
    {
        using var scope = NewDisposeScope();
        (int, int)[] pairs = [(0, 1), (2, 3), (4, 5)];
        var vectors = tensor(new float[,] { { 2, 0 }, { 0, 1 }, { 1, 1 } });
        float[] scores = TensorTransfer.ToArray(ContrastiveLoss.Scores(vectors, vectors, pairs, 0.5, [-1, -2, -4], [[0, 9], [2], [4, 1]]));
        float half = (float)Math.Sqrt(2);
        Vectors.Close([3, 2, half + 4, 1, 4, half + 4, half + 2, 6], [.. scores[..6], .. scores[7..]]);
        Assert.Equal(float.NegativeInfinity, scores[6]); // text 1 is in the profile of the last pair
    }

    [Fact]
    public void Profiles_OfTexts_AreMeansOfUnitVectors()
    {
        using var scope = NewDisposeScope();
        var vectors = tensor(new float[,] { { 2, 0 }, { 0, 5 }, { -3, 0 } });
        Vectors.Close([0.5f, 0.5f, -1, 0, 0, 0], TensorTransfer.ToArray(ContrastiveLoss.Profiles(vectors, [7, 3, 4], [[7, 3], [4], []])));
    }

    [Theory]
    [InlineData(TuningPairs.Sequence, 0.5)]
    [InlineData(TuningPairs.Sequence, 1)]
    [InlineData(TuningPairs.Profile, 0)]
    [InlineData(TuningPairs.Profile, 1)]
    public void Loss_OfABatch_IsTheCorrectedSoftmax(TuningPairs drawn, double correction)
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var options = TasteData.Options() with { Pairs = drawn, HistoryLength = 3, SamplingBiasCorrection = correction };
        var pairs = TextPairs.Read(TasteData.View(new MLContext()), "ItemText", options, "test", CancellationToken.None);
        using var run = new TuningRun(options, encoder, pairs);
        int[] batch = run.Order(0)[..12];
        int[][]? profiles = run.Profiles(batch, 0, 0);
        Assert.Equal(drawn == TuningPairs.Profile, profiles is not null);
        float[][] vectors = Vectors.Encode(encoder, [.. pairs.Texts]);
        int[] counts = new int[pairs.Texts.Count];
        foreach (var (_, positive) in pairs.Pairs)
            counts[positive]++;
        double expected = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            var (anchor, positive) = pairs.Pairs[batch[i]];
            int[] texts = profiles?[i] ?? [anchor];
            float[] mean = new float[vectors[0].Length];
            foreach (float[] vector in texts.Select(text => vectors[text]))
                for (int d = 0; d < mean.Length; d++)
                    mean[d] += vector[d] / System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector);
            double Score(int text) =>
                Math.Exp(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(mean, vectors[text]) / options.Temperature)
                / Math.Pow(counts[text] / (double)pairs.Pairs.Count, correction);
            double others = batch.Where(p => p != batch[i]).Select(p => pairs.Pairs[p].Positive)
                .Where(text => text != positive && !texts.Contains(text)).Sum(Score);
            expected -= Math.Log(Score(positive) / (Score(positive) + others)) / batch.Length;
        }
        using var scope = NewDisposeScope();
        Assert.Equal(expected, run.Loss(batch, profiles: profiles).item<float>(), 1e-4);
    }

    [Theory]
    [InlineData(TuningPairs.Sequence, 1)]
    [InlineData(TuningPairs.Profile, 0)]
    public void Fit_WithTheOption_LearnsAndResumesOnlyWithIt(TuningPairs drawn, double correction)
    {
        using var folder = TinyBert.Folder();
        using var files = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var options = TasteData.Options() with
        {
            Pairs = drawn,
            HistoryLength = 3,
            SamplingBiasCorrection = correction,
            Training = TasteData.Options().Training with { CheckpointPath = files.File("c"), Resume = true }
        };
        using (var first = LoraTuningTests.Fit(ml, encoder, options))
        using (var tuned = TorchEncoder.Of(first))
            Assert.True(TasteData.Separation(tuned) > TasteData.Separation(encoder) + 0.2);
        Assert.Contains("other options", Assert.Throws<InvalidDataException>(() => LoraTuningTests.Fit(
            ml, encoder, options with { SamplingBiasCorrection = 0, Pairs = TuningPairs.Sequence })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ProfilesWithHardNegatives_IsDeterministic()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var view = TasteData.View(ml);
        var options = TasteData.Options() with
        {
            Pairs = TuningPairs.Profile,
            HistoryLength = 3,
            HardNegatives = 1,
            HardNegativeSkip = 0,
            HardNegativeNeighbors = 4,
            Training = TasteData.Options().Training with { Epochs = 2 }
        };
        using LlmEmbeddingTransformer first = LoraTuningTests.Fit(ml, encoder, options), again = LoraTuningTests.Fit(ml, encoder, options);
        ModelBytes.AssertSame(ModelBytes.Save(ml, first, view.Schema), ModelBytes.Save(ml, again, view.Schema));
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
            new MLContext().Hybrid.LlmEmbedding(
                "ItemMeaning", "ItemText", encoder,
                tuning: new LoraTuning { SamplingBiasCorrection = correction })).Message, StringComparison.Ordinal);
    }
}
