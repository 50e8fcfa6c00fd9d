using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

public sealed class BertOnnxTests
{
    private static readonly BertShape s_shape =
        new() { Vocabulary = 11, Dimension = 12, Layers = 2, Heads = 3, Intermediate = 20, MaxTokens = 9 };

    [Theory]
    [InlineData("gelu")]
    [InlineData("gelu_new")]
    [InlineData("relu")]
    public void Write_TokenVectors_AgreeWithPlainLoops(string activation)
    {
        var shape = s_shape with { Activation = activation };
        var bert = new BertModel(shape, seed: 1);
        using var model = OnnxModel.Open(BertOnnx.Write(shape, bert.Weights), new EncoderOptions());
        Assert.False(model.Signature.IsPooled);
        Assert.Equal(12, model.Signature.Width);
        // Two texts of 5 and 3 tokens: padding must not count.
        float[] found = model.Run([1, 10, 3, 4, 2, 7, 8, 9, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0], 2, 5);
        Close(bert.Forward(1, 10, 3, 4, 2), found, first: 0);
        Close(bert.Forward(7, 8, 9), found, first: 5 * 12);
    }

    [Theory]
    [InlineData(PoolingMode.Mean, true)]
    [InlineData(PoolingMode.Mean, false)]
    [InlineData(PoolingMode.Cls, true)]
    public void Write_Pooled_AgreesWithPlainLoops(PoolingMode pooling, bool normalize)
    {
        var prefixed = new BertModel(s_shape, seed: 2).Weights.ToDictionary(w => "bert." + w.Key, w => w.Value);
        using var model = OnnxModel.Open(BertOnnx.Write(s_shape, prefixed, pooling, normalize), new EncoderOptions());
        Assert.True(model.Signature.IsPooled);
        Assert.Equal("sentence_embedding", model.Signature.Output);
        float[] found = model.Run([5, 6, 7, 1, 2, 0], [1, 1, 1, 1, 1, 0], 2, 3);
        int at = 0;
        foreach (int[] ids in (int[][])[[5, 6, 7], [1, 2]])
        {
            double[][] tokens = new BertModel(s_shape, seed: 2).Forward(ids);
            double[] pooled = pooling == PoolingMode.Cls
                ? tokens[0]
                : [.. Enumerable.Range(0, 12).Select(c => tokens.Average(row => row[c]))];
            double norm = normalize ? Math.Sqrt(pooled.Sum(v => v * v)) : 1;
            Close([[.. pooled.Select(v => v / norm)]], found, at);
            at += 12;
        }
    }

    [Fact]
    public void Write_MissingOrMisshapenWeight_IsNamed()
    {
        var weights = new BertModel(s_shape, seed: 1).Weights;
        const string Name = "encoder.layer.1.output.dense.weight";
        var good = weights[Name];
        weights[Name] = good with { Shape = [20, 12] };
        Assert.Contains(
            $"'{Name}' has the shape [20, 12]", Assert.Throws<ArgumentException>(() => BertOnnx.Write(s_shape, weights)).Message,
            StringComparison.Ordinal);
        weights.Remove(Name);
        Assert.Contains(
            $"lack '{Name}'", Assert.Throws<ArgumentException>(() => BertOnnx.Write(s_shape, weights)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ImpossibleShape_IsRefused()
    {
        var weights = new BertModel(s_shape, seed: 1).Weights;
        Assert.Contains(
            "divide", Assert.Throws<ArgumentOutOfRangeException>(() => BertOnnx.Write(s_shape with { Heads = 5 }, weights)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BertOnnx.Write(s_shape with { Layers = 0 }, weights));
        Assert.Contains(
            "'swish'", Assert.Throws<NotSupportedException>(() => BertOnnx.Write(s_shape with { Activation = "swish" }, weights)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Max", Assert.Throws<NotSupportedException>(() => BertOnnx.Write(s_shape, weights, PoolingMode.Max)).Message,
            StringComparison.Ordinal);
    }

    private static void Close(double[][] expected, float[] found, int first)
    {
        for (int t = 0; t < expected.Length; t++)
            for (int c = 0; c < expected[t].Length; c++)
                Assert.Equal(expected[t][c], found[first + (t * expected[t].Length) + c], 1e-4);
    }
}
