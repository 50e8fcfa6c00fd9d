using System.Numerics.Tensors;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class TuneEncoderTests
{
    private static readonly LoraTuning s_tuning = new()
    {
        Method = TuningMethod.Full,
        Temperature = 0.2,
        ValidationFraction = 0,
        Training = new() { Epochs = 40, BatchSize = 12, LearningRate = 0.005, Seed = 1 }
    };

    // A small letter and the one thirteen behind it belong together, which their letters do not say.
    private static readonly (string Anchor, string Positive)[] s_pairs = [.. Enumerable.Range(0, 12)
        .Select(i => ($"{(char)('a' + i)} b", $"{(char)('n' + i)} o"))];

    [Fact]
    public void TuneEncoder_PairsOfTexts_AreDrawnTogether()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        float[][] untouched = Vectors.Encode(encoder, "a b");
        double before = Separation(encoder);
        using var tuned = new MLContext().Hybrid.TuneEncoder(encoder, [.. s_pairs, ("", "x"), ("y", " "), ("z", "z")], s_tuning);
        Assert.True(Separation(tuned) > before + 0.3, $"{before} to {Separation(tuned)}");
        Assert.Equal(untouched, Vectors.Encode(encoder, "a b"));
    }

    [Fact]
    public void TuneEncoder_Twice_GivesTheSameVectors()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var first = new MLContext().Hybrid.TuneEncoder(encoder, s_pairs, s_tuning);
        using var again = new MLContext().Hybrid.TuneEncoder(encoder, s_pairs, s_tuning);
        Assert.Equal(Vectors.Encode(first, "a b", "c"), Vectors.Encode(again, "a b", "c"));
    }

    [Fact]
    public void TuneEncoder_NoSeed_TheContextDecides()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        float[][] first = Of(new MLContext(seed: 7));
        Assert.Equal(first, Of(new MLContext(seed: 7)));
        Assert.NotEqual(first, Of(new MLContext(seed: 8)));
        Assert.NotEqual(Of(new MLContext()), Of(new MLContext()));

        float[][] Of(MLContext ml)
        {
            // Batches of some of the pairs: one of all of them is the same set in any order.
            using var tuned = ml.Hybrid.TuneEncoder(
                encoder, s_pairs, s_tuning with { Training = s_tuning.Training with { Epochs = 3, BatchSize = 4, Seed = null } });
            return Vectors.Encode(tuned, "a b", "c");
        }
    }

    [Fact]
    public void TuneEncoder_BadInput_SaysWhatIsAllowed()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var hybrid = new MLContext().Hybrid;
        Assert.Contains(
            "0 pairs", Assert.Throws<InvalidOperationException>(() => hybrid.TuneEncoder(encoder, [("a", "a")], s_tuning)).Message,
            StringComparison.Ordinal);
        Assert.Contains("Epochs", Assert.Throws<ArgumentOutOfRangeException>(() => hybrid.TuneEncoder(
            encoder, s_pairs, s_tuning with { Training = s_tuning.Training with { Epochs = 0 } })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => hybrid.TuneEncoder(encoder, s_pairs, s_tuning, maxTokens: 0));
        Assert.ThrowsAny<OperationCanceledException>(() => hybrid.TuneEncoder(
            encoder, s_pairs, s_tuning, cancellationToken: new CancellationToken(canceled: true)));
    }

    private static double Separation(TextEncoder encoder)
    {
        float[][] anchors = Vectors.Encode(encoder, [.. s_pairs.Select(p => p.Anchor)]),
            positives = Vectors.Encode(encoder, [.. s_pairs.Select(p => p.Positive)]);
        double right = 0, wrong = 0;
        for (int i = 0; i < anchors.Length; i++)
            for (int j = 0; j < positives.Length; j++)
            {
                double cosine = TensorPrimitives.CosineSimilarity(anchors[i], positives[j]);
                right += i == j ? cosine / anchors.Length : 0;
                wrong += i == j ? 0 : cosine / (anchors.Length * (anchors.Length - 1));
            }
        return right - wrong;
    }
}
