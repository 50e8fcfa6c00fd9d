using System.Text.Json;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Text;

/// <summary>The few entries of tokenizer_config.json that decide something when tokenizer.json is missing.</summary>
internal readonly record struct TokenizerConfig(string? Class, bool? Lowercase)
{
    public static TokenizerConfig Read(string folder)
    {
        string path = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(path))
            return default;
        using var document = JsonFile.Parse(path);
        var root = document.RootElement;
        return new TokenizerConfig(
            root.TryGetProperty("tokenizer_class", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null,
            root.TryGetProperty("do_lower_case", out var lower) && lower.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? lower.GetBoolean()
                : null);
    }
}
