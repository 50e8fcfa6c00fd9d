using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// Fingerprint of the values behind a key column. A table indexed by key is only meaningful under the MapValueToKey it was trained
/// with; the fingerprint is saved with the table and compared when it is bound to another schema.
/// </summary>
/// <param name="Count">Number of key values.</param>
/// <param name="Hash">XxHash3 of the values in order; 0 when the column does not carry its values.</param>
internal readonly record struct KeyVocabulary(int Count, ulong Hash)
{
    // Hashing the names of millions of users takes a moment and the same annotations are bound many times.
    private static readonly ConditionalWeakTable<DataViewSchema.Annotations, StrongBox<ulong>> s_hashes = new();

    /// <summary>The vocabulary of a key column.</summary>
    public static KeyVocabulary Of(DataViewSchema.Column column)
    {
        ulong hash = column.Annotations.Schema.GetColumnOrNull(ColumnAnnotations.KeyValuesKind) is null
            ? 0
            : s_hashes.GetValue(column.Annotations, annotations => new StrongBox<ulong>(HashOf(annotations))).Value;
        return new KeyVocabulary(SchemaColumns.KeyCount(column), hash);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static KeyVocabulary Read(BinaryReader reader) => new(reader.ReadInt32(), reader.ReadUInt64());

    /// <summary>Writes the fingerprint.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(Hash);
    }

    /// <summary>Checks that a column has this vocabulary. Values unknown on either side are not compared, their number is.</summary>
    /// <exception cref="ArgumentException">The column maps its values to other keys than those trained with.</exception>
    public void Check(DataViewSchema.Column column, string stage)
    {
        KeyVocabulary other = Of(column);
        if (other.Count != Count || (other.Hash != Hash && other.Hash != 0 && Hash != 0))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{stage}: key column '{column.Name}' has {other.Count} values that are not the {Count} this model was trained with. ") +
                "Use the MapValueToKey fitted with the model (keep both in one chain), not one fitted on other data.");
    }

    /// <summary>Checks that a column begins with this vocabulary, behind which it may have further values.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public void CheckExtendedBy(DataViewSchema.Column column, string stage)
    {
        KeyVocabulary other = Of(column);
        if (other.Count == Count)
        {
            Check(column, stage);
            return;
        }

        if (other.Count < Count || (other.Hash != 0 && Hash != 0 && HashOf(column.Annotations, Count) != Hash))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{stage}: key column '{column.Name}' has {other.Count} values that do not begin with the {Count} this model was trained " +
                $"with. ") +
                "New values have to come behind the known ones: keep MapValueToKey and the model in one chain and update the chain.");
    }

    private static ulong HashOf(DataViewSchema.Annotations annotations, int count = int.MaxValue)
    {
        var hash = new XxHash3();
        DataViewSchema.Column column = annotations.Schema[ColumnAnnotations.KeyValuesKind];
        Type item = ((VectorDataViewType)column.Type).ItemType.RawType;
        if (item == typeof(ReadOnlyMemory<char>)) AppendText(annotations, hash, count);
        else if (item == typeof(int)) Append<int>(annotations, hash, count);
        else if (item == typeof(uint)) Append<uint>(annotations, hash, count);
        else if (item == typeof(long)) Append<long>(annotations, hash, count);
        else if (item == typeof(ulong)) Append<ulong>(annotations, hash, count);
        else if (item == typeof(float)) Append<float>(annotations, hash, count);
        else if (item == typeof(double)) Append<double>(annotations, hash, count);
        else if (item == typeof(short)) Append<short>(annotations, hash, count);
        else if (item == typeof(ushort)) Append<ushort>(annotations, hash, count);
        else if (item == typeof(sbyte)) Append<sbyte>(annotations, hash, count);
        else if (item == typeof(byte)) Append<byte>(annotations, hash, count);
        else if (item == typeof(bool)) Append<bool>(annotations, hash, count);
        else return 0; // dates and the like: only their number is compared
        ulong result = hash.GetCurrentHashAsUInt64();
        return result == 0 ? 1 : result;
    }

    private static void Append<T>(DataViewSchema.Annotations annotations, XxHash3 hash, int count)
        where T : unmanaged
    {
        VBuffer<T> values = default;
        annotations.GetValue(ColumnAnnotations.KeyValuesKind, ref values);
        var dense = new T[values.Length];
        values.CopyTo(dense);
        hash.Append(MemoryMarshal.AsBytes(dense.AsSpan(0, Math.Min(count, dense.Length))));
    }

    private static void AppendText(DataViewSchema.Annotations annotations, XxHash3 hash, int count)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        annotations.GetValue(ColumnAnnotations.KeyValuesKind, ref values);
        Span<int> length = stackalloc int[1];
        foreach (ReadOnlyMemory<char> value in values.DenseValues().Take(count))
        {
            length[0] = value.Length; // "ab","c" and "a","bc" must differ
            hash.Append(MemoryMarshal.AsBytes(length));
            hash.Append(MemoryMarshal.AsBytes(value.Span));
        }
    }
}
