using System.Text.Json;
using System.Text.Json.Nodes;
using HybridRec.MLNet.Files;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Adapters in the format of PEFT: adapter_config.json and adapter_model.safetensors with base_model.model.MODULE.lora_A.weight [r, inputs]
/// and .lora_B.weight [outputs, r], and base_model.model.MODULE.weight (.bias) of modules_to_save.
/// </summary>
internal static class PeftAdapter
{
    private const string Config = "adapter_config.json", Weights = "adapter_model", Prefix = "base_model.model.",
        SuffixA = ".lora_A.weight", SuffixB = ".lora_B.weight";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>Reads an adapter for a model.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, or a tensor does not fit the model.</exception>
    /// <exception cref="NotSupportedException">It is a variant this library does not have.</exception>
    public static LoraAdapter Read(string folder, TransformerModel model, double? dropout = null)
    {
        var config = PeftConfig.Read(Path.Combine(folder, Config));
        using var tensors = SafeTensorsFolder.Open(folder, Weights);
        var adapter = new LoraAdapter(config.Scale) { Dropout = dropout ?? config.Dropout };
        try
        {
            HashSet<string> whole = [.. Whole(config, model, folder)];
            foreach (string name in tensors.TensorNames.Order(StringComparer.Ordinal))
            {
                if (name.EndsWith(SuffixB, StringComparison.Ordinal) && tensors.Contains(name[..^SuffixB.Length] + SuffixA))
                    continue; // comes with its other half
                if (name.StartsWith(Prefix, StringComparison.Ordinal)
                    && whole.FirstOrDefault(w => IsNamed(name[Prefix.Length..], w)) is { } weight)
                {
                    Once(adapter.Whole.ContainsKey(weight), weight, folder);
                    adapter.AddWhole(weight, Read(tensors, name, model.Weights[model.Prefix + weight].shape, model));
                    continue;
                }
                if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(SuffixA, StringComparison.Ordinal))
                    throw new NotSupportedException($"'{folder}' holds the tensor '{name}', which is no half of a LoRA pair " +
                        $"({Prefix}MODULE{SuffixA} and {SuffixB}). Merge the adapter in PEFT (merge_and_unload) and read the whole model.");
                string module = Module(name[Prefix.Length..^SuffixA.Length], model, folder), half = name[..^SuffixA.Length] + SuffixB;
                Once(adapter.Modules.ContainsKey(module), module, folder);
                long[] shape = model.Weights[model.Prefix + module + ".weight"].shape;
                adapter.Add(
                    module, Read(tensors, name, [config.Rank, shape[1]], model), Read(tensors, half, [shape[0], config.Rank], model));
            }
            if (whole.Except(adapter.Whole.Keys).Order(StringComparer.Ordinal).FirstOrDefault() is { } missing)
                throw new InvalidDataException(
                    $"The adapter in '{folder}' says modules_to_save and has no tensor '{Prefix}{missing}'. Fetch the files again.");
            return adapter.Modules.Count > 0
                ? adapter
                : throw new InvalidDataException($"The adapter in '{folder}' holds no tensors. Fetch the files again.");
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>Writes an adapter; its configuration last, so that a folder with one is whole.</summary>
    public static void Write(string folder, LoraAdapter adapter, LoraMethod options, TransformerModel model, string modelName)
    {
        Directory.CreateDirectory(folder);
        string config = Path.Combine(folder, Config);
        File.Delete(config);
        SafeTensorsWriter.WriteFolder(folder, Weights, adapter.Modules.SelectMany(m => (TensorData[])
        [
            TensorTransfer.ToData(Prefix + m.Key + SuffixA, m.Value.A, TensorType.F32),
            TensorTransfer.ToData(Prefix + m.Key + SuffixB, m.Value.B, TensorType.F32),
        ]).Concat(adapter.Whole.Select(w => TensorTransfer.ToData(Prefix + w.Key, w.Value, TensorType.F32))), TorchFolder.s_format);
        var given = options.InitialAdapterPath is null;
        long rank = adapter.Modules.Values.First().A.shape[0];
        JsonNode targets = given && options.TargetPattern is { } pattern ? pattern
            : new JsonArray(
                [.. (given ? options.TargetModules ?? LoraTargets.Usual(model) : [.. adapter.Modules.Keys]).Select(m => (JsonNode)m)]);
        var json = new JsonObject
        {
            ["peft_type"] = "LORA",
            ["task_type"] = "FEATURE_EXTRACTION",
            ["base_model_name_or_path"] = modelName,
            ["r"] = rank,
            // An adapter that was begun from keeps its factor, whatever the options say.
            ["lora_alpha"] = given ? options.Alpha : adapter.Scale * rank,
            ["lora_dropout"] = options.Dropout,
            ["use_rslora"] = given && options.RankStabilized,
            ["use_dora"] = false,
            ["target_modules"] = targets,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["modules_to_save"] = adapter.Whole.Count == 0 ? null : new JsonArray([.. (given
                ? options.ModulesToSave!
                : [.. adapter.Whole.Keys.Select(LoraTargets.ModuleOf).Distinct()]).Select(m => (JsonNode)m)]),
            ["rank_pattern"] = new JsonObject(),
            ["alpha_pattern"] = new JsonObject(),
            ["layers_to_transform"] = null,
            ["layers_pattern"] = null,
            ["init_lora_weights"] = true,
            ["inference_mode"] = true,
        };
        WholeFile.Write(config, stream => JsonSerializer.Serialize(stream, json, s_indented));
    }

    /// <summary>The module a tensor is for; models with a head name theirs with a prefix that others do not have.</summary>
    private static string Module(string name, TransformerModel model, string folder) =>
        model.LinearModules.FirstOrDefault(m => IsNamed(name, m)) ?? throw new InvalidDataException(
            $"The adapter in '{folder}' is for the module '{name}', which is no linear module of this model; a layer has " +
            $"{string.Join(", ", model.LinearModules.Where(m => m.Contains(".0.", StringComparison.Ordinal)))}.");

    // A name may come with a prefix and without.
    private static void Once(bool there, string name, string folder)
    {
        if (there)
            throw new InvalidDataException(
                $"The adapter in '{folder}' has '{name}' twice, with a prefix and without. Fetch the files again.");
    }

    private static bool IsNamed(string name, string own) => name == own || name == "model." + own || name == "bert." + own;

    private static IReadOnlyList<string> Whole(PeftConfig config, TransformerModel model, string folder)
    {
        try
        {
            return config.ModulesToSave.Count == 0 ? [] : LoraTargets.Whole(model, config.ModulesToSave);
        }
        catch (ArgumentException e)
        {
            throw new NotSupportedException($"The adapter in '{folder}' has modules_to_save that are not in this model: {e.Message}", e);
        }
    }

    private static Tensor Read(SafeTensorsFolder tensors, string name, long[] shape, TransformerModel model)
    {
        var file = tensors.FileOf(name);
        var entry = file.Find(name);
        if (!TensorTransfer.IsFloat(entry.Type) || !entry.Shape.AsSpan().SequenceEqual(shape))
            throw new InvalidDataException($"Tensor '{name}' of '{file.Name}' is {entry.Type.Name()} {entry.ShapeText}; expected F32, " +
                $"F16 or BF16 [{string.Join(", ", shape)}].");
        return TensorTransfer.ToTensor(file, entry, model.Weights.Device);
    }
}
