using static HybridRec.MLNet.Tests.Text.EncoderFixture;

namespace HybridRec.MLNet.Tests.Text;

public sealed class SentenceTransformersTests
{
    // "a b c" is [CLS] a b c [SEP]: rows (0,0) (1,0) (0,2) (4,-4) (0,0), mean m = (1,-0.4), token vectors row + m.
    [Theory]
    [InlineData("cls_token", new[] { 1f, -0.4f })]
    [InlineData("max_tokens", new[] { 5f, 1.6f })]
    [InlineData("mean_tokens", new[] { 2f, -0.8f })]
    [InlineData("mean_sqrt_len_tokens", new[] { 4.472136f, -1.788854f })] // 10/sqrt(5), -4/sqrt(5)
    [InlineData("weightedmean_tokens", new[] { 2.2f, -1.066667f })] // ((2*1 + 4*4)/15 + 1, (3*2 - 4*4)/15 - 0.4)
    [InlineData("lasttoken", new[] { 1f, -0.4f })]
    public void FromFolder_PoolingOfItsFile_GivesTheExpectedVector(string pooling, float[] expected)
    {
        using var folder = Folder(pooling);
        using var encoder = TextEncoder.FromFolder(folder.Path);
        Assert.Equal(2, encoder.Dimension);
        Close(expected, Encode(encoder, "a b c"), 1e-5);
    }

    [Fact]
    public void FromFolder_SeveralPoolings_AreConcatenatedInTheirOrder()
    {
        using var folder = Folder();
        folder.With(
            "1_Pooling/config.json", """{"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":true,"pooling_mode_max_tokens":false}""");
        using var encoder = TextEncoder.FromFolder(folder.Path);
        Assert.Equal(4, encoder.Dimension);
        Close([1, -0.4f, 2, -0.8f], Encode(encoder, "a b c"), 1e-5);
    }

    [Fact]
    public void FromFolder_NormalizeModule_GivesLengthOne()
    {
        using var folder = Folder(normalize: true);
        using var encoder = TextEncoder.FromFolder(folder.Path);
        float length = MathF.Sqrt(2 * 2 + 0.8f * 0.8f);
        Close([2 / length, -0.8f / length], Encode(encoder, "a b c"), 1e-6);
        using var raw = TextEncoder.FromFolder(folder.Path, new EncoderOptions { Normalize = false });
        Close([2, -0.8f], Encode(raw, "a b c"), 1e-5);
    }

    [Fact]
    public void FromFolder_MaxSeqLength_CutsTheText()
    {
        using var folder = Folder();
        folder.With("sentence_bert_config.json", """{"max_seq_length":3,"do_lower_case":false}""");
        using var encoder = TextEncoder.FromFolder(folder.Path);
        Close(Encode(encoder, "a"), Encode(encoder, "A b c"));
        using var longer = TextEncoder.FromFolder(folder.Path, new EncoderOptions { MaxTokens = 4 });
        Close(Encode(longer, "a b"), Encode(longer, "a b c"));
    }

    [Fact]
    public void FromFolder_Prompts_StandBeforeTheText()
    {
        using var folder = Folder();
        folder.With("config_sentence_transformers.json", """{"prompts":{"query":"b ","passage":"c "},"default_prompt_name":null}""");
        using var plain = TextEncoder.FromFolder(folder.Path);
        using var query = TextEncoder.FromFolder(folder.Path, new EncoderOptions { PromptName = "query" });
        using var own = TextEncoder.FromFolder(folder.Path, new EncoderOptions { Prompt = "c c " });
        Close(Encode(plain, "b a"), Encode(query, "a"));
        Close(Encode(plain, "c c a"), Encode(own, "a"));
        Assert.Contains("query, passage", Assert.Throws<ArgumentException>(() =>
            TextEncoder.FromFolder(folder.Path, new EncoderOptions { PromptName = "none" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_PromptLeftOutOfPooling_PoolsTheTextAlone()
    {
        using var folder = Folder();
        folder.With("1_Pooling/config.json", """{"pooling_mode_mean_tokens":true,"include_prompt":false}""");
        using var encoder = TextEncoder.FromFolder(folder.Path, new EncoderOptions { Prompt = "b " });
        // [CLS] b a [SEP]: mean of all rows (0.25, 0.5); pooled are a and [SEP]: ((1 + 0)/2 + 0.25, 0 + 0.5).
        Close([0.75f, 0.5f], Encode(encoder, "a"), 1e-6);
    }

    [Fact]
    public void FromFolder_WithoutPooling_SaysWhatToAddOrSet()
    {
        using var folder = Folder(pooling: "");
        var error = Assert.Throws<InvalidOperationException>(() => TextEncoder.FromFolder(folder.Path));
        Assert.Contains("1_Pooling/config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("EncoderOptions.Pooling", error.Message, StringComparison.Ordinal);
        using var encoder = TextEncoder.FromFolder(folder.Path, new EncoderOptions { Pooling = PoolingMode.Mean });
        Close([2, -0.8f], Encode(encoder, "a b c"), 1e-5);
    }

    [Fact]
    public void FromFolder_DenseModule_IsRefusedByName()
    {
        using var folder = Folder(extraModule: "sentence_transformers.models.Dense");
        Assert.Contains(
            "sentence_transformers.models.Dense", Assert.Throws<NotSupportedException>(() => TextEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_UnknownPooling_IsRefusedByName()
    {
        using var folder = Folder(pooling: "attention");
        Assert.Contains(
            "pooling_mode_attention", Assert.Throws<NotSupportedException>(() => TextEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_MissingParts_AreNamed()
    {
        Assert.Throws<DirectoryNotFoundException>(() => TextEncoder.FromFolder("/no/such/folder"));
        using var folder = Folder();
        File.Delete(folder.File("vocab.txt"));
        Assert.Contains(
            "tokenizer.json", Assert.Throws<FileNotFoundException>(() => TextEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
        File.Delete(folder.File("onnx/model.onnx"));
        Assert.Contains(
            "model.onnx", Assert.Throws<FileNotFoundException>(() => TextEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
        folder.With("modules.json", "[{");
        Assert.Contains(
            "modules.json", Assert.Throws<InvalidDataException>(() => TextEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_DamagedTokenizer_IsAClearError()
    {
        using var folder = Folder();
        folder.With("tokenizer.json", "{\"model\":{");
        Assert.Contains(
            "tokenizer.json", Assert.Throws<InvalidDataException>(() => TextEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
        File.Delete(folder.File("tokenizer.json"));
        folder.With("vocab.txt", "a\nb\n");
        Assert.Contains(
            "[CLS]", Assert.Throws<InvalidDataException>(() => TextEncoder.FromFolder(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_AnyBatch_GivesTheSameVector()
    {
        using var folder = Folder();
        using var encoder = TextEncoder.FromFolder(folder.Path);
        string[] texts = ["a", "a b c c c c a b", "c b", "b", "a a a a a a a a a a a a a", "b c", ""];
        float[][] together = EncodeAll(encoder, texts);
        for (int i = 0; i < texts.Length; i++)
            Close(together[i], Encode(encoder, texts[i]), 1e-5);
    }
}
