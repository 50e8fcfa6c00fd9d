using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.FoldIn;

/// <summary>The values behind a key column in the order of their keys, open to further ones.</summary>
internal abstract class KeyValues
{
    /// <summary>Number of values.</summary>
    public abstract int Count { get; }

    /// <summary>Reads the values that a key column carries.</summary>
    /// <exception cref="ArgumentException">It carries none, or of a type that is not supported.</exception>
    public static KeyValues Read(DataViewSchema.Column column)
    {
        DataViewSchema.Column? values = column.Annotations.Schema.GetColumnOrNull(ColumnAnnotations.KeyValuesKind);
        if (values is not { Type: VectorDataViewType { ItemType: var item } })
        {
            throw new ArgumentException(
                $"Key column '{column.Name}' does not carry its values, so it cannot be given new ones. Map it with MapValueToKey.");
        }

        Type type = item.RawType;
        if (type == typeof(ReadOnlyMemory<char>))
            return new KeyValues<string>(Values<ReadOnlyMemory<char>>(column).Select(value => value.ToString()));
        if (type == typeof(int)) return new KeyValues<int>(Values<int>(column));
        if (type == typeof(uint)) return new KeyValues<uint>(Values<uint>(column));
        if (type == typeof(long)) return new KeyValues<long>(Values<long>(column));
        if (type == typeof(ulong)) return new KeyValues<ulong>(Values<ulong>(column));
        if (type == typeof(short)) return new KeyValues<short>(Values<short>(column));
        if (type == typeof(ushort)) return new KeyValues<ushort>(Values<ushort>(column));
        if (type == typeof(sbyte)) return new KeyValues<sbyte>(Values<sbyte>(column));
        if (type == typeof(byte)) return new KeyValues<byte>(Values<byte>(column));
        if (type == typeof(float)) return new KeyValues<float>(Values<float>(column));
        if (type == typeof(double)) return new KeyValues<double>(Values<double>(column));
        throw new ArgumentException(
            $"Key column '{column.Name}' has values of type {item}; ids that an update can extend are text or numbers.");
    }

    /// <summary>Adds the values of another column that are new, in their order.</summary>
    /// <exception cref="ArgumentException">They are of another type.</exception>
    public abstract void AddAll(KeyValues other, string column);

    /// <summary>The key of an id, 0-based; -1 when there is none.</summary>
    /// <param name="id">Invariant text of the id.</param>
    /// <param name="column">Its column, for the message.</param>
    /// <exception cref="ArgumentException">The text is no value of this type.</exception>
    public abstract int Find(string id, string column);

    /// <summary>The key of an id, 0-based, which it is given if it has none.</summary>
    /// <inheritdoc cref="Find"/>
    public abstract int FindOrAdd(string id, string column);

    /// <summary>Invariant text of the value of a key.</summary>
    public abstract string IdOf(int key);

    /// <summary>A MapValueToKey with these values in this order.</summary>
    public abstract ITransformer ToMapping(MLContext ml, string outputColumn, string inputColumn);

    private static T[] Values<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(ColumnAnnotations.KeyValuesKind, ref values);
        return [.. values.DenseValues()];
    }
}
