using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>TorchSharp and ONNX Runtime give the same vectors.</summary>
public sealed class OnnxExportTests
{
    private const double Tolerance = 1e-4;

    private static readonly string[] s_texts = ["a b c", "z", "q r s t u v", "", "a b c d e f g h i j k l m n o p"];

    [Theory]
    [InlineData("mean_tokens", true, "gelu", "")]
    [InlineData("cls_token", false, "gelu_new", "bert.")]
    [InlineData("max_tokens", false, "relu", "")]
    public void ToOnnx_Bert_AgreesWithTorch(string pooling, bool normalize, string activation, string prefix)
    {
        using var folder = TinyBert.Folder(pooling, normalize, activation, prefix);
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path, new EncoderOptions { Prompt = "y " });
        using TextEncoder onnx = encoder.ToOnnx();
        AssertSame(Vectors.Encode(encoder, s_texts), Vectors.Encode(onnx, s_texts));
        onnx.Save(target.File("m"));
        using TextEncoder read = TextEncoder.FromFolder(target.File("m"));
        AssertSame(Vectors.Encode(encoder, s_texts), Vectors.Encode(read, s_texts));
    }

    [Fact]
    public void ToOnnx_Tuned_HasTheVectorsOfTheTunedAndServesInAPipeline()
    {
        using var folder = TinyBert.Folder(normalize: true);
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        using var model = LoraTuningTests.Fit(ml, encoder, TasteData.Options());
        using var tuned = TorchEncoder.Of(model);
        using TextEncoder onnx = tuned.ToOnnx();
        float[][] expected = Vectors.Encode(tuned, s_texts);
        AssertSame(expected, Vectors.Encode(onnx, s_texts));
        Assert.NotEqual(Vectors.Encode(encoder, s_texts)[0], expected[0]);
        using var stage = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", onnx).Fit(TasteData.View(ml));
        Assert.Equal(tuned.Dimension, stage.Dimension);
    }

    [Theory]
    [InlineData("mean_tokens", null)]
    [InlineData("mean_tokens", 5)]
    [InlineData("cls_token", 5)]
    public void ToOnnx_Projection_AgreesWithTorch(string pooling, int? dimension)
    {
        using var folder = TinyBert.Folder(pooling, normalize: true);
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var model = LoraTuningTests.Fit(
            new MLContext(), encoder, TasteData.Options(TuningMethod.Projection()) with { Method = TuningMethod.Projection(dimension) });
        using var tuned = TorchEncoder.Of(model);
        using TextEncoder onnx = tuned.ToOnnx();
        Assert.Equal(dimension ?? TinyBert.Hidden, onnx.Dimension);
        AssertSame(Vectors.Encode(tuned, s_texts), Vectors.Encode(onnx, s_texts));
        onnx.Save(target.File("m"));
        using TextEncoder read = TextEncoder.FromFolder(target.File("m"));
        AssertSame(Vectors.Encode(tuned, s_texts), Vectors.Encode(read, s_texts));
    }

    [Fact]
    public void ToOnnx_ProjectionBehindAMaximum_IsRefused()
    {
        using var folder = TinyBert.Folder("max_tokens");
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var model = LoraTuningTests.Fit(new MLContext(), encoder, TasteData.Options(TuningMethod.Projection()) with
        {
            Training = TasteData.Options(TuningMethod.Projection()).Training with { Epochs = 1 }
        });
        using var tuned = TorchEncoder.Of(model);
        Assert.Contains("other than Max", Assert.Throws<NotSupportedException>(() => tuned.ToOnnx()).Message, StringComparison.Ordinal);
    }

    private static void AssertSame(float[][] expected, float[][] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Vectors.Close(expected[i], actual[i], Tolerance);
    }
}
