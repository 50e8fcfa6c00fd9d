using System.IO.Compression;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Compression;

/// <summary>
/// A table of floats in few bytes. Layout, little-endian: version, number of values, size of the codebook, codebook, then Brotli over one
/// code a value (0 is the first entry of the codebook), or, without a codebook, over the four bytes of the values plane by plane. Reading
/// gives exactly the values that were stored.
/// </summary>
internal static class CompressedTable
{
    private const byte Version = 1;
    private const int Window = 24, Quality = 9;

    /// <summary>Prunes and rounds a table, in place, and stores it.</summary>
    /// <param name="table">The values; afterwards those that are stored.</param>
    /// <param name="options">Density and codebook.</param>
    public static (byte[] Bytes, TableCompressionReport Report) Store(float[] table, TableCompressionOptions options)
    {
        float[] original = [.. table];
        bool pruned = Prune(table, options.Density);
        float[] codebook = [];
        byte[] codes;
        if (options.CodebookSize > 0 && table.Length > 0)
        {
            float[] others = pruned ? [.. table.Where(v => v != 0)] : table;
            float[] centers = ValueCodebook.Fit(others, options.CodebookSize - (pruned ? 1 : 0));
            codebook = pruned ? [0, .. centers] : centers;
            codes = new byte[table.Length];
            ValueCodebook.Assign(table, centers, codes, first: pruned ? 1 : 0);
            for (int i = 0; i < table.Length; i++)
            {
                if (pruned && table[i] == 0)
                    codes[i] = 0;
                table[i] = codebook[codes[i]];
            }
        }
        else
            codes = Planes(table);
        byte[] bytes = Write(table.Length, codebook, codes);
        int nonZero = table.Length - table.AsSpan().Count(0f);
        double norm = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(original));
        double error = norm > 0 ? TensorPrimitives.Distance<float>(original, table) / norm : 0;
        return (bytes, new TableCompressionReport(
            (long)table.Length * sizeof(float), bytes.Length, (double)nonZero / Math.Max(1, table.Length), codebook.Length, error));
    }

    /// <summary>The values of a stored table.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged or of a newer version.</exception>
    public static float[] Load(byte[] bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            byte version = reader.ReadByte();
            if (version != Version)
                throw Damaged($"it has version {version}, this version of the library reads {Version}");
            int count = reader.ReadInt32();
            int size = reader.ReadUInt16();
            if (count < 0 || size > 256)
                throw Damaged($"it claims {count} values and {size} distinct ones");
            float[] codebook = new float[size];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(codebook.AsSpan()));
            byte[] codes = Unpack(reader.BaseStream, size == 0 ? (long)count * sizeof(float) : count);
            return size == 0
                ? Values(codes)
                : Array.ConvertAll(codes, c => c < size ? codebook[c] : throw Damaged($"it has code {c} of {size}"));
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidOperationException)
        {
            throw Damaged(e.Message);
        }
    }

    /// <summary>Sets the values of the smallest magnitude to 0; whether any is 0 now. Of values alike, the later are pruned.</summary>
    private static bool Prune(float[] table, double density)
    {
        int kept = (int)Math.Ceiling(density * table.Length);
        if (kept < table.Length)
        {
            float[] magnitudes = Array.ConvertAll(table, Math.Abs);
            int[] order = [.. Enumerable.Range(0, table.Length)];
            Array.Sort(Array.ConvertAll(order, i => (-magnitudes[i], i)), order);
            foreach (int i in order.AsSpan(kept))
                table[i] = 0;
        }
        return table.AsSpan().Contains(0f);
    }

    private static byte[] Write(int count, float[] codebook, byte[] codes)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(count);
            writer.Write((ushort)codebook.Length);
            writer.Write(MemoryMarshal.AsBytes(codebook.AsSpan()));
        }
        byte[] packed = new byte[BrotliEncoder.GetMaxCompressedLength(codes.Length)];
        if (!BrotliEncoder.TryCompress(codes, packed, out int length, Quality, Window))
            throw new InvalidOperationException($"Brotli did not fit {codes.Length} bytes into {packed.Length}.");
        stream.Write(packed.AsSpan(0, length));
        return stream.ToArray();
    }

    // Grows with what is there: a count that lies costs no more memory than the bytes unpack to.
    private static byte[] Unpack(Stream packed, long count)
    {
        if (count > Array.MaxLength)
            throw Damaged($"it claims {count} bytes");
        using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; unpacked.Length <= count && (read = brotli.Read(buffer)) > 0;)
            unpacked.Write(buffer, 0, read);
        return unpacked.Length == count ? unpacked.ToArray() : throw Damaged("it holds " +
            $"{(unpacked.Length > count ? "more" : unpacked.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))} bytes " +
            $"of {count}");
    }

    private static byte[] Planes(float[] table)
    {
        byte[] planes = new byte[table.Length * sizeof(float)];
        var bytes = MemoryMarshal.AsBytes(table.AsSpan());
        for (int i = 0; i < table.Length; i++)
            for (int p = 0; p < sizeof(float); p++)
                planes[(p * table.Length) + i] = bytes[(i * sizeof(float)) + p];
        return planes;
    }

    private static float[] Values(byte[] planes)
    {
        float[] table = new float[planes.Length / sizeof(float)];
        var bytes = MemoryMarshal.AsBytes(table.AsSpan());
        for (int i = 0; i < table.Length; i++)
            for (int p = 0; p < sizeof(float); p++)
                bytes[(i * sizeof(float)) + p] = planes[(p * table.Length) + i];
        return table;
    }

    private static InvalidDataException Damaged(string what) => new($"The saved token table is damaged: {what}. Save the model again.");
}
