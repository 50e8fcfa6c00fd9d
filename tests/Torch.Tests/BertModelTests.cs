using HybridRec.MLNet.Files;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using TorchSharp;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class BertModelTests
{
    private static readonly string[] s_texts = ["a b c d e f g", "z", "q r", "x y z x y z x y z", "hello"];

    [Theory]
    [InlineData("gelu", "")]
    [InlineData("gelu_new", "")]
    [InlineData("relu", "bert.")]
    public void Hidden_RandomWeights_AgreesWithPlainLoops(string activation, string prefix)
    {
        using var folder = TinyBert.Folder(activation: activation, prefix: prefix);
        using var reference = TinyBert.Folder(activation: activation);
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var weights = SafeTensorsFolder.Open(reference.Path);
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        var model = encoder.Encoder.Model;
        int[][] tokens = TokenBatches.Tokenize(model.Tokenizer, model.Settings, s_texts);
        var batch = Assert.Single(TokenBatches.Of(tokens, model.Tokenizer.PaddingId, 8, canPad: true));
        long[] shape = [batch.Count, batch.Length];
        float[] hidden = TensorTransfer.ToArray(model.Model.Hidden(
            torch.tensor(batch.Ids, shape), torch.tensor(batch.Mask, shape).to(torch.ScalarType.Bool)));
        Func<double, double> function = activation switch
        {
            "gelu" => TinyBert.Gelu,
            "gelu_new" => TinyBert.GeluTanh,
            _ => x => Math.Max(0, x)
        };
        for (int b = 0; b < batch.Count; b++)
        {
            double[][] expected = TinyBert.Forward(weights, tokens[batch.Texts[b]], function);
            for (int t = 0; t < expected.Length; t++)
                Vectors.Close(
                    [.. expected[t].Select(v => (float)v)],
                    hidden[((b * batch.Length + t) * TinyBert.Hidden)..((b * batch.Length + t + 1) * TinyBert.Hidden)], 2e-5);
        }
    }

    [Theory]
    [InlineData("cls_token", PoolingMode.Cls)]
    [InlineData("max_tokens", PoolingMode.Max)]
    [InlineData("mean_tokens", PoolingMode.Mean)]
    [InlineData("mean_sqrt_len_tokens", PoolingMode.MeanSqrtLength)]
    [InlineData("weightedmean_tokens", PoolingMode.WeightedMean)]
    [InlineData("lasttoken", PoolingMode.LastToken)]
    public void Encode_PoolingOfTheFolder_AgreesWithPlainLoops(string file, PoolingMode mode)
    {
        using var folder = TinyBert.Folder(file);
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var weights = SafeTensorsFolder.Open(folder.Path);
        float[][] found = Vectors.Encode(encoder, s_texts);
        int[][] tokens = TokenBatches.Tokenize(encoder.Encoder.Model.Tokenizer, encoder.Encoder.Settings, s_texts);
        for (int i = 0; i < s_texts.Length; i++)
        {
            float[] hidden = [.. TinyBert.Forward(weights, tokens[i], TinyBert.Gelu).SelectMany(row => row).Select(v => (float)v)],
                expected = new float[TinyBert.Hidden];
            TokenPooling.Pool(hidden, 0, tokens[i].Length, mode, expected);
            Vectors.Close(expected, found[i], 2e-5 * Math.Max(1, tokens[i].Length));
        }
    }

    [Fact]
    public void Encode_PromptLeftOutOfPooling_PoolsTheTextAlone()
    {
        using var folder = TinyBert.Folder();
        folder.With("1_Pooling/config.json", """{"pooling_mode_mean_tokens":true,"include_prompt":false}""");
        using var encoder = TorchEncoder.FromFolder(folder.Path, new EncoderOptions { Prompt = "b " });
        using var weights = SafeTensorsFolder.Open(folder.Path);
        double[][] hidden = TinyBert.Forward(weights, encoder.Encoder.Model.Tokenizer.Encode("b a"), TinyBert.Gelu);
        Vectors.Close(
            [.. Enumerable.Range(0, TinyBert.Hidden).Select(i => (float)((hidden[2][i] + hidden[3][i]) / 2))],
            Vectors.Encode(encoder, "a")[0], 2e-5);
    }
}
