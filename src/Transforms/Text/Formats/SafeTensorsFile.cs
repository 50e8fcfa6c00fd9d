using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Strict reader of safetensors: u64 header length, JSON header {name: {dtype, shape, data_offsets}}, little-endian payload. The tensors must
/// cover the payload without gap or overlap, as the format demands.
/// </summary>
internal sealed class SafeTensorsFile
{
    const long LongestHeader = 100_000_000;

    readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly byte[] _bytes;
    readonly int _payload;

    SafeTensorsFile(byte[] bytes, string name)
    {
        _bytes = bytes;
        Name = name;
        if (bytes.Length < 8)
            throw Damaged($"it has {bytes.Length} bytes, fewer than a header");
        ulong header = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (header > (ulong)Math.Min(LongestHeader, bytes.Length - 8))
            throw Damaged($"its header claims {header} bytes of {bytes.Length}");
        _payload = 8 + (int)header;
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(8, (int)header));
            foreach (var tensor in document.RootElement.EnumerateObject())
                if (tensor.Name != "__metadata__")
                    AddEntry(tensor.Name, tensor.Value);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw Damaged(e.Message);
        }
        long end = 0;
        foreach (var entry in _entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != end)
                throw Damaged($"its tensors leave a gap or overlap at byte {Math.Min(entry.Begin, end)}");
            end = entry.End;
        }
        if (end != bytes.Length - _payload)
            throw Damaged($"its tensors hold {end} bytes, its payload {bytes.Length - _payload}");
    }

    /// <summary>File name for messages.</summary>
    public string Name { get; }

    public IEnumerable<string> TensorNames => _entries.Keys;

    public static SafeTensorsFile Read(byte[] bytes, string name) => new(bytes, name);

    public bool Contains(string tensor) => _entries.ContainsKey(tensor);

    public long[] Shape(string tensor) => Find(tensor).Shape;

    /// <summary>A tensor of F16, BF16, F32 or F64 as Single.</summary>
    public float[] Floats(string tensor)
    {
        var entry = Find(tensor);
        var data = Data(entry);
        return entry.Type switch
        {
            "F32" => MemoryMarshal.Cast<byte, float>(data).ToArray(),
            "F64" => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(data).ToArray(), v => (float)v),
            "F16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(data).ToArray(), v => (float)v),
            "BF16" => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(data).ToArray(), v => BitConverter.UInt32BitsToSingle((uint)v << 16)),
            _ => throw new NotSupportedException($"Tensor '{tensor}' of '{Name}' has type {entry.Type}; expected F16, BF16, F32 or F64."),
        };
    }

    /// <summary>A tensor of I32 or I64 as Int32.</summary>
    public int[] Integers(string tensor)
    {
        var entry = Find(tensor);
        var data = Data(entry);
        return entry.Type switch
        {
            "I32" => MemoryMarshal.Cast<byte, int>(data).ToArray(),
            "I64" => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(data).ToArray(), v => checked((int)v)),
            _ => throw new NotSupportedException($"Tensor '{tensor}' of '{Name}' has type {entry.Type}; expected I32 or I64."),
        };
    }

    ReadOnlySpan<byte> Data(Entry entry) => _bytes.AsSpan(_payload + (int)entry.Begin, (int)(entry.End - entry.Begin));

    Entry Find(string tensor) => _entries.TryGetValue(tensor, out var entry) ? entry
        : throw new InvalidDataException($"'{Name}' has no tensor '{tensor}'; it has: {string.Join(", ", _entries.Keys)}.");

    void AddEntry(string name, JsonElement value)
    {
        string type = value.GetProperty("dtype").GetString()!;
        long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64())];
        var offsets = value.GetProperty("data_offsets");
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        long size = SizeOf(type);
        foreach (long side in shape)
            size = checked(size * (side >= 0 ? side : throw Damaged($"tensor '{name}' has a negative side")));
        if (begin < 0 || end < begin || end > _bytes.Length - _payload || end - begin != size)
            throw Damaged($"tensor '{name}' of {size} bytes claims the bytes {begin} to {end} of {_bytes.Length - _payload}");
        if (!_entries.TryAdd(name, new Entry(type, shape, begin, end)))
            throw Damaged($"tensor '{name}' occurs twice");
    }

    long SizeOf(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 1,
        _ => throw Damaged($"its tensor type '{type}' is unknown"),
    };

    InvalidDataException Damaged(string what) => new($"'{Name}' is no valid safetensors file: {what}. Fetch the file again.");

    sealed record Entry(string Type, long[] Shape, long Begin, long End);
}
