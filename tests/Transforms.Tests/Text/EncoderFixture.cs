namespace HybridRec.MLNet.Tests.Text;

/// <summary>A sentence-transformers folder with a tiny known model: tokens a, b, c have the vectors (1,0), (0,2), (4,-4).</summary>
internal static class EncoderFixture
{
    /// <summary>Ids: [PAD] 0, [UNK] 1, [CLS] 2, [SEP] 3, a 4, b 5, c 6; the special ones are zero.</summary>
    public static readonly float[] Table = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 4, -4];

    public const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\nc\n";

    public static TemporaryFolder Folder(
        string pooling = "mean_tokens", bool normalize = false, string? extraModule = null, byte[]? model = null)
    {
        var folder = new TemporaryFolder().With("vocab.txt", Vocabulary).With("onnx/model.onnx", model ?? OnnxBuilder.Encoder(Table, 2));
        if (pooling.Length > 0)
            folder.With("1_Pooling/config.json", $$"""{"word_embedding_dimension":2,"pooling_mode_{{pooling}}":true}""");
        string modules = """[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"}""";
        if (pooling.Length > 0)
            modules += """,{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}""";
        if (normalize)
            modules += """,{"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}""";
        if (extraModule is not null)
            modules += $$""",{"idx":3,"name":"3","path":"3_X","type":"{{extraModule}}"}""";
        return folder.With("modules.json", modules + "]");
    }

    public static float[] Encode(TextEncoder encoder, string text) => EncodeAll(encoder, text)[0];

    public static float[][] EncodeAll(TextEncoder encoder, params string[] texts) =>
        [.. encoder.AsEmbeddingGenerator().GenerateAsync(texts).GetAwaiter().GetResult().Select(e => e.Vector.ToArray())];

    public static void Close(float[] expected, float[] actual, double tolerance = 1e-6)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"[{i}]: {expected[i]:R} expected, {actual[i]:R} found");
    }
}
