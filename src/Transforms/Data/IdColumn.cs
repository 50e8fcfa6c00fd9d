using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Data;

/// <summary>Text of the id in the current row; empty when it is missing. Valid until the next call.</summary>
internal delegate ReadOnlySpan<char> IdGetter();

/// <summary>Reads a column of user or item ids, whatever its type, as invariant text.</summary>
internal static class IdColumn
{
    internal const string Allowed = "text, an integer type or a key";

    internal static bool IsId(DataViewType type) => type is TextDataViewType or KeyDataViewType || IsInteger(type);

    internal static bool IsInteger(DataViewType type) => type is NumberDataViewType
        && type != NumberDataViewType.Single && type != NumberDataViewType.Double;

    /// <summary>The id column of a view; throws when it is absent or cannot hold ids.</summary>
    internal static DataViewSchema.Column Require(DataViewSchema schema, string name)
    {
        var column = schema.GetColumnOrNull(name) ?? throw new ArgumentException(
            $"There is no column '{name}'; the data has: {string.Join(", ", schema.Select(c => c.Name))}. Name the id column, or rename " +
            "it with CopyColumns.",
            nameof(name));
        return IsId(column.Type) ? column : throw new ArgumentException(
            $"Column '{name}' has type {column.Type}; ids must be {Allowed}. Convert it with Conversion.ConvertType first.", nameof(name));
    }

    internal static IdGetter MakeGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
            return TextGetter(row, column);
        if (column.Type is KeyDataViewType)
            return KeyGetter(row, column);
        var raw = column.Type.RawType;
        if (raw == typeof(int)) return NumberGetter<int>(row, column);
        if (raw == typeof(uint)) return NumberGetter<uint>(row, column);
        if (raw == typeof(long)) return NumberGetter<long>(row, column);
        if (raw == typeof(ulong)) return NumberGetter<ulong>(row, column);
        if (raw == typeof(short)) return NumberGetter<short>(row, column);
        if (raw == typeof(ushort)) return NumberGetter<ushort>(row, column);
        if (raw == typeof(byte)) return NumberGetter<byte>(row, column);
        return NumberGetter<sbyte>(row, column);
    }

    /// <summary>The row's own getter of an id column.</summary>
    internal static Delegate PassThrough(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        if (raw == typeof(ReadOnlyMemory<char>)) return row.GetGetter<ReadOnlyMemory<char>>(column);
        if (raw == typeof(int)) return row.GetGetter<int>(column);
        if (raw == typeof(uint)) return row.GetGetter<uint>(column);
        if (raw == typeof(long)) return row.GetGetter<long>(column);
        if (raw == typeof(ulong)) return row.GetGetter<ulong>(column);
        if (raw == typeof(short)) return row.GetGetter<short>(column);
        if (raw == typeof(ushort)) return row.GetGetter<ushort>(column);
        if (raw == typeof(byte)) return row.GetGetter<byte>(column);
        return row.GetGetter<sbyte>(column);
    }

    private static IdGetter TextGetter(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return value.Span;
        };
    }

    private static IdGetter NumberGetter<T>(DataViewRow row, DataViewSchema.Column column) where T : struct, INumber<T>
    {
        var getter = row.GetGetter<T>(column);
        var text = new char[24];
        T value = default;
        return () =>
        {
            getter(ref value);
            value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
            return text.AsSpan(0, length);
        };
    }

    private static IdGetter KeyGetter(DataViewRow row, DataViewSchema.Column column)
    {
        string[]? values = KeyValues(column);
        var number = KeyNumberGetter(row, column);
        var text = new char[24];
        return () =>
        {
            ulong key = number();
            if (key == 0)
                return default;
            if (values is not null)
                return key <= (ulong)values.Length ? values[key - 1] : default(ReadOnlySpan<char>);
            key.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
            return text.AsSpan(0, length);
        };
    }

    private static Func<ulong> KeyNumberGetter(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        if (raw == typeof(uint)) return Widen<uint>(row, column);
        if (raw == typeof(ulong)) return Widen<ulong>(row, column);
        if (raw == typeof(ushort)) return Widen<ushort>(row, column);
        return Widen<byte>(row, column);
    }

    private static Func<ulong> Widen<T>(DataViewRow row, DataViewSchema.Column column) where T : struct, INumber<T>
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return ulong.CreateChecked(value);
        };
    }

    /// <summary>The ids behind a key column, or null when it carries none (then the 1-based key number is the id).</summary>
    internal static string[]? KeyValues(DataViewSchema.Column column)
    {
        const string name = "KeyValues";
        if (column.Annotations.Schema.GetColumnOrNull(name) is not { Type: VectorDataViewType vector })
            return null;
        var item = vector.ItemType;
        if (item is TextDataViewType)
            return Texts<ReadOnlyMemory<char>>(column, static v => v.ToString());
        var raw = item.RawType;
        if (raw == typeof(int)) return Texts<int>(column, Invariant);
        if (raw == typeof(uint)) return Texts<uint>(column, Invariant);
        if (raw == typeof(long)) return Texts<long>(column, Invariant);
        if (raw == typeof(ulong)) return Texts<ulong>(column, Invariant);
        if (raw == typeof(short)) return Texts<short>(column, Invariant);
        if (raw == typeof(ushort)) return Texts<ushort>(column, Invariant);
        if (raw == typeof(byte)) return Texts<byte>(column, Invariant);
        if (raw == typeof(sbyte)) return Texts<sbyte>(column, Invariant);
        if (raw == typeof(float)) return Texts<float>(column, Invariant);
        if (raw == typeof(double)) return Texts<double>(column, Invariant);
        return null;

        static string Invariant<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
    }

    private static string[] Texts<T>(DataViewSchema.Column column, Func<T, string> format)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return values.DenseValues().Select(format).ToArray();
    }
}
