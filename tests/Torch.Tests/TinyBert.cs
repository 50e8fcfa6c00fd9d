using System.Globalization;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>
/// A BERT of random weights: 2 layers, 12 wide, 3 heads, a vocabulary of letters; and the same forward pass by
/// plain loops in double precision.
/// </summary>
internal static class TinyBert
{
    public const int Hidden = 12, Layers = 2, Heads = 3, Inner = 20, Positions = 16;
    private const double Epsilon = 1e-3;

    private static readonly string[] s_vocabulary =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
        .. Enumerable.Range('a', 26).Select(c => ((char)c).ToString(CultureInfo.InvariantCulture))
    ];

    public static string Config(string activation = "gelu", int positions = Positions) =>
        $$"""
        {"architectures":["BertModel"],"model_type":"bert","hidden_size":{{Hidden}},"num_hidden_layers":{{Layers}},"num_attention_heads":{{Heads}},"intermediate_size":{{Inner}},
         "vocab_size":{{s_vocabulary.Length}},"max_position_embeddings":{{positions}},"type_vocab_size":2,"layer_norm_eps":0.001,"hidden_act":"{{activation}}","position_embedding_type":"absolute"}
        """;

    public static List<TensorData> Weights(int seed = 1, string prefix = "", TensorType type = TensorType.F32, int positions = Positions)
    {
        var random = new Random(seed);
        var tensors = new List<TensorData>();
        void Add(string name, double mean, params long[] shape)
        {
            float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b))
                .Select(_ => (float)(mean + 1.2 * (random.NextDouble() - 0.5)))];
            tensors.Add(type switch
            {
                TensorType.F16 => new TensorData(prefix + name, type, shape, stream =>
                    stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Array.ConvertAll(values, v => (Half)v).AsSpan()))),
                TensorType.BF16 =>
                    new TensorData(prefix + name, type, shape, stream => stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(
                        Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).AsSpan()))),
                _ => TensorData.Of(prefix + name, shape, values),
            });
        }
        void Linear(string name, int outputs, int inputs)
        {
            Add(name + ".weight", 0, outputs, inputs);
            Add(name + ".bias", 0, outputs);
        }
        void Norm(string name)
        {
            Add(name + ".weight", 1, Hidden);
            Add(name + ".bias", 0, Hidden);
        }
        Add("embeddings.word_embeddings.weight", 0, s_vocabulary.Length, Hidden);
        Add("embeddings.position_embeddings.weight", 0, positions, Hidden);
        Add("embeddings.token_type_embeddings.weight", 0, 2, Hidden);
        Norm("embeddings.LayerNorm");
        for (int l = 0; l < Layers; l++)
        {
            string layer = $"encoder.layer.{l}.";
            foreach (string module in (string[])[
                "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
                Linear(layer + module, Hidden, Hidden);
            Norm(layer + "attention.output.LayerNorm");
            Linear(layer + "intermediate.dense", Inner, Hidden);
            Linear(layer + "output.dense", Hidden, Inner);
            Norm(layer + "output.LayerNorm");
        }
        Linear("pooler.dense", Hidden, Hidden); // not used by any pooling, but kept
        tensors.Add(new TensorData("embeddings.position_ids", TensorType.I64, [1, positions], stream =>
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Enumerable.Range(0, positions).Select(i => (long)i).ToArray()
                .AsSpan()))));
        return tensors;
    }

    public static TemporaryFolder Folder(
        string pooling = "mean_tokens", bool normalize = false, string activation = "gelu", string prefix = "",
        TensorType type = TensorType.F32, long shardBytes = SafeTensorsWriter.DefaultShardBytes, int seed = 1, int positions = Positions)
    {
        var folder = new TemporaryFolder().With("config.json", Config(activation, positions))
            .With("vocab.txt", string.Join('\n', s_vocabulary) + "\n")
            .With("1_Pooling/config.json", $$"""{"word_embedding_dimension":{{Hidden}},"pooling_mode_{{pooling}}":true}""")
            .With("modules.json", """[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}"""
                + (normalize ? """,{"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]""" : "]"));
        SafeTensorsWriter.WriteFolder(
            folder.Path, "model", Weights(seed, prefix, type, positions), new Dictionary<string, string> { ["format"] = "pt" }, shardBytes);
        return folder;
    }

    /// <summary>The token vectors of one text by plain loops.</summary>
    public static double[][] Forward(SafeTensorsFolder weights, int[] ids, Func<double, double> activation)
    {
        float[] W(string name) => weights.FileOf(name).Floats(name);
        double[][] Linear(string module, double[][] x, int outputs)
        {
            float[] w = W(module + ".weight"), b = W(module + ".bias");
            return [.. x.Select(row =>
                Enumerable.Range(0, outputs).Select(o => b[o] + row.Select((v, i) => v * w[o * row.Length + i]).Sum()).ToArray())];
        }
        double[][] Norm(string module, double[][] x)
        {
            float[] w = W(module + ".weight"), b = W(module + ".bias");
            return [.. x.Select(row =>
            {
                double mean = row.Average(), deviation = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + Epsilon);
                return row.Select((v, i) => (v - mean) / deviation * w[i] + b[i]).ToArray();
            })];
        }
        double[][] Add(double[][] x, double[][] y) => [.. x.Select((row, t) => row.Select((v, i) => v + y[t][i]).ToArray())];
        float[] words = W("embeddings.word_embeddings.weight"), positions = W("embeddings.position_embeddings.weight"),
            types = W("embeddings.token_type_embeddings.weight");
        double[][] x = Norm("embeddings.LayerNorm", [.. ids.Select((id, t) => Enumerable.Range(0, Hidden).Select(i =>
            (double)words[id * Hidden + i] + positions[t * Hidden + i] + types[i]).ToArray())]);
        const int size = Hidden / Heads;
        for (int l = 0; l < Layers; l++)
        {
            string layer = $"encoder.layer.{l}.";
            double[][] q = Linear(layer + "attention.self.query", x, Hidden), k = Linear(layer + "attention.self.key", x, Hidden),
                v = Linear(layer + "attention.self.value", x, Hidden);
            double[][] context = [.. x.Select(_ => new double[Hidden])];
            for (int head = 0; head < Heads; head++)
                for (int t = 0; t < ids.Length; t++)
                {
                    double[] scores = [.. Enumerable.Range(0, ids.Length)
                        .Select(s => Enumerable.Range(head * size, size).Sum(i => q[t][i] * k[s][i]) / Math.Sqrt(size))];
                    double top = scores.Max(), total = scores.Sum(s => Math.Exp(s - top));
                    for (int s = 0; s < ids.Length; s++)
                        for (int i = head * size; i < (head + 1) * size; i++)
                            context[t][i] += Math.Exp(scores[s] - top) / total * v[s][i];
                }
            x = Norm(layer + "attention.output.LayerNorm", Add(x, Linear(layer + "attention.output.dense", context, Hidden)));
            double[][] inner = [.. Linear(layer + "intermediate.dense", x, Inner).Select(row => row.Select(activation).ToArray())];
            x = Norm(layer + "output.LayerNorm", Add(x, Linear(layer + "output.dense", inner, Hidden)));
        }
        return x;
    }

    /// <summary>x Phi(x), Phi by the series of the error function: exact to rounding for the small values met here.</summary>
    public static double Gelu(double x)
    {
        double z = x / Math.Sqrt(2), term = z, sum = z;
        for (int n = 1; n < 200; n++)
        {
            term *= -z * z / n;
            sum += term / (2 * n + 1);
        }
        return 0.5 * x * (1 + 2 / Math.Sqrt(Math.PI) * sum);
    }

    public static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
}
