using System.Text.Json;

namespace HybridRec.MLNet.Files;

/// <summary>
/// The tensors of a model folder: one <c>NAME.safetensors</c>, or the shards that <c>NAME.safetensors.index.json</c> lists.
/// </summary>
internal sealed class SafeTensorsFolder : IDisposable
{
    private readonly List<SafeTensorsFile> _files = [];
    private readonly Dictionary<string, SafeTensorsFile> _fileOf = new(StringComparer.Ordinal);

    private SafeTensorsFolder(string path) => Path = path;

    /// <summary>The folder, for messages.</summary>
    public string Path { get; }

    public IReadOnlyCollection<string> TensorNames => _fileOf.Keys;

    /// <summary>Free texts of the first file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _files[0].Metadata;

    /// <summary>Opens the tensors of a folder.</summary>
    /// <exception cref="FileNotFoundException">The folder has neither file, or a shard is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or index and shards do not agree.</exception>
    public static SafeTensorsFolder Open(string folder, string name = "model")
    {
        string whole = System.IO.Path.Combine(folder, name + ".safetensors"), index = whole + ".index.json";
        var result = new SafeTensorsFolder(folder);
        try
        {
            if (File.Exists(whole))
                result.Add(whole);
            else if (File.Exists(index))
                result.AddShards(folder, index);
            else
                throw new FileNotFoundException($"'{folder}' holds no {name}.safetensors and no {name}.safetensors.index.json. Save the " +
                    "model with safe_serialization (the default of save_pretrained).", whole);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    public bool Contains(string tensor) => _fileOf.ContainsKey(tensor);

    /// <summary>The file that has a tensor.</summary>
    /// <exception cref="InvalidDataException">None has.</exception>
    public SafeTensorsFile FileOf(string tensor) => _fileOf.TryGetValue(tensor, out var file) ? file
        : throw new InvalidDataException($"The model in '{Path}' has no tensor '{tensor}'; it has {_fileOf.Count}: " +
            $"{string.Join(", ", _fileOf.Keys.Order(StringComparer.Ordinal).Take(8))}, ...");

    public void Dispose() => _files.ForEach(f => f.Dispose());

    private SafeTensorsFile Add(string path)
    {
        var file = SafeTensorsFile.Open(path);
        _files.Add(file);
        foreach (string tensor in file.TensorNames)
            if (!_fileOf.TryAdd(tensor, file))
                throw new InvalidDataException($"Tensor '{tensor}' is in '{_fileOf[tensor].Name}' and in '{path}'. Fetch the files again.");
        return file;
    }

    private void AddShards(string folder, string index)
    {
        var listed = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var document = JsonFile.Parse(index))
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"'{index}' has no weight_map. Fetch the file again.");
            foreach (var tensor in map.EnumerateObject())
                if (tensor.Value.ValueKind != JsonValueKind.String || !listed.TryAdd(tensor.Name, tensor.Value.GetString()!))
                    throw new InvalidDataException($"'{index}' gives no one file for the tensor '{tensor.Name}'. Fetch the file again.");
        }
        if (listed.Count == 0)
            throw new InvalidDataException($"The weight_map of '{index}' is empty. Fetch the file again.");
        foreach (string shard in listed.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (shard.Length == 0 || shard != System.IO.Path.GetFileName(shard) || shard.Contains('\\', StringComparison.Ordinal))
                throw new InvalidDataException($"'{index}' names the file '{shard}'; shards lie beside their index.");
            string path = System.IO.Path.Combine(folder, shard);
            if (!File.Exists(path))
                throw new FileNotFoundException($"'{index}' lists the shard '{shard}', which is not there. Fetch it.", path);
            foreach (string tensor in Add(path).TensorNames)
                if (!listed.TryGetValue(tensor, out string? place) || place != shard)
                    throw new InvalidDataException($"'{path}' holds the tensor '{tensor}', which '{index}' " +
                        $"{(place is null ? "does not list" : $"places in '{place}'")}. Fetch the files again.");
        }
        foreach (var (tensor, shard) in listed)
            if (!_fileOf.ContainsKey(tensor))
                throw new InvalidDataException(
                    $"'{index}' places the tensor '{tensor}' in '{shard}', which does not hold it. Fetch the files again.");
    }
}
