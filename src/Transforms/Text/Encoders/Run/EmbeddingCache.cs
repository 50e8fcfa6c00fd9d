using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Vectors of one encoder on disk, one file for each model hash: magic, version, model hash, dimension, count, keys, rows, XXH3 of all
/// that. Written beside and moved into place, so that a reader sees the old file or the new one. A damaged file is reported and built anew.
/// </summary>
internal sealed class EmbeddingCache
{
    private const uint Magic = 0x31435648; // "HVC1"
    private const int HeaderBytes = 4 + 16 + 4 + 4, KeyBytes = 16;

    private readonly string _file;
    private readonly UInt128 _modelHash;
    private readonly int _dimension;
    private readonly Dictionary<UInt128, int> _rowOf = [];
    private readonly List<float> _rows = [];
    private bool _changed;

    private EmbeddingCache(string file, UInt128 modelHash, int dimension) => (_file, _modelHash, _dimension) = (file, modelHash, dimension);

    public int Count => _rowOf.Count;

    public static EmbeddingCache Open(string folder, FittedEncoder encoder, Action<FormattableString> warn)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{encoder.ModelHash:x32}.vectors"));
        var cache = new EmbeddingCache(file, encoder.ModelHash, encoder.Dimension);
        if (File.Exists(file) && cache.Load() is { } fault)
        {
            warn($"The cache of text vectors '{file}' is damaged ({fault}) and is built anew.");
            cache._rowOf.Clear();
            cache._rows.Clear();
        }
        return cache;
    }

    public bool TryCopy(UInt128 key, Span<float> destination)
    {
        if (!_rowOf.TryGetValue(key, out int row))
            return false;
        CollectionsMarshal.AsSpan(_rows).Slice(row * _dimension, _dimension).CopyTo(destination);
        return true;
    }

    public void Add(UInt128 key, ReadOnlySpan<float> vector)
    {
        if (!_rowOf.TryAdd(key, _rowOf.Count))
            return;
        _rows.AddRange(vector);
        _changed = true;
    }

    /// <summary>Writes the file if something was added since it was last written.</summary>
    public void Save()
    {
        if (!_changed)
            return;
        WholeFile.Write(_file, stream =>
        {
            var hash = new XxHash3();
            void Put(ReadOnlySpan<byte> bytes)
            {
                hash.Append(bytes);
                stream.Write(bytes);
            }
            byte[] header = new byte[HeaderBytes];
            MemoryMarshal.Write(header, Magic);
            MemoryMarshal.Write(header.AsSpan(4), _modelHash);
            MemoryMarshal.Write(header.AsSpan(20), _dimension);
            MemoryMarshal.Write(header.AsSpan(24), _rowOf.Count);
            Put(header);
            Put(MemoryMarshal.AsBytes<UInt128>(_rowOf.OrderBy(p => p.Value).Select(p => p.Key).ToArray()));
            Put(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_rows)));
            stream.Write(hash.GetCurrentHash());
        });
        _changed = false;
    }

    /// <summary>Reads the file; the fault if it has one.</summary>
    private string? Load()
    {
        byte[] bytes = File.ReadAllBytes(_file);
        if (bytes.Length < HeaderBytes + 8)
            return $"{bytes.Length} bytes";
        var body = bytes.AsSpan(0, bytes.Length - 8);
        if (!XxHash3.Hash(body).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - 8)))
            return "its checksum is wrong";
        int count = MemoryMarshal.Read<int>(body[24..]);
        if (MemoryMarshal.Read<uint>(body) != Magic || MemoryMarshal.Read<UInt128>(body[4..]) != _modelHash
            || MemoryMarshal.Read<int>(body[20..]) != _dimension)
            return "it belongs to another model or version";
        if (count < 0 || body.Length != HeaderBytes + (long)count * (KeyBytes + _dimension * sizeof(float)))
            return $"it claims {count} vectors";
        var keys = MemoryMarshal.Cast<byte, UInt128>(body.Slice(HeaderBytes, count * KeyBytes));
        for (int i = 0; i < count; i++)
            _rowOf[keys[i]] = i;
        _rows.AddRange(MemoryMarshal.Cast<byte, float>(body[(HeaderBytes + count * KeyBytes)..]));
        return _rowOf.Count == count ? null : "a text occurs twice";
    }
}
