using System.Text.Json;
using HybridRec.MLNet.Files;
using static HybridRec.MLNet.Files.JsonFields;

namespace HybridRec.MLNet.Text;

/// <summary>What the files of a sentence-transformers folder say about an encoder.</summary>
internal sealed record SentenceTransformersFolder
{
    /// <summary>The switches of a pooling configuration, in the order their vectors are concatenated.</summary>
    public static readonly (string Name, PoolingMode Mode)[] PoolingNames =
    [
        ("pooling_mode_cls_token", PoolingMode.Cls), ("pooling_mode_max_tokens", PoolingMode.Max),
        ("pooling_mode_mean_tokens", PoolingMode.Mean), ("pooling_mode_mean_sqrt_len_tokens", PoolingMode.MeanSqrtLength),
        ("pooling_mode_weightedmean_tokens", PoolingMode.WeightedMean), ("pooling_mode_lasttoken", PoolingMode.LastToken),
    ];

    public required string Path { get; init; }

    /// <summary>The ONNX file; null for a static embedding model.</summary>
    public string? OnnxFile { get; init; }

    public bool IsStatic { get; init; }

    /// <summary>Modes in the order they are concatenated; empty if there is no pooling configuration.</summary>
    public IReadOnlyList<PoolingMode> Pooling { get; init; } = [];

    /// <summary>Whether the tokens of a prompt take part in pooling.</summary>
    public bool IncludePrompt { get; init; } = true;

    public bool Normalize { get; init; }

    /// <summary>Folder of the Dense module behind pooling; null for none.</summary>
    public string? DensePath { get; init; }

    public int? MaxTokens { get; init; }

    public bool? Lowercase { get; init; }

    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    public string? DefaultPromptName { get; init; }

    /// <param name="path">The folder.</param>
    /// <param name="onnx">Whether the model is run as ONNX, which has to be there then; else a Dense module is allowed.</param>
    public static SentenceTransformersFolder Read(string path, bool onnx = true)
    {
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException(
                $"There is no folder '{path}'. Give the folder of a sentence-transformers model{(onnx ? " with its ONNX file" : "")}.");
        var folder = ReadModules(new SentenceTransformersFolder { Path = path }, onnx);
        string config = System.IO.Path.Combine(path, "config.json");
        if (File.Exists(config))
        {
            using var document = JsonFile.Parse(config);
            if (Name(document.RootElement, "model_type") == "model2vec")
                folder = folder with { IsStatic = true, Normalize = Flag(document.RootElement, "normalize", folder.Normalize) };
        }
        folder = ReadPrompts(ReadTransformerSettings(folder));
        return folder.IsStatic || !onnx ? folder : folder with { OnnxFile = FindOnnx(path) };
    }

    /// <summary>The prompt that options and files ask for; empty for none.</summary>
    public string PromptOf(EncoderOptions options)
    {
        string? name = options.PromptName ?? DefaultPromptName;
        if (options.Prompt is not null)
            return options.Prompt;
        if (name is null)
            return "";
        return Prompts.TryGetValue(name, out string? prompt) ? prompt
            : throw new ArgumentException($"The model has no prompt named '{name}'; it has: " +
                $"{(Prompts.Count == 0 ? "none" : string.Join(", ", Prompts.Keys))}. Set Prompt to the text itself.");
    }

    private static SentenceTransformersFolder ReadModules(SentenceTransformersFolder folder, bool onnx)
    {
        string file = System.IO.Path.Combine(folder.Path, "modules.json");
        if (!File.Exists(file))
            return ReadPooling(folder, "1_Pooling");
        using var document = JsonFile.Parse(file);
        foreach (var module in document.RootElement.EnumerateArray())
        {
            string type = Name(module, "type") ?? "";
            string path = Name(module, "path") ?? "";
            switch (type[(type.LastIndexOf('.') + 1)..])
            {
                case "Transformer":
                    break;
                case "StaticEmbedding":
                    folder = folder with { IsStatic = true };
                    break;
                case "Pooling":
                    folder = ReadPooling(folder, path);
                    break;
                case "Normalize":
                    folder = folder with { Normalize = true };
                    break;
                case "Dense" when !onnx && folder.DensePath is null && !folder.Normalize:
                    folder = folder with { DensePath = System.IO.Path.Combine(folder.Path, path) };
                    break;
                default:
                    throw new NotSupportedException(
                        $"'{file}' lists the module '{type}', which this library does not run; it knows Transformer, Pooling, Normalize " +
                        "and StaticEmbedding. Export the whole model into one ONNX graph and read it with TextEncoder.FromOnnx.");
            }
        }
        return folder;
    }

    private static SentenceTransformersFolder ReadPooling(SentenceTransformersFolder folder, string path)
    {
        string file = System.IO.Path.Combine(folder.Path, path, "config.json");
        if (path.Length == 0 || !File.Exists(file))
            return folder;
        using var document = JsonFile.Parse(file);
        var root = document.RootElement;
        var modes = PoolingNames;
        string[] unknown = [.. root.EnumerateObject().Where(p => p.Name.StartsWith("pooling_mode_", StringComparison.Ordinal)
            && p.Value.ValueKind == JsonValueKind.True && Array.TrueForAll(modes, m => m.Name != p.Name)).Select(p => p.Name)];
        if (unknown.Length > 0)
            throw new NotSupportedException($"'{file}' asks for {unknown[0]}; known are {string.Join(", ", modes.Select(m => m.Name))}.");
        PoolingMode[] found = [.. modes.Where(m => Flag(root, m.Name)).Select(m => m.Mode)];
        if (found.Length == 0)
            throw new InvalidDataException(
                $"'{file}' switches no pooling mode on. Set one of {string.Join(", ", modes.Select(m => m.Name))} to true.");
        return folder with { Pooling = found, IncludePrompt = Flag(root, "include_prompt", true) };
    }

    private static SentenceTransformersFolder ReadTransformerSettings(SentenceTransformersFolder folder)
    {
        string file = System.IO.Path.Combine(folder.Path, "sentence_bert_config.json");
        if (!File.Exists(file))
            return folder;
        using var document = JsonFile.Parse(file);
        var root = document.RootElement;
        return folder with
        {
            MaxTokens = Present(root, "max_seq_length", out var length) ? length.GetInt32() : null,
            // false there means: as the tokenizer says
            Lowercase = Present(root, "do_lower_case", out var lower) && lower.GetBoolean() ? true : null,
        };
    }

    private static SentenceTransformersFolder ReadPrompts(SentenceTransformersFolder folder)
    {
        string file = System.IO.Path.Combine(folder.Path, "config_sentence_transformers.json");
        if (!File.Exists(file))
            return folder;
        using var document = JsonFile.Parse(file);
        var root = document.RootElement;
        var prompts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Present(root, "prompts", out var table))
            foreach (var prompt in table.EnumerateObject())
                prompts[prompt.Name] = prompt.Value.GetString() ?? "";
        return folder with { Prompts = prompts, DefaultPromptName = Name(root, "default_prompt_name") };
    }

    private static string FindOnnx(string path)
    {
        string[] places = [System.IO.Path.Combine(path, "model.onnx"), System.IO.Path.Combine(path, "onnx", "model.onnx")];
        return Array.Find(places, File.Exists) ?? throw new FileNotFoundException(
            $"'{path}' holds no model.onnx and no onnx/model.onnx. Export the model to ONNX (optimum-cli export onnx --model NAME " +
            "FOLDER), or give the file to TextEncoder.FromOnnx.",
            places[0]);
    }
}
