namespace HybridRec.MLNet.Tests.Torch;

internal static class Vectors
{
    public static float[][] Encode(TextEncoder encoder, params string[] texts) =>
        [.. encoder.AsEmbeddingGenerator().GenerateAsync(texts).GetAwaiter().GetResult().Select(e => e.Vector.ToArray())];

    public static void Close(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"[{i}]: {expected[i]:R} expected, {actual[i]:R} found");
    }
}
