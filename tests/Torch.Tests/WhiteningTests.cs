using System.Numerics.Tensors;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class WhiteningTests
{
    // More texts than a vector has numbers, of one to fourteen letters.
    private static readonly string[] s_texts = [.. Enumerable.Range(0, 60)
        .Select(i => string.Join(' ', Enumerable.Range(0, 1 + i % 14).Select(t => (char)('a' + (i * 7 + t * (i % 5 + 3)) % 26))))];

    [Theory]
    [InlineData("mean_tokens")]
    [InlineData("cls_token")]
    public void Whiten_HalfPower_GivesMeanZeroAndTheSameVarianceEverywhere(string pooling)
    {
        using var folder = TinyBert.Folder(pooling);
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        float[][] before = Vectors.Encode(encoder, s_texts);
        using var whitened = encoder.Whiten([.. s_texts, .. s_texts[..9]], floor: 1e-6);
        float[][] vectors = Vectors.Encode(whitened, s_texts);
        // What leaves the last normalization lies in a plane: the first direction, that of least variance, has none.
        for (int a = 1; a < TinyBert.Hidden; a++)
        {
            Assert.Equal(0, vectors.Average(v => v[a]), 1e-3);
            for (int b = 0; b <= a; b++)
                Assert.Equal(a == b ? 1 : 0, vectors.Average(v => (double)v[a] * v[b]), 0.01);
        }
        Assert.Equal(before, Vectors.Encode(encoder, s_texts)); // the encoder given is as it was
    }

    [Fact]
    public void Whiten_PowerZero_TakesOffTheMeanOnly()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        float[][] before = Vectors.Encode(encoder, s_texts);
        float[] mean = [.. Enumerable.Range(0, TinyBert.Hidden).Select(d => before.Average(v => v[d]))];
        using var whitened = encoder.Whiten(s_texts, power: 0);
        float[][] after = Vectors.Encode(whitened, s_texts);
        float[] Centered(int text) => [.. before[text].Zip(mean, (x, m) => x - m)];
        for (int i = 1; i < 20; i++)
            Assert.Equal(
                TensorPrimitives.Dot<float>(Centered(i), Centered(i - 1)), TensorPrimitives.Dot<float>(after[i], after[i - 1]), 1e-3);
    }

    [Fact]
    public void Whiten_Floor_LeavesDirectionsOfLittleVarianceSmall()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var whitened = encoder.Whiten(s_texts, floor: 0.2);
        float[][] vectors = Vectors.Encode(whitened, s_texts);
        double[] variances = [.. Enumerable.Range(0, TinyBert.Hidden).Select(d => vectors.Average(v => (double)v[d] * v[d])).Order()];
        Assert.InRange(variances[0], 0, 0.9);
        Assert.Equal(1, variances[^1], 0.01);
    }

    [Fact]
    public void Whiten_WrittenAndAsOnnx_GivesTheSameVectors()
    {
        using var folder = TinyBert.Folder(normalize: true);
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var whitened = encoder.Whiten(s_texts);
        using TextEncoder onnx = whitened.ToOnnx();
        whitened.Save(target.File("m"));
        using var read = TorchEncoder.FromFolder(target.File("m"));
        float[][] expected = Vectors.Encode(whitened, s_texts), byOnnx = Vectors.Encode(onnx, s_texts);
        Assert.Equal(expected, Vectors.Encode(read, s_texts));
        for (int i = 0; i < s_texts.Length; i++)
            Vectors.Close(expected[i], byOnnx[i], 1e-4);
    }

    [Fact]
    public void Whiten_WhatItCannotDo_IsRefused()
    {
        using TemporaryFolder mean = TinyBert.Folder(), max = TinyBert.Folder("max_tokens");
        using TorchEncoder encoder = TorchEncoder.FromFolder(mean.Path), other = TorchEncoder.FromFolder(max.Path);
        using var whitened = encoder.Whiten(s_texts);
        Assert.Contains(
            "the pooling Max", Assert.Throws<NotSupportedException>(() => other.Whiten(s_texts)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "a projection", Assert.Throws<NotSupportedException>(() => whitened.Whiten(s_texts)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "at least 2", Assert.Throws<ArgumentException>(() => encoder.Whiten(["a", "a", ""])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "power", Assert.ThrowsAny<ArgumentException>(() => encoder.Whiten(s_texts, power: 1.5)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "floor", Assert.ThrowsAny<ArgumentException>(() => encoder.Whiten(s_texts, floor: 0)).Message, StringComparison.Ordinal);
    }
}
