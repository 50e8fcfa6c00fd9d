using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using Microsoft.ML;
using static HybridRec.MLNet.Tests.Text.EncoderFixture;

namespace HybridRec.MLNet.Tests.Text;

public sealed class EncoderFilesTests
{
    [Theory]
    [InlineData("mean_tokens", true)]
    [InlineData("cls_token", false)]
    public void Save_OnnxEncoder_ReadsBackTheSame(string pooling, bool normalize)
    {
        using TemporaryFolder source = Folder(pooling, normalize), target = new();
        using var encoder = TextEncoder.FromFolder(source.Path, new EncoderOptions { MaxTokens = 5, Prompt = "b " });
        encoder.Save(target.File("copy"));
        using var copy = TextEncoder.FromFolder(target.File("copy"));
        Assert.Equal(EncodeAll(encoder, "a b", "c", "a b c a b c"), EncodeAll(copy, "a b", "c", "a b c a b c"));
    }

    [Fact]
    public void Save_Int8Encoder_IsReadAsOneThatIsInt8()
    {
        var shape = new BertShape { Vocabulary = 7, Dimension = 32, Layers = 1, Heads = 2, Intermediate = 64, MaxTokens = 32 };
        using TemporaryFolder source = Folder(model: BertOnnx.Write(shape, BertRandomWeights.Create(shape, 1))), target = new();
        using var encoder = TextEncoder.FromFolder(source.Path);
        using var small = encoder.Quantize(["a b", "c"]);
        small.Save(target.Path);
        using var copy = TextEncoder.FromFolder(target.Path);
        Assert.Equal(EncodeAll(small, "a b c"), EncodeAll(copy, "a b c"));
        Assert.Contains("no MatMul", Assert.Throws<NotSupportedException>(() => copy.Quantize(["a"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_StaticEncoder_ReadsBackTheSame()
    {
        using var target = new TemporaryFolder();
        using var encoder = TextEncoder.FromFolder(RealData.Model("model2vec-bge-64d-vocabquant"));
        encoder.Save(target.Path);
        using var copy = TextEncoder.FromFolder(target.Path);
        Assert.Equal(EncodeAll(encoder, "hello world", "a movie"), EncodeAll(copy, "hello world", "a movie"));
    }

    [Fact]
    public void SaveEncoder_Distilled_ReadsBackTheSame()
    {
        using TemporaryFolder vocabulary = new TemporaryFolder().With("vocab.txt", TopicTeacher.Vocabulary), target = new();
        var ml = new MLContext();
        string[] texts = TopicTeacher.Texts(1, 40);
        var tokenizer = TextTokenizer.FromFile(vocabulary.File("vocab.txt"));
        using var model = ml.Hybrid.LlmEmbedding("x", "ItemText", TextEncoder.Distilled(new TopicTeacher(1), tokenizer))
            .Fit(ml.Data.LoadFromEnumerable(texts.Select(t => new { ItemText = t })));
        model.SaveEncoder(target.Path);
        using var copy = TextEncoder.FromFolder(target.Path);
        float[] expected = Vector(model.AsEmbeddingGenerator(), texts[3]);
        Assert.Equal(expected, Encode(copy, texts[3]));
    }

    [Fact]
    public void Save_EncoderWithoutFiles_IsRefused()
    {
        Assert.Contains(
            "SaveEncoder", Assert.Throws<InvalidOperationException>(() => TextEncoder.Lexical().Save("x")).Message,
            StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => TextEncoder.FromGenerator(new FakeGenerator()).Save("x"));
        using var folder = Folder();
        using var code = TextEncoder.FromOnnx(
            folder.File("onnx/model.onnx"), TextTokenizer.FromDelegate(_ => [4]), new EncoderOptions { Pooling = PoolingMode.Mean });
        Assert.Contains(
            "given as code", Assert.Throws<NotSupportedException>(() => code.Save(folder.File("x"))).Message, StringComparison.Ordinal);
    }

    private static float[] Vector(
        Microsoft.Extensions.AI.IEmbeddingGenerator<string, Microsoft.Extensions.AI.Embedding<float>> generator, string text)
    {
        using var again = TextEncoder.FromGenerator(generator);
        float[] row = new float[again.Dimension!.Value];
        using var fitted = again.Fit([text], null, null, CancellationToken.None);
        fitted.Encode([text], row, 1, CancellationToken.None);
        return row;
    }
}
