using System.Text.Json;

namespace HybridRec.MLNet.Files;

/// <summary>
/// The header of a safetensors file, checked: types, shapes, offsets; the tensors cover the payload without gap or overlap.
/// </summary>
internal sealed class SafeTensorsHeader
{
    private const string MetadataKey = "__metadata__";

    private readonly Dictionary<string, TensorEntry> _tensors = new(StringComparer.Ordinal);
    private readonly List<TensorEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly long _payload;

    private SafeTensorsHeader(string file, long payload) => (_file, _payload) = (file, payload);

    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    /// <summary>The tensors in their order.</summary>
    public IReadOnlyList<TensorEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <param name="json">The header.</param>
    /// <param name="payload">Bytes behind it.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="InvalidDataException">Something in it is wrong; the message says what, and of which tensor.</exception>
    public static SafeTensorsHeader Parse(ReadOnlyMemory<byte> json, long payload, string file)
    {
        var header = new SafeTensorsHeader(file, payload);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw Damaged(file, $"its header is not valid JSON ({e.Message})", e);
        }
        using (document)
            header.Add(document.RootElement);
        header.CheckCoverage();
        return header;
    }

    public static InvalidDataException Damaged(string file, string what, Exception? inner = null) =>
        new($"'{file}' is no valid safetensors file: {what}. Fetch the file again.", inner);

    private void Add(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Damaged(_file, $"its header is a JSON {root.ValueKind}, not an object");
        bool metadata = false;
        foreach (var property in root.EnumerateObject())
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException e) // an escaped half of a surrogate pair
            {
                throw Damaged(_file, "a tensor's name is not valid Unicode", e);
            }
            try
            {
                if (name == MetadataKey)
                {
                    if (metadata)
                        throw Damaged(_file, $"{MetadataKey} occurs twice");
                    metadata = true;
                    foreach (var text in property.Value.EnumerateObject())
                        _metadata[text.Name] = text.Value.GetString() ?? throw new FormatException("a null");
                }
                else
                {
                    _entries.Add(Entry(name, property.Value));
                    if (!_tensors.TryAdd(name, _entries[^1]))
                        throw Damaged(_file, $"tensor '{name}' occurs twice");
                }
            }
            catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
            {
                throw Damaged(_file, $"the entry '{name}' is not of the form {{dtype, shape, data_offsets}} ({e.Message})", e);
            }
        }
    }

    private TensorEntry Entry(string name, JsonElement value)
    {
        string? typeName = value.GetProperty("dtype").GetString();
        if (!TensorTypes.TryParse(typeName, out var type))
            throw Damaged(_file, $"tensor '{name}' has the unknown type '{typeName}'");
        var sides = value.GetProperty("shape");
        long[] shape = new long[sides.GetArrayLength()];
        long size = type.Bytes();
        int axis = 0;
        foreach (var side in sides.EnumerateArray()) // by index, an array of arrays would cost the square of its length
        {
            long length = shape[axis++] = side.GetInt64();
            if (length < 0)
                throw Damaged(_file, $"tensor '{name}' has a negative side");
            if (length > 0 && size > long.MaxValue / length)
                throw Damaged(_file, $"tensor '{name}' has more bytes than a number holds");
            size *= length;
        }
        var offsets = value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw Damaged(_file, $"tensor '{name}' has {offsets.GetArrayLength()} data_offsets, not 2");
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (begin < 0 || end < begin || end > _payload || end - begin != size)
            throw Damaged(_file, $"tensor '{name}' of {size} bytes claims the bytes {begin} to {end} of {_payload}");
        return new TensorEntry(name, type, shape, begin, end);
    }

    private void CheckCoverage()
    {
        long end = 0;
        foreach (var entry in _entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != end)
                throw Damaged(
                    _file, $"its tensors leave a gap or overlap at byte {Math.Min(entry.Begin, end)}, before tensor '{entry.Name}'");
            end = entry.End;
        }
        if (end != _payload)
            throw Damaged(_file, $"its tensors hold {end} bytes, its payload {_payload}");
    }
}
