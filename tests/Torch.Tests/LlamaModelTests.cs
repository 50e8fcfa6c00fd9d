using Google.Protobuf;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Text.Onnx;
using HybridRec.MLNet.Torch;
using TorchSharp;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class LlamaModelTests
{
    private const int Begin = StoriesModel.Begin;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Generate_Greedy_IsTheGoldenText(bool tied)
    {
        using var folder = StoriesModel.Folder(tied);
        using var encoder = TorchEncoder.FromFolder(folder.Path, new EncoderOptions { Pooling = PoolingMode.LastToken });
        var model = (LlamaModel)encoder.Encoder.Model.Model;
        Assert.Equal(StoriesModel.Golden, StoriesModel.Greedy(ids => Next(model, ids)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generate_OnnxRuntime_IsTheGoldenText(bool rewritten)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(RealData.Model("stories260K-onnx"), "model_fp32.onnx"));
        if (rewritten)
            bytes = OnnxFile.Parse(bytes, "'stories260K'").ToByteArray();
        using var model = OnnxModel.Open(bytes, new EncoderOptions { OutputName = "logits" });
        Assert.Equal(StoriesModel.Golden, StoriesModel.Greedy(ids =>
        {
            float[] logits = model.Run([.. ids], [.. ids.Select(_ => 1L)], 1, ids.Count);
            return System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits.AsSpan(
                (ids.Count - 1) * StoriesModel.Vocabulary, StoriesModel.Vocabulary));
        }));
    }

    [Fact]
    public void Encode_PaddingAndBatch_ChangeNothing()
    {
        using var folder = StoriesModel.Folder();
        foreach (var pooling in (PoolingMode[])[PoolingMode.LastToken, PoolingMode.Mean])
        {
            using var encoder = TorchEncoder.FromFolder(folder.Path, new EncoderOptions { Pooling = pooling });
            string[] texts =
            [
                "Once upon a time, there was a little girl named Lily.", "The dog ran.",
                "She loved to play outside in the park with her mom and her friend.", "red ball"
            ];
            float[][] together = Vectors.Encode(encoder, texts);
            for (int i = 0; i < texts.Length; i++)
                Vectors.Close(together[i], Vectors.Encode(encoder, texts[i])[0], 2e-5);
            Assert.Equal(64, encoder.Dimension);
        }
    }

    [Fact]
    public void Encode_LastToken_IsThatOfTheFullHiddenState()
    {
        using var folder = StoriesModel.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path, new EncoderOptions { Pooling = PoolingMode.LastToken });
        long[] ids = [.. encoder.Encoder.Model.Tokenizer.Encode("The dog ran.").Select(i => (long)i)];
        Assert.Equal(Begin, ids[0]);
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        float[] hidden = TensorTransfer.ToArray(encoder.Encoder.Model.Model.Hidden(
            torch.tensor(ids, [1, ids.Length]), torch.ones(1, ids.Length, dtype: torch.ScalarType.Bool)));
        Vectors.Close(hidden[^64..], Vectors.Encode(encoder, "The dog ran.")[0]);
    }

    [Theory]
    [InlineData("\"rope_theta\":10000.0", "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8.0}", "rope_scaling = llama3")]
    [InlineData("\"num_key_value_heads\":4", "\"num_key_value_heads\":3", "no multiple")]
    [InlineData("\"num_key_value_heads\":4", "\"num_key_value_heads\":8", "layers.0.self_attn.k_proj.weight")]
    public void FromFolder_ConfigurationThatDoesNotFit_IsAClearError(string from, string to, string expected)
    {
        using var folder = StoriesModel.Folder();
        string config = File.ReadAllText(folder.File("config.json"));
        Assert.Contains(from, config, StringComparison.Ordinal);
        folder.With("config.json", config.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.ThrowsAny<SystemException>(() => TorchEncoder.FromFolder(
            folder.Path, new EncoderOptions { Pooling = PoolingMode.Mean }));
        Assert.True(error is InvalidDataException or NotSupportedException, error.ToString());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    // The output table is the input table where they are tied.
    private static long Next(LlamaModel model, List<long> ids)
    {
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        var hidden = model.Hidden(torch.tensor(ids.ToArray(), [1, ids.Count]), torch.ones(1, ids.Count, dtype: torch.ScalarType.Bool));
        bool tied = model.Config.TiedEmbeddings || !model.Weights.Contains("lm_head.weight");
        var output = model.Weights[tied ? model.Prefix + "embed_tokens.weight" : "lm_head.weight"];
        return torch.nn.functional.linear(hidden[0, ids.Count - 1], output).argmax().item<long>();
    }
}
