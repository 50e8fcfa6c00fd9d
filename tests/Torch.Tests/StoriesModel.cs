using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>
/// stories260K, a trained Llama of llama2.c, written as a Hugging Face folder: its rotary pairs lie side by side, those of
/// Hugging Face half a head apart.
/// </summary>
internal static class StoriesModel
{
    public const string Name = "stories260K";
    public const int Begin = 1, Vocabulary = 512;

    public static string Golden => File.ReadAllText(Path.Combine(RealData.Model(Name), "golden_greedy_200steps.txt"));

    /// <summary>The pieces of the vocabulary in id order; those of raw bytes are "&lt;0x0A&gt;".</summary>
    public static string[] Pieces()
    {
        using var reader = new BinaryReader(File.OpenRead(Path.Combine(RealData.Model(Name), "tok512.bin")));
        reader.ReadInt32();
        string[] pieces = new string[Vocabulary];
        for (int i = 0; i < pieces.Length; i++)
        {
            reader.ReadSingle();
            pieces[i] = Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32()));
        }
        return pieces;
    }

    /// <summary>The text that 200 steps give, each taking the likeliest token.</summary>
    /// <param name="next">The likeliest token after these.</param>
    public static string Greedy(Func<List<long>, long> next)
    {
        string[] pieces = Pieces();
        List<long> ids = [Begin];
        var text = new StringBuilder();
        for (int step = 0; step < 200; step++)
        {
            long id = next(ids);
            if (id == Begin)
                break;
            string piece = pieces[id];
            if (ids[^1] == Begin && piece.StartsWith(' '))
                piece = piece[1..];
            if (piece.StartsWith("<0x", StringComparison.Ordinal))
                piece = ((char)byte.Parse(piece.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString();
            text.Append(piece);
            ids.Add(id);
        }
        return text.ToString().TrimEnd('\n');
    }

    public static TemporaryFolder Folder(bool tied = true)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(RealData.Model(Name), Name + ".bin"));
        int[] header = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(0, 28)).ToArray();
        (int dim, int inner, int layers, int heads, int groups, int vocabulary, int positions) = (
            header[0], header[1], header[2], header[3], header[4], Math.Abs(header[5]), header[6]);
        float[] values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(28)).ToArray();
        int at = 0, size = dim / heads, kv = groups * size;
        float[] Take(int count) => values[at..(at += count)];
        float[][] TakeAll(int count) => [.. Enumerable.Range(0, layers).Select(_ => Take(count))];
        float[] words = Take(vocabulary * dim);
        float[][] normAttention = TakeAll(dim), wq = TakeAll(dim * dim), wk = TakeAll(kv * dim), wv = TakeAll(kv * dim),
            wo = TakeAll(dim * dim), normMlp = TakeAll(dim), w1 = TakeAll(inner * dim), w2 = TakeAll(dim * inner),
                w3 = TakeAll(inner * dim);
        List<TensorData> tensors =
        [
            TensorData.Of("model.embed_tokens.weight", [vocabulary, dim], words), TensorData.Of("model.norm.weight", [dim], Take(dim))
        ];
        if (!tied)
            tensors.Add(TensorData.Of("lm_head.weight", [vocabulary, dim], words));
        for (int l = 0; l < layers; l++)
        {
            string layer = $"model.layers.{l}.";
            tensors.AddRange([
                TensorData.Of(layer + "input_layernorm.weight", [dim], normAttention[l]),
                TensorData.Of(layer + "self_attn.q_proj.weight", [dim, dim], Halves(wq[l], heads, size, dim)),
                TensorData.Of(layer + "self_attn.k_proj.weight", [kv, dim], Halves(wk[l], groups, size, dim)),
                TensorData.Of(layer + "self_attn.v_proj.weight", [kv, dim], wv[l]),
                TensorData.Of(layer + "self_attn.o_proj.weight", [dim, dim], wo[l]),
                TensorData.Of(layer + "post_attention_layernorm.weight", [dim], normMlp[l]),
                TensorData.Of(layer + "mlp.gate_proj.weight", [inner, dim], w1[l]),
                TensorData.Of(layer + "mlp.down_proj.weight", [dim, inner], w2[l]),
                TensorData.Of(layer + "mlp.up_proj.weight", [inner, dim], w3[l])]);
        }
        var folder = new TemporaryFolder().With(
            "tokenizer.json", Tokenizer()).With("config.json", string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"model_type":"llama","hidden_size":{{dim}},"intermediate_size":{{inner}},"num_hidden_layers":{{layers}},"num_attention_heads":{{heads}},"num_key_value_heads":{{groups}},
             "vocab_size":{{vocabulary}},"max_position_embeddings":{{positions}},"rms_norm_eps":1e-05,"rope_theta":10000.0,"hidden_act":"silu","tie_word_embeddings":{{(tied ? "true" : "false")}}}
            """));
        SafeTensorsWriter.WriteFolder(folder.Path, "model", tensors);
        return folder;
    }

    // Row 2i + p of a head to row p * size / 2 + i.
    private static float[] Halves(float[] matrix, int heads, int size, int columns)
    {
        float[] result = new float[matrix.Length];
        for (int h = 0; h < heads; h++)
            for (int r = 0; r < size; r++)
                Array.Copy(matrix, (h * size + r) * columns, result, (h * size + r % 2 * (size / 2) + r / 2) * columns, columns);
        return result;
    }

    /// <summary>The same BPE without byte fallback: merges in order of the merged piece's score, which is its id's.</summary>
    private static string Tokenizer()
    {
        string[] pieces = [.. Pieces().Select(p => p.Trim('\n').Replace(' ', '\u2581'))];
        var vocabulary = new Dictionary<string, int>();
        for (int i = 0; i < pieces.Length; i++)
            vocabulary.TryAdd(i < 3 ? ((string[])["<unk>", "<s>", "</s>"])[i] : pieces[i], i);
        var merges = new List<string>();
        for (int i = 259; i < pieces.Length; i++)
            for (int cut = 1; cut < pieces[i].Length; cut++)
                if (vocabulary.ContainsKey(pieces[i][..cut]) && vocabulary.ContainsKey(pieces[i][cut..]))
                    merges.Add($"{pieces[i][..cut]} {pieces[i][cut..]}");
        return JsonSerializer.Serialize(new
        {
            version = "1.0",
            normalizer = new
            {
                type = "Sequence",
                normalizers = new object[]
                {
                    new { type = "Prepend", prepend = "\u2581" },
                    new { type = "Replace", pattern = new { String = " " }, content = "\u2581" }
                }
            },
            post_processor = new
            {
                type = "TemplateProcessing",
                single = new object[]
                {
                    new { SpecialToken = new { id = "<s>", type_id = 0 } }, new { Sequence = new { id = "A", type_id = 0 } }
                },
                special_tokens = new Dictionary<string, object>
                {
                    ["<s>"] = new { id = "<s>", ids = (int[])[1], tokens = (string[])["<s>"] }
                },
            },
            model = new { type = "BPE", unk_token = "<unk>", fuse_unk = true, vocab = vocabulary, merges },
        });
    }
}
