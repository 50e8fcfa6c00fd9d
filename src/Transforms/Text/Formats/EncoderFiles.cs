using System.Text.Json;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Writes the configuration files of a sentence-transformers folder, those that <see cref="SentenceTransformersFolder"/> reads.
/// </summary>
internal static class EncoderFiles
{
    private const string PromptName = "default";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>Tokenizer, length, prompt and the list of modules, all of them in order; the folder is made.</summary>
    public static void WriteCommon(string folder, TokenizerSource tokenizer, int maxTokens, string prompt, string[] modules)
    {
        Directory.CreateDirectory(folder);
        WholeFile.Write(Path.Combine(folder, tokenizer.FileName), stream => stream.Write(tokenizer.Bytes));
        var settings = new Dictionary<string, object?> { ["do_lower_case"] = tokenizer.Lowercase };
        if (tokenizer.Family.Length > 0)
            settings["tokenizer_class"] = tokenizer.Family;
        WriteJson(folder, "tokenizer_config.json", settings);
        WriteJson(folder, "modules.json", modules.Select((module, i) => new Dictionary<string, object?>
        {
            ["idx"] = i,
            ["name"] = i.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["path"] = module == "Pooling" ? "1_Pooling" : "",
            ["type"] = "sentence_transformers.models." + module,
        }).ToArray());
        if (maxTokens < int.MaxValue)
            WriteJson(folder, "sentence_bert_config.json", new() { ["max_seq_length"] = maxTokens, ["do_lower_case"] = false });
        if (prompt.Length > 0)
            WriteJson(
                folder, "config_sentence_transformers.json",
                new() { ["prompts"] = new Dictionary<string, string> { [PromptName] = prompt }, ["default_prompt_name"] = PromptName });
    }

    public static void WritePooling(string folder, IReadOnlyList<PoolingMode> modes, int width, bool includePrompt)
    {
        var pooling = new Dictionary<string, object?> { ["word_embedding_dimension"] = width, ["include_prompt"] = includePrompt };
        foreach (var (name, mode) in SentenceTransformersFolder.PoolingNames)
            pooling[name] = modes.Contains(mode);
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        WriteJson(folder, Path.Combine("1_Pooling", "config.json"), pooling);
    }

    public static void WriteJson(string folder, string file, Dictionary<string, object?> values) => WriteJson<object>(folder, file, values);

    private static void WriteJson<T>(string folder, string file, T values) =>
        WholeFile.Write(Path.Combine(folder, file), stream => JsonSerializer.Serialize(stream, values, s_json));
}
