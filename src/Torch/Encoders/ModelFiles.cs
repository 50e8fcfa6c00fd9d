using System.IO.Enumeration;
using System.Text.Json;
using System.Text.Json.Nodes;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// The small files of a model folder as they are (configuration, tokenizer), and those of sentence-transformers written anew from what an
/// encoder does, so that a written folder gives its vectors wherever it is read.
/// </summary>
internal sealed class ModelFiles
{
    public const string Config = "config.json", DenseFolder = "2_Dense";

    private static readonly string[] s_kept =
    [
        Config, "generation_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "vocab.json", "merges.txt",
        "special_tokens_map.json", "added_tokens.json", "*.model",
    ];

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public byte[] this[string name] => _files[name];

    public static ModelFiles Read(string folder)
    {
        var files = new ModelFiles();
        foreach (string file in s_kept.SelectMany(pattern => Directory.GetFiles(folder, pattern)))
            files._files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        return files._files.ContainsKey(Config) ? files
            : throw new FileNotFoundException(
                $"'{folder}' holds no {Config}. Give the folder that save_pretrained wrote.", Path.Combine(folder, Config));
    }

    /// <summary>The files of a model that was made here.</summary>
    public static ModelFiles Of(params ReadOnlySpan<(string Name, byte[] Bytes)> given)
    {
        var files = new ModelFiles();
        foreach (var (name, bytes) in given)
            files._files[name] = bytes;
        return files;
    }

    /// <summary>The same files for a model of another number of layers.</summary>
    public ModelFiles WithLayers(int layers)
    {
        var files = new ModelFiles();
        foreach (var (name, bytes) in _files)
            files._files[name] = bytes;
        var config = JsonNode.Parse(_files[Config])!.AsObject();
        config["num_hidden_layers"] = layers;
        files._files[Config] = System.Text.Encoding.UTF8.GetBytes(config.ToJsonString(s_indented) + "\n");
        return files;
    }

    /// <summary>Writes the files into a folder that exists.</summary>
    public void Write(string folder, OnnxEncoderSettings settings, TokenizerSource tokenizer, int pooledSize, int? projectedSize)
    {
        foreach (var (name, bytes) in _files)
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        if (!_files.ContainsKey("tokenizer_config.json") && tokenizer.Kind != TokenizerSource.Json)
            WriteJson(folder, "tokenizer_config.json", new JsonObject
            {
                ["do_lower_case"] = tokenizer.Lowercase,
                ["tokenizer_class"] = tokenizer.Family.Length > 0 ? tokenizer.Family : "BertTokenizer"
            });
        var modules = new JsonArray(Module(0, "", "Transformer"), Module(1, "1_Pooling", "Pooling"));
        if (projectedSize is { } size)
        {
            modules.Add(Module(2, DenseFolder, "Dense"));
            WriteJson(folder, DenseFolder + "/config.json", new JsonObject
            {
                ["in_features"] = pooledSize,
                ["out_features"] = size,
                ["bias"] = false,
                ["activation_function"] = TorchFolder.Identity,
            });
        }
        if (settings.Normalize)
            modules.Add(Module(modules.Count, $"{modules.Count}_Normalize", "Normalize"));
        WriteJson(folder, "modules.json", modules);
        var pooling = new JsonObject { ["word_embedding_dimension"] = pooledSize / settings.Pooling.Count };
        foreach (var (name, mode) in SentenceTransformersFolder.PoolingNames)
            pooling[name] = settings.Pooling.Contains(mode);
        pooling["include_prompt"] = settings.IncludePrompt;
        WriteJson(folder, "1_Pooling/config.json", pooling);
        WriteJson(
            folder, "sentence_bert_config.json", new JsonObject { ["max_seq_length"] = settings.MaxTokens, ["do_lower_case"] = false });
        WriteJson(folder, "config_sentence_transformers.json", settings.Prompt.Length == 0
            ? new JsonObject { ["prompts"] = new JsonObject(), ["default_prompt_name"] = null }
            : new JsonObject { ["prompts"] = new JsonObject { ["default"] = settings.Prompt }, ["default_prompt_name"] = "default" });
    }

    /// <summary>Writes the state; what is the tokenizer's file is left out.</summary>
    public void Write(BinaryWriter writer, TokenizerSource tokenizer)
    {
        writer.Write(_files.Count);
        foreach (var (name, bytes) in _files)
        {
            bool same = bytes.AsSpan().SequenceEqual(tokenizer.Bytes);
            writer.Write(name);
            writer.Write(same);
            if (same)
                continue;
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }
    }

    public static ModelFiles Read(BinaryReader reader, TokenizerSource tokenizer)
    {
        var files = new ModelFiles();
        for (int left = EncoderState.CheckedCount(reader, 2); left > 0; left--)
        {
            string name = reader.ReadString();
            // The names are written into a folder by Save: only those that Read takes from one.
            if (name != Path.GetFileName(name)
                || !s_kept.Any(kept => FileSystemName.MatchesSimpleExpression(kept, name, ignoreCase: false)))
                throw new InvalidDataException(
                    $"The saved text encoder holds a file '{name}'; allowed are {string.Join(", ", s_kept)}. Do not use this model: it was "
                    + "not written by HybridRec.MLNet.");
            files._files[name] = reader.ReadBoolean() ? tokenizer.Bytes : EncoderState.ReadBytes(reader);
        }
        return files._files.ContainsKey(Config)
            ? files
            : throw new InvalidDataException($"The saved text encoder has no {Config}: it is damaged.");
    }

    private static JsonObject Module(int index, string path, string type) => new()
    {
        ["idx"] = index,
        ["name"] = index.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["path"] = path,
        ["type"] = "sentence_transformers.models." + type,
    };

    private static void WriteJson(string folder, string name, JsonNode json)
    {
        string file = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json.ToJsonString(s_indented) + "\n");
    }

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };
}
