using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Tests.Text;
using HybridRec.MLNet.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Compression;

public sealed class EncoderQuantizerTests
{
    private static readonly BertShape s_shape =
        new() { Vocabulary = 7, Dimension = 64, Layers = 2, Heads = 4, Intermediate = 128, MaxTokens = 64 };

    private static readonly string[] s_texts = ["a b", "c", "a a a c", "b c b", "", "c c b a", "a"];

    [Theory]
    [InlineData(ActivationScaling.Dynamic, 7)]
    [InlineData(ActivationScaling.Dynamic, 8)]
    [InlineData(ActivationScaling.Static, 7)]
    public void Quantize_Encoder_IsSmallerWithinTheBudget(ActivationScaling scaling, int bits)
    {
        var shape = s_shape with { Vocabulary = 2000, Dimension = 96, Intermediate = 384 };
        using var folder = EncoderFixture.Folder(model: Bert(shape));
        using var encoder = TextEncoder.FromFolder(folder.Path);
        using var small = encoder.Quantize(s_texts, new QuantizationOptions { Scaling = scaling, WeightBits = bits });
        var report = small.Quantization!;
        Assert.Null(encoder.Quantization);
        Assert.InRange((double)report.FloatBytes / report.Int8Bytes, 3.5, 4);
        Assert.InRange(report.MeanError, 1e-9, 0.01);
        Assert.InRange(report.WorstError, report.MeanError, 0.05);
        Assert.Empty(report.FloatLayers);
        Assert.Equal(2 + (2 * 4), report.Int8Layers.Count); // two tables, four products a layer
        Assert.True(report.FloatTokensPerSecond > 0 && report.Int8TokensPerSecond > 0);
        Assert.Contains("x smaller", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Cosine(EncoderFixture.Encode(encoder, "a b c"), EncoderFixture.Encode(small, "a b c")), 0.05);
    }

    [Fact]
    public void Quantize_Twice_GivesTheSameBytes()
    {
        using var folder = EncoderFixture.Folder(model: Bert(s_shape));
        byte[][] models = [.. new[] { 1, 2 }.Select(threads =>
        {
            using var encoder = TextEncoder.FromFolder(folder.Path, new EncoderOptions { Threads = threads });
            using var small = encoder.Quantize(s_texts, new QuantizationOptions { Scaling = ActivationScaling.Static });
            return ((OnnxEncoder)small.Ready!).ModelBytes();
        })];
        Assert.Equal(models[0], models[1]);
    }

    [Fact]
    public void Quantize_LayerWithAnOutlier_StaysFloat()
    {
        // y = x A + (x + 1000 e_0) B with row 0 of B zero: the outlier takes all steps of the second product's input and adds nothing.
        float[] table = Fill(7 * 16, 1), a = Fill(256, 2), b = Fill(256, 3), outlier = new float[16];
        b.AsSpan(0, 16).Clear();
        outlier[0] = 1000;
        byte[] model = new OnnxBuilder().Input("input_ids", OnnxBuilder.Int64, "batch", "tokens").Constant("table", table, 7, 16)
            .Constant("a", a, 16, 16).Constant("b", b, 16, 16)
            .Constant("outlier", outlier, 16).Node("Gather", ["table", "input_ids"], "x").Node("MatMul", ["x", "a"], "good")
            .Node("Add", ["x", "outlier"], "far")
            .Node("MatMul", ["far", "b"], "bad").Node("Add", ["good", "bad"], "last_hidden_state")
            .Output("last_hidden_state", OnnxBuilder.Float, "batch", "tokens", 16L).Build();
        using var folder = EncoderFixture.Folder(model: model);
        using var encoder = TextEncoder.FromFolder(folder.Path);
        using var small = encoder.Quantize(s_texts);
        Assert.Equal(["bad_node"], small.Quantization!.FloatLayers);
        Assert.Equal(["x_node", "good_node"], small.Quantization.Int8Layers);
        Assert.InRange(small.Quantization.MeanError, 0, 0.01);
        using var loose = encoder.Quantize(s_texts, new QuantizationOptions { MaxError = 2 });
        Assert.Empty(loose.Quantization!.FloatLayers);
        Assert.True(loose.Quantization.MeanError > 0.01, loose.Quantization.ToString());
        Assert.Contains(
            "Raise MaxError",
            Assert.Throws<InvalidOperationException>(() => encoder.Quantize(s_texts, new QuantizationOptions { MaxError = 1e-12 })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ActivationScaling.Dynamic)]
    [InlineData(ActivationScaling.Static)]
    public void Quantize_RealDecoder_StaysWithinTheBudget(ActivationScaling scaling)
    {
        string file = Path.Combine(RealData.Model("stories260K-onnx"), "model_fp32.onnx");
        var tokenizer = TextTokenizer.FromDelegate(text => [1, .. text.Select(c => 3 + (c % 500))]);
        using var encoder = TextEncoder.FromOnnx(file, tokenizer, new EncoderOptions { Pooling = PoolingMode.Mean });
        string[] texts = ["once upon a time", "there was a little girl", "who lived in a house", "by the sea", "with a big red dog"];
        using var small = encoder.Quantize(texts, new QuantizationOptions { Scaling = scaling });
        Assert.InRange(small.Quantization!.MeanError, 1e-7, 0.01);
        // 1 MiB of the 2.25 MB is a mask of floats, no weight.
        Assert.InRange(small.Quantization.Int8Bytes, 1_000_000, 1_550_000);
        Assert.True(small.Quantization.Int8Layers.Count >= 30, small.Quantization.ToString());
    }

    [Fact]
    public void LlmEmbedding_QuantizeInt8_SavesTheSmallModelAndLoadsInAFreshProcess()
    {
        using var folder = EncoderFixture.Folder(model: Bert(s_shape));
        using var encoder = TextEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.Message);
        IDataView view = View(ml, s_texts), unseen = View(ml, ["c c c a b", "b b"]);
        using var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder, WeightPrecision.Int8).Fit(view);
        using var full = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(view);
        Assert.Contains(log, line => line.Contains("x smaller", StringComparison.Ordinal));
        Assert.NotNull(model.Quantization);
        Assert.Null(full.Quantization);
        byte[] saved = ModelBytes.Save(ml, model, view.Schema);
        Assert.True(saved.Length < ModelBytes.Save(ml, full, view.Schema).Length / 2);
        var loaded = ModelBytes.Load(saved, out _);
        List<float[]> expected = Rows(model.Transform(unseen));
        Assert.Equal(expected, Rows(loaded.Transform(unseen)));
        Assert.Equal(Rows(model.Transform(view)), Rows(loaded.Transform(view)));
        Assert.Equal(expected, FreshProcess.Run(ml, saved, unseen, "ItemMeaning"));
        Assert.All(Rows(full.Transform(unseen)).Zip(expected), pair => Assert.Equal(1, Cosine(pair.First, pair.Second), 0.05));
        (loaded as IDisposable)?.Dispose();
    }

    [Fact]
    public void LlmEmbedding_QuantizeInt8WithoutOnnxModel_IsRefusedBeforeFit()
    {
        var ml = new MLContext();
        Assert.Contains(
            "'lexical'", Assert.Throws<NotSupportedException>(() => ml.Hybrid.LlmEmbedding("x", quantize: WeightPrecision.Int8)).Message,
            StringComparison.Ordinal);
        using var folder = EncoderFixture.Folder(model: Bert(s_shape));
        using var code = TextEncoder.FromOnnx(
            folder.File("onnx/model.onnx"), TextTokenizer.FromDelegate(_ => [1]), new EncoderOptions { Pooling = PoolingMode.Mean });
        Assert.Contains(
            "given as code",
            Assert.Throws<ArgumentException>(() => ml.Hybrid.LlmEmbedding("x", encoder: code, quantize: WeightPrecision.Int8)).Message,
            StringComparison.Ordinal);
        using var encoder = TextEncoder.FromFolder(folder.Path);
        foreach (var options in (QuantizationOptions[])[
            new() { WeightBits = 4 }, new() { MaxError = 0 }, new() { MaxError = double.NaN }, new() { SampleTexts = 0 },
            new() { Scaling = (ActivationScaling)7 }])
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                ml.Hybrid.LlmEmbedding(new() { Encoder = encoder, Quantize = WeightPrecision.Int8, Quantization = options }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            ml.Hybrid.LlmEmbedding(new() { Encoder = encoder, Quantize = (WeightPrecision)9 }));
    }

    [Fact]
    public void Quantize_Cancelled_Stops()
    {
        using var folder = EncoderFixture.Folder(model: Bert(s_shape));
        using var encoder = TextEncoder.FromFolder(folder.Path);
        Assert.ThrowsAny<OperationCanceledException>(() => encoder.Quantize(
            s_texts, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(64, EncoderFixture.Encode(encoder, "a").Length); // still open
    }

    private static byte[] Bert(BertShape shape) => BertOnnx.Write(shape, BertRandomWeights.Create(shape, seed: 5));

    private static float[] Fill(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static double Cosine(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(a, b);

    private static IDataView View(MLContext ml, string[] texts) =>
        ml.Data.LoadFromEnumerable(texts.Select(t => new TextRow { ItemText = t }));

    private static List<float[]> Rows(IDataView view) => [.. view.GetColumn<float[]>("ItemMeaning")];

    private sealed class TextRow
    {
        public string? ItemText { get; set; }
    }
}
