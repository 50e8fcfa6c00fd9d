using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using static HybridRec.MLNet.Tests.Text.EncoderFixture;

namespace HybridRec.MLNet.Tests.Text;

public sealed class OnnxEncoderTests
{
    private static readonly TextTokenizer s_letters = TextTokenizer.FromDelegate(text =>
        [.. text.Where(char.IsLetter).Select(c => c - 'a' + 4)]);

    [Fact]
    public void FromOnnx_BareFile_ProbesInputsAndPools()
    {
        using var encoder = Open(
            OnnxBuilder.Encoder(Table, 2, withTypes: true), new EncoderOptions { Pooling = PoolingMode.Mean, Normalize = false });
        // a b: rows (1,0) (0,2), mean (0.5,1), pooled (0.5,1) + (0.5,1).
        Close([1, 2], Encode(encoder, "ab"), 1e-6);
    }

    [Fact]
    public void FromOnnx_Default_NormalizesABareModel()
    {
        using var encoder = Open(OnnxBuilder.Lookup(Table, 2), new EncoderOptions { Pooling = PoolingMode.LastToken });
        Close([MathF.Sqrt(0.5f), -MathF.Sqrt(0.5f)], Encode(encoder, "abc"), 1e-6);
    }

    [Fact]
    public void FromOnnx_Int32IdsAndOtherNames_AreOverridable()
    {
        byte[] model = OnnxBuilder.Lookup(Table, 2, OnnxBuilder.Int32, "words", "x", "y");
        Assert.Contains(
            "words", Assert.Throws<NotSupportedException>(() => Open(model, new EncoderOptions { Pooling = PoolingMode.Cls })).Message,
            StringComparison.Ordinal);
        var named = new EncoderOptions { Pooling = PoolingMode.Cls, InputIdsName = "words", Normalize = false };
        Assert.Contains("OutputName", Assert.Throws<NotSupportedException>(() => Open(model, named)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "it has: x, y", Assert.Throws<ArgumentException>(() => Open(model, named with { OutputName = "z" })).Message,
            StringComparison.Ordinal);
        using var encoder = Open(model, named with { OutputName = "y" });
        Close([0, 2], Encode(encoder, "ba"));
    }

    [Fact]
    public void FromOnnx_SentenceEmbedding_IsPreferredAndNeedsNoPooling()
    {
        byte[] model = new OnnxBuilder().Input("input_ids", OnnxBuilder.Int64, "batch", "tokens").Constant("table", Table, 7, 2)
            .Constant("middle", [1L], 1)
            .Node("Gather", ["table", "input_ids"], "token_embeddings", ("axis", 0))
            .Node("ReduceSum", ["token_embeddings", "middle"], "sentence_embedding", ("keepdims", 0))
            .Output("token_embeddings", OnnxBuilder.Float, "batch", "tokens", 2L)
            .Output("sentence_embedding", OnnxBuilder.Float, "batch", "width").Build();
        using var encoder = Open(model, new EncoderOptions { Normalize = false });
        Assert.Equal(2, encoder.Dimension); // the metadata leaves the width open: found by a probe
        Close([5, -2], Encode(encoder, "abc"));
    }

    [Fact]
    public void FromOnnx_UnknownInput_IsRefusedByName()
    {
        byte[] model = new OnnxBuilder().Input("input_ids", OnnxBuilder.Int64, "b", "t").Input("pixel_values", OnnxBuilder.Float, "b", "t")
            .Constant("table", Table, 7, 2)
            .Node("Gather", ["table", "input_ids"], "last_hidden_state", ("axis", 0))
            .Output("last_hidden_state", OnnxBuilder.Float, "b", "t", 2L).Build();
        Assert.Contains(
            "'pixel_values'", Assert.Throws<NotSupportedException>(() => Open(model, new EncoderOptions())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromOnnx_NoOnnxFile_IsAClearError()
    {
        Assert.Throws<FileNotFoundException>(() => TextEncoder.FromOnnx("/no/such/model.onnx", s_letters));
        Assert.Contains(
            "no ONNX model", Assert.Throws<InvalidDataException>(() => Open([1, 2, 3, 4], new EncoderOptions())).Message,
            StringComparison.Ordinal);
        Assert.Contains("no ONNX model", Assert.Throws<InvalidDataException>(() =>
            Open(System.Text.Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1"), new EncoderOptions())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Start_WithoutNativeRuntime_SaysWhichPackageToAdd()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            OnnxModel.Start(
                () => throw new TypeInitializationException("NativeMethods", new DllNotFoundException("onnxruntime")), "'m.onnx'"));
        Assert.Contains("Microsoft.ML.OnnxRuntime", error.Message, StringComparison.Ordinal);
        Assert.Contains("onnxruntime", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_TokenOutsideTheTable_IsAClearError()
    {
        using var encoder = Open(OnnxBuilder.Lookup(Table, 2), new EncoderOptions { Pooling = PoolingMode.Mean });
        Assert.Contains(
            "check the tokenizer", Assert.Throws<InvalidOperationException>(() => Encode(encoder, "z")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PoolingMode.Mean)]
    [InlineData(PoolingMode.LastToken)]
    public void Encode_RealDecoderWithoutMask_DoesNotDependOnTheBatch(PoolingMode pooling)
    {
        var tokenizer = TextTokenizer.FromDelegate(text => [1, .. text.Select(c => 3 + c % 500)]);
        using var encoder = TextEncoder.FromOnnx(
            Path.Combine(RealData.Model("stories260K-onnx"), "model_fp32.onnx"), tokenizer, new EncoderOptions { Pooling = pooling });
        Assert.Equal(64, encoder.Dimension); // last_hidden_state, not logits
        string[] texts = ["once", "upon", "a", "time there was", "a little girl", "who", "lived in a house"];
        float[][] together = EncodeAll(encoder, texts);
        for (int i = 0; i < texts.Length; i++)
        {
            Close(together[i], Encode(encoder, texts[i]), 1e-5);
            Assert.Equal(1, together[i].Sum(v => (double)v * v), 1e-5);
        }
        Assert.NotEqual(together[0], together[1]);
    }

    [Fact]
    public void Encode_MaxTokens_BoundsADecoder()
    {
        var tokenizer = TextTokenizer.FromDelegate(text => [1, .. text.Select(c => 3 + c % 500)]);
        using var encoder = TextEncoder.FromOnnx(Path.Combine(RealData.Model("stories260K-onnx"), "model_fp32.onnx"), tokenizer,
            new EncoderOptions { Pooling = PoolingMode.Mean, MaxTokens = 512 });
        Assert.All(Encode(encoder, new string('q', 5000)), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public async Task Dispose_WhileAnotherHoldsIt_KeepsTheModelOpen()
    {
        var encoder = Open(OnnxBuilder.Encoder(Table, 2), new EncoderOptions { Pooling = PoolingMode.Mean, Normalize = false });
        using var fitted = encoder.Fit(["a"], null, null, CancellationToken.None);
        encoder.Dispose();
        encoder.Dispose();
        float[] row = new float[2];
        fitted.Encode(["ab"], row, 8, CancellationToken.None);
        Close([1, 2], row);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => encoder.AsEmbeddingGenerator().GenerateAsync(["a"]));
    }

    private static TextEncoder Open(byte[] model, EncoderOptions options)
    {
        using var folder = new TemporaryFolder().With("m.onnx", model);
        return TextEncoder.FromOnnx(folder.File("m.onnx"), s_letters, options);
    }
}
