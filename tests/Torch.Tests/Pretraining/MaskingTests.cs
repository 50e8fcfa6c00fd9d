using System.Numerics.Tensors;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class MaskingTests
{
    private static readonly MaskingVocabulary s_vocabulary = new(LetterTexts.Tokenizer);

    [Fact]
    public void Of_ManyTokens_HidesTheShareInThreeWaysAndNoSpecialToken()
    {
        int[][] sequences = [.. Enumerable.Range(0, 200).Select(_ => (int[])[2, .. Enumerable.Repeat(10, 50), 3])];
        var batch = TokenBatches.Batch(sequences, [.. Enumerable.Range(0, 200)], 0);
        var masked = MaskedBatch.Of(batch, s_vocabulary, 0.2, 1, 2, 3);
        Assert.InRange(masked.Places.Length / 10_000.0, 0.18, 0.22);
        Assert.All(masked.Targets, target => Assert.Equal(10, target));
        long[] seen = [.. masked.Places.Select(at => batch.Ids[at])];
        Assert.InRange(seen.Count(id => id == 4) / (double)seen.Length, 0.76, 0.84);
        Assert.InRange(seen.Count(id => id == 10) / (double)seen.Length, 0.07, 0.14);
        Assert.InRange(seen.Count(id => id is not (4 or 10)) / (double)seen.Length, 0.07, 0.13);
        Assert.All(seen, id => Assert.True(id >= 4));
        for (int i = 0; i < batch.Ids.Length; i++)
            if (!masked.Places.Contains(i))
                Assert.Equal(sequences[i / batch.Length][i % batch.Length], batch.Ids[i]);
    }

    [Fact]
    public void Of_ASingleWord_IsAlwaysChosen()
    {
        for (int draw = 0; draw < 50; draw++)
        {
            var masked = MaskedBatch.Of(TokenBatches.Batch([[2, 7, 3], [2, 1, 3]], [0, 1], 0), s_vocabulary, 1e-9, 1, 0, draw);
            Assert.Equal([1], masked.Places);
            Assert.Equal([7], masked.Targets);
        }
    }

    [Fact]
    public void PackedSequences_TextsOfAllLengths_KeepEveryTokenInOrderAndTheLimit()
    {
        string[] texts =
        [
            "a", "", "b c", string.Join(' ', Enumerable.Range(0, 60).Select(i => (char)('a' + i % 26))), "d e f g h i j k", "l"
        ];
        int[][] sequences = PackedSequences.Of(texts, LetterTexts.Tokenizer, s_vocabulary, 16, 1, CancellationToken.None);
        Assert.All(sequences, s =>
        {
            Assert.InRange(s.Length, 3, 16);
            Assert.Equal(2, s[0]);
            Assert.Equal(3, s[^1]);
        });
        string packed = string.Join(' ', sequences.SelectMany(s => s).Where(id => id > 4).Select(id => (char)('a' + id - 5)));
        Assert.All(texts, text => Assert.Contains(text, packed, StringComparison.Ordinal));
        Assert.Equal(texts.Sum(t => t.Count(char.IsLetter)), packed.Count(char.IsLetter));
        Assert.InRange(sequences.Length, 6, 8); // 72 tokens and their marks
    }

    [Fact]
    public void CooccurrenceStart_LettersOfLikeNeighbors_AreNearerThanOthers()
    {
        int[][] sequences = PackedSequences.Of(LetterTexts.Of(), LetterTexts.Tokenizer, s_vocabulary, 16, 1, CancellationToken.None);
        float[] vectors = CooccurrenceStart.Vectors(sequences, s_vocabulary, 8, 1, CancellationToken.None);
        float Cosine(char a, char b) =>
            TensorPrimitives.CosineSimilarity(vectors.AsSpan((a - 'a' + 5) * 8, 8), vectors.AsSpan((b - 'a' + 5) * 8, 8));
        Assert.All(vectors[..(5 * 8)], v => Assert.Equal(0, v));
        foreach (var (a, near, far) in ((char, char, char)[])[('c', 'd', 'p'), ('p', 'q', 'c'), ('a', 'b', 'z')])
            Assert.True(Cosine(a, near) > Cosine(a, far) + 0.3, $"{a}: {Cosine(a, near)} to {near}, {Cosine(a, far)} to {far}");
        float[] logs = CooccurrenceStart.LogFrequencies(sequences, s_vocabulary);
        Assert.Equal(1, logs[5..].Sum(l => Math.Exp(l)), 1.0 / 26);
    }

    [Fact]
    public void Loss_ABatch_IsThatOfPlainLoops()
    {
        PretrainingOptions options = LetterTexts.Options().Resolved(1);
        using var session = TasteData.Session();
        using var run = new PretrainingTask(options, LetterTexts.Of(), LetterTexts.Tokenizer, session);
        using (var loop = new TrainingLoop(run, options.Schedule(run.BatchesPerEpoch), session))
            loop.Step(); // so that norms and biases are not those of the start
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var masked = MaskedBatch.Of(TokenBatches.Batch([[2, 7, 8, 9, 3], [2, 20, 21, 3]], [0, 1], 0), s_vocabulary, 0.5, 4, 0, 0);
        float[] W(string name) => TensorTransfer.ToArray(run.Parameters.Single(p => p.Name == name).Value);
        const int h = 24;
        float[] hidden = TensorTransfer.ToArray(run.Hidden(masked.Batch)), table = W("embeddings.word_embeddings.weight"),
            bias = W("cls.predictions.bias"), dense = W("cls.predictions.transform.dense.weight"),
            denseBias = W("cls.predictions.transform.dense.bias"), scale = W("cls.predictions.transform.LayerNorm.weight"),
            shift = W("cls.predictions.transform.LayerNorm.bias");
        double sum = 0;
        for (int m = 0; m < masked.Places.Length; m++)
        {
            double[] x = [.. Enumerable.Range(0, h).Select(o => TinyBert.Gelu(
                denseBias[o] + Enumerable.Range(0, h).Sum(i => (double)dense[o * h + i] * hidden[masked.Places[m] * h + i])))];
            double mean = x.Average(), deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-12);
            double[] logits = [.. Enumerable.Range(0, bias.Length).Select(t =>
                bias[t] + Enumerable.Range(0, h).Sum(i => table[t * h + i] * ((x[i] - mean) / deviation * scale[i] + shift[i])))];
            sum += Math.Log(logits.Sum(Math.Exp)) - logits[masked.Targets[m]];
        }
        Assert.Equal(sum / masked.Places.Length, run.Loss(masked, out _).item<float>(), 1e-4);
    }
}
