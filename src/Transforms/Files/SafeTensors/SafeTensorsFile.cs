using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Files;

/// <summary>
/// Strict reader of safetensors: u64 header length, JSON header {name: {dtype, shape, data_offsets}}, little-endian payload. The tensors
/// must cover the payload without gap or overlap, as the format demands. A file is mapped, not read: opening costs its header only.
/// </summary>
internal sealed class SafeTensorsFile : IDisposable
{
    private const long LongestHeader = 100_000_000;

    private readonly ByteSource _bytes;
    private readonly SafeTensorsHeader _header;
    private readonly long _payload;

    private SafeTensorsFile(ByteSource bytes, string name)
    {
        (_bytes, Name) = (bytes, name);
        if (bytes.Length < 8)
            throw SafeTensorsHeader.Damaged(name, $"it has {bytes.Length} bytes, fewer than a header");
        Span<byte> prefix = stackalloc byte[8];
        bytes.Read(0, prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)Math.Min(LongestHeader, bytes.Length - 8))
            throw SafeTensorsHeader.Damaged(name, $"its header claims {length} bytes of {bytes.Length}");
        byte[] header = new byte[(int)length];
        bytes.Read(8, header);
        _payload = 8 + (long)length;
        _header = SafeTensorsHeader.Parse(header, bytes.Length - _payload, name);
    }

    /// <summary>File name for messages.</summary>
    public string Name { get; }

    /// <summary>The free texts of <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<TensorEntry> Tensors => _header.Entries;

    public IEnumerable<string> TensorNames => Tensors.Select(t => t.Name);

    /// <summary>Reads a file that is in memory.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static SafeTensorsFile Read(byte[] bytes, string name) => new(ByteSource.Of(bytes), name);

    /// <summary>Maps a file; it must not be changed while it is open.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static SafeTensorsFile Open(string path)
    {
        var bytes = ByteSource.Map(path);
        try
        {
            return new SafeTensorsFile(bytes, path);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public bool Contains(string tensor) => _header.Tensors.ContainsKey(tensor);

    /// <exception cref="InvalidDataException">There is no such tensor.</exception>
    public TensorEntry Find(string tensor) => _header.Tensors.TryGetValue(tensor, out var entry) ? entry
        : throw new InvalidDataException($"'{Name}' has no tensor '{tensor}'; it has: {string.Join(", ", TensorNames)}.");

    public long[] Shape(string tensor) => Find(tensor).Shape;

    /// <summary>The bytes of a tensor from <paramref name="offset"/> on, as they are in the file.</summary>
    public void Read(TensorEntry entry, long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > entry.Bytes - destination.Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Tensor '{entry.Name}' of '{Name}' has {entry.Bytes} bytes.");
        _bytes.Read(_payload + entry.Begin + offset, destination);
    }

    /// <summary>A tensor of F16, BF16, F32 or F64 as Single.</summary>
    /// <exception cref="NotSupportedException">It has another type.</exception>
    public float[] Floats(string tensor)
    {
        var entry = Find(tensor);
        return entry.Type switch
        {
            TensorType.F32 => Values<float>(entry),
            TensorType.F64 => Array.ConvertAll(Values<double>(entry), v => (float)v),
            TensorType.F16 => Array.ConvertAll(Values<Half>(entry), v => (float)v),
            TensorType.BF16 => Array.ConvertAll(Values<ushort>(entry), v => BitConverter.UInt32BitsToSingle((uint)v << 16)),
            _ => throw Refused(entry, "F16, BF16, F32 or F64"),
        };
    }

    /// <summary>A tensor of U8, I8, I32 or I64 as Int32.</summary>
    /// <exception cref="NotSupportedException">It has another type.</exception>
    /// <exception cref="InvalidDataException">A value does not fit.</exception>
    public int[] Integers(string tensor)
    {
        var entry = Find(tensor);
        return entry.Type switch
        {
            TensorType.I32 => Values<int>(entry),
            TensorType.U8 => Array.ConvertAll(Values<byte>(entry), v => (int)v),
            TensorType.I8 => Array.ConvertAll(Values<sbyte>(entry), v => (int)v),
            TensorType.I64 => Array.ConvertAll(Values<long>(entry), v => v is >= int.MinValue and <= int.MaxValue ? (int)v
                : throw new InvalidDataException($"Tensor '{tensor}' of '{Name}' holds {v}, which is no Int32.")),
            _ => throw Refused(entry, "U8, I8, I32 or I64"),
        };
    }

    public void Dispose() => _bytes.Dispose();

    private T[] Values<T>(TensorEntry entry)
        where T : unmanaged
    {
        if (entry.Count > Array.MaxLength)
            throw new NotSupportedException(
                $"Tensor '{entry.Name}' of '{Name}' has {entry.Count} elements, more than an array holds ({Array.MaxLength}).");
        var values = new T[entry.Count];
        // A span of bytes is shorter than an array of wider elements may be.
        const int Chunk = 1 << 26;
        for (int at = 0; at < values.Length; at += Chunk)
            Read(entry, (long)at * Unsafe.SizeOf<T>(), MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(Chunk, values.Length - at))));
        return values;
    }

    private NotSupportedException Refused(TensorEntry entry, string expected) =>
        new($"Tensor '{entry.Name}' of '{Name}' has type {entry.Type.Name()}; expected {expected}.");
}
