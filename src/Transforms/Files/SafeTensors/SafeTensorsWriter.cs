using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HybridRec.MLNet.Files;

/// <summary>
/// Writes safetensors as the reference implementation does: tensors by type (widest first) and name, header padded by blanks to 8 bytes. A
/// file is written beside its place and moved there once it is whole; what fails leaves nothing behind.
/// </summary>
internal static class SafeTensorsWriter
{
    /// <summary>Largest shard that Hugging Face writes.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    private static readonly JavaScriptEncoder s_encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Writes one file.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="tensors">Tensors of distinct names.</param>
    /// <param name="metadata">Free texts. Null for none; Hugging Face writes format = pt and wants it there.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or a writer gave another number of bytes
    /// than its shape has.</exception>
    public static void Write(string path, IEnumerable<TensorData> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        WholeFile.Write(path, stream => WriteTo(stream, Sorted(tensors), metadata, path));

    /// <summary>Writes to a stream that knows its position.</summary>
    /// <inheritdoc cref="Write(string, IEnumerable{TensorData}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(Stream stream, IEnumerable<TensorData> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        WriteTo(stream, Sorted(tensors), metadata, "the stream");

    /// <summary>
    /// Writes <c>NAME.safetensors</c>, or shards of it with their index where the tensors are more than one file is to hold.
    /// </summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="name">Name without extension: <c>model</c>.</param>
    /// <param name="tensors">Tensors of distinct names.</param>
    /// <param name="metadata">Free texts of every file.</param>
    /// <param name="shardBytes">Most bytes of tensors in a file; a larger tensor has a file of its own.</param>
    /// <inheritdoc cref="Write(string, IEnumerable{TensorData}, IReadOnlyDictionary{string, string}?)" path="/exception"/>
    public static void WriteFolder(
        string folder, string name, IEnumerable<TensorData> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        long shardBytes = DefaultShardBytes)
    {
        var shards = Shards(Sorted(tensors), shardBytes);
        string whole = Path.Combine(folder, name + ".safetensors"), index = whole + ".index.json";
        if (shards.Count == 1)
        {
            Write(whole, shards[0], metadata);
            File.Delete(index);
            return;
        }
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var staged = new List<(string Temporary, string Path)>();
        try
        {
            for (int i = 0; i < shards.Count; i++)
            {
                string file = string.Create(CultureInfo.InvariantCulture, $"{name}-{i + 1:D5}-of-{shards.Count:D5}.safetensors");
                staged.Add((
                    WholeFile.Stage(Path.Combine(folder, file), stream => WriteTo(stream, shards[i], metadata, file)),
                    Path.Combine(folder, file)));
                foreach (var tensor in shards[i])
                    map.Add(tensor.Name, file);
            }
            // Without its index a half replaced set is no set; a stale single file would win over it.
            File.Delete(index);
            File.Delete(whole);
            foreach (var (temporary, path) in staged)
                File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            staged.ForEach(s => File.Delete(s.Temporary)); // nothing there after the moves
        }
        WholeFile.Write(index, stream => WriteIndex(stream, map, shards.Sum(s => s.Sum(t => t.Bytes))));
    }

    private static List<List<TensorData>> Shards(List<TensorData> tensors, long shardBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shardBytes, 1);
        List<List<TensorData>> shards = [[]];
        long size = 0;
        foreach (var tensor in tensors)
        {
            if (size > 0 && size + tensor.Bytes > shardBytes)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(tensor);
            size += tensor.Bytes;
        }
        return shards;
    }

    private static List<TensorData> Sorted(IEnumerable<TensorData> tensors)
    {
        List<TensorData> sorted = [.. tensors.OrderByDescending(t => t.Type).ThenBy(t => t.Name, StringComparer.Ordinal)];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in sorted)
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"Two tensors are named '{tensor.Name}'; names must differ.", nameof(tensors));
        return sorted;
    }

    private static void WriteTo(Stream stream, List<TensorData> tensors, IReadOnlyDictionary<string, string>? metadata, string path)
    {
        byte[] header = Header(tensors, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in tensors)
        {
            long begin = stream.Position;
            tensor.Write(stream);
            if (stream.Position - begin != tensor.Bytes)
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' of '{path}' was written with {stream.Position - begin} bytes; its shape has {tensor.Bytes}.",
                    nameof(tensors));
        }
    }

    private static byte[] Header(List<TensorData> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = s_encoder }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long at = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.Name());
                json.WriteStartArray("shape");
                foreach (long side in tensor.Shape)
                    json.WriteNumberValue(side);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteIndex(Stream stream, SortedDictionary<string, string> map, long total)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = s_encoder, Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", total);
        json.WriteEndObject();
        json.WriteStartObject("weight_map");
        foreach (var (tensor, file) in map)
            json.WriteString(tensor, file);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
