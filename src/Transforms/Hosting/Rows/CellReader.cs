using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>Reads scalar cells of a row as one type, whatever integer or float type the column has.</summary>
internal static class CellReader
{
    /// <summary>A key as a 0-based index; -1 for the missing key.</summary>
    /// <exception cref="ArgumentException">The column is not a key.</exception>
    public static Func<int> Key(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        if (column.Type is not KeyDataViewType)
            throw ColumnCheck.WrongType("Reading a key", column.Name, column.Type.ToString() ?? raw.Name, ColumnKinds.Key);
        if (raw == typeof(uint)) return Make<uint, int>(row, column, value => (int)value - 1);
        if (raw == typeof(byte)) return Make<byte, int>(row, column, value => value - 1);
        if (raw == typeof(ushort)) return Make<ushort, int>(row, column, value => value - 1);
        return Make<ulong, int>(row, column, value => (int)value - 1);
    }

    /// <summary>The keys of all rows, 0-based; -1 for the missing key.</summary>
    /// <exception cref="ArgumentException">The column is not a key.</exception>
    public static int[] Keys(IDataView view, DataViewSchema.Column column)
    {
        var keys = new List<int>();
        using var cursor = view.GetRowCursor([column]);
        var keyOf = Key(cursor, column);
        while (cursor.MoveNext())
            keys.Add(keyOf());
        return [.. keys];
    }

    /// <summary>A number, Boolean (0 or 1) or key (0-based; missing is NaN) as Single.</summary>
    /// <exception cref="ArgumentException">The column is of another type.</exception>
    public static Func<float> Single(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is KeyDataViewType)
        {
            Func<int> key = Key(row, column);
            return () => key() is var value and >= 0 ? value : float.NaN;
        }
        Type raw = column.Type.RawType;
        if (raw == typeof(float)) return Make<float, float>(row, column, value => value);
        if (raw == typeof(double)) return Make<double, float>(row, column, value => (float)value);
        if (raw == typeof(bool)) return Make<bool, float>(row, column, value => value ? 1 : 0);
        Func<long> integer = Int64(row, column);
        return () => integer();
    }

    /// <summary>
    /// An integer as Int64; a float is truncated (NaN is 0), a DateTime (UTC) or DateTimeOffset becomes seconds since 1970.
    /// </summary>
    /// <exception cref="ArgumentException">The column is of another type.</exception>
    public static Func<long> Int64(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        if (raw == typeof(long)) return Make<long, long>(row, column, value => value);
        if (raw == typeof(int)) return Make<int, long>(row, column, value => value);
        if (raw == typeof(uint)) return Make<uint, long>(row, column, value => value);
        if (raw == typeof(ulong)) return Make<ulong, long>(row, column, value => value > long.MaxValue ? long.MaxValue : (long)value);
        if (raw == typeof(short)) return Make<short, long>(row, column, value => value);
        if (raw == typeof(ushort)) return Make<ushort, long>(row, column, value => value);
        if (raw == typeof(sbyte)) return Make<sbyte, long>(row, column, value => value);
        if (raw == typeof(byte)) return Make<byte, long>(row, column, value => value);
        if (raw == typeof(float)) return Make<float, long>(row, column, value => (long)value);
        if (raw == typeof(double)) return Make<double, long>(row, column, value => (long)value);
        if (raw == typeof(DateTime))
            return Make<DateTime, long>(row, column, value => (value.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond);
        if (raw == typeof(DateTimeOffset))
            return Make<DateTimeOffset, long>(row, column, value => value.ToUnixTimeSeconds());
        throw ColumnCheck.WrongType(
            "Reading a number", column.Name, column.Type.ToString() ?? raw.Name, ColumnKinds.Number | ColumnKinds.DateTime);
    }

    private static Func<TResult> Make<TValue, TResult>(DataViewRow row, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        ValueGetter<TValue> getter = row.GetGetter<TValue>(column);
        TValue value = default!;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }
}
