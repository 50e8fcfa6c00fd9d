using System.Text.Json;
using static HybridRec.MLNet.Files.JsonFields;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// What <c>adapter_config.json</c> says of a LoRA adapter. What would change what it adds and is not known is refused by name.
/// </summary>
/// <param name="Rank">r.</param>
/// <param name="Alpha">lora_alpha.</param>
/// <param name="Dropout">lora_dropout.</param>
/// <param name="RankStabilized">use_rslora.</param>
/// <param name="ModulesToSave">modules_to_save: what the adapter has whole.</param>
internal sealed record PeftConfig(int Rank, double Alpha, double Dropout, bool RankStabilized, IReadOnlyList<string> ModulesToSave)
{
    // Names that change nothing of what a trained adapter adds.
    private static readonly HashSet<string> s_ignored = new(StringComparer.Ordinal)
    {
        "peft_type", "r", "lora_alpha", "lora_dropout", "use_rslora", "target_modules", "exclude_modules", "task_type",
        "base_model_name_or_path", "revision", "inference_mode", "auto_mapping",
        "peft_version", "layers_to_transform", "layers_pattern", "init_lora_weights", "bias", "megatron_core", "ensure_weight_tying",
        "qalora_group_size", "runtime_config", "modules_to_save",
    };

    /// <summary>Factor of B A.</summary>
    public double Scale => RankStabilized ? Alpha / Math.Sqrt(Rank) : Alpha / Rank;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">It asks for a variant this library does not have; the message names it.</exception>
    public static PeftConfig Read(string file)
    {
        if (!File.Exists(file))
            throw new FileNotFoundException($"There is no '{file}'. Give the folder that PeftModel.save_pretrained wrote.", file);
        return Parse(File.ReadAllBytes(file), file);
    }

    public static PeftConfig Parse(ReadOnlyMemory<byte> json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{file}' is damaged: {e.Message} Fetch the file again.", e);
        }
    }

    private static PeftConfig Parse(JsonElement root, string file)
    {
        string type = Name(root, "peft_type") ?? "";
        if (type != "LORA")
            throw Refused(file, "peft_type", type, "LORA");
        if (Name(root, "bias") is { } bias && bias != "none")
            throw Refused(file, "bias", bias, "none");
        // These starts change the weights under the adapter too, so that it fits no untouched model.
        if (Present(root, "init_lora_weights", out var start) && start.ValueKind == JsonValueKind.String
            && start.GetString() is not ("gaussian" or "orthogonal" or "eva"))
            throw Refused(file, "init_lora_weights", start.GetString()!, "true, false, gaussian, orthogonal, eva");
        foreach (var entry in root.EnumerateObject())
            if (!s_ignored.Contains(entry.Name) && !IsOff(entry.Value))
                throw Refused(
                    file, entry.Name, entry.Value.GetRawText() is var raw && raw.Length <= 60 ? raw : raw[..60] + "...",
                    "plain LoRA (with rsLoRA) of one rank and alpha");
        int rank = Present(root, "r", out var r)
            ? r.GetInt32()
            : throw new InvalidDataException($"'{file}' has no r. Fetch the file again.");
        double alpha = Present(root, "lora_alpha", out var a)
            ? a.GetDouble()
            : throw new InvalidDataException($"'{file}' has no lora_alpha. Fetch the file again.");
        double dropout = Present(root, "lora_dropout", out var d) ? d.GetDouble() : 0;
        if (rank is < 1 or > 65_536 || !double.IsFinite(alpha) || !(dropout is >= 0 and < 1))
            throw new InvalidDataException($"'{file}': r is {rank}, lora_alpha {alpha}, lora_dropout {dropout}; r has to be at least 1, " +
                "lora_alpha finite, lora_dropout at least 0 and below 1.");
        return new PeftConfig(
            rank, alpha, dropout, Flag(root, "use_rslora"),
            Present(root, "modules_to_save", out var whole) ? [.. whole.EnumerateArray().Select(name => name.GetString()!)] : []);
    }

    /// <summary>null, false, 0, and what is empty switch nothing on.</summary>
    private static bool IsOff(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Number => value.TryGetDouble(out double number) && number == 0,
        _ => false,
    };

    private static NotSupportedException Refused(string file, string name, string found, string known) =>
        new($"'{file}' has {name} = {found}, which this library does not apply; it knows {known}. Merge the adapter in PEFT " +
            "(merge_and_unload) and read the whole model.");
}
