using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Data;

/// <summary>Rows between views and data frames.</summary>
internal static class FrameRows
{
    private const string Allowed = "text, Boolean, date, number and key columns; drop the others with SelectColumns, or convert them";

    internal static DataColumns Default(DataFrame frame)
    {
        return new()
        {
            Label = IfPresent(ColumnNames.Label),
            Timestamp = IfPresent(ColumnNames.Timestamp),
            ItemTitle = IfPresent(ColumnNames.ItemTitle),
            ItemText = IfPresent(ColumnNames.ItemText),
        };

        string? IfPresent(string name) => frame.Columns.IndexOf(name) >= 0 ? name : null;
    }

    /// <summary>ML.NET reads a null number as 0, which would be somebody else's id.</summary>
    internal static DataColumns Checked(DataFrame frame, DataColumns columns)
    {
        columns.Validate("FromDataFrame");
        foreach (string name in new[] { columns.User, columns.Item })
        {
            int index = frame.Columns.IndexOf(name);
            if (index < 0)
                throw new ArgumentException(
                    $"FromDataFrame: there is no column '{name}'; the frame has: {string.Join(", ", frame.Columns.Select(c => c.Name))}.");
            if (frame.Columns[index] is { NullCount: > 0 } column && column.DataType != typeof(string))
                throw new ArgumentException($"FromDataFrame: column '{name}' has {column.NullCount} nulls; ids must be there. Drop those " +
                    "rows (DataFrame.DropNulls) first.");
        }
        return columns;
    }

    internal static DataFrame Copy(IDataView view)
    {
        var columns = view.Schema.Where(c => !c.IsHidden).ToArray();
        using var cursor = view.GetRowCursor(columns);
        var copies = columns.Select(c => Column(cursor, c)).ToArray();
        while (cursor.MoveNext())
        {
            foreach (var (_, append) in copies)
                append();
        }
        return new(copies.Select(c => c.Column));
    }

    private static (DataFrameColumn Column, Action Append) Column(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType or KeyDataViewType)
            return Text(row, column);
        var raw = column.Type.RawType;
        string name = column.Name;
        if (column.Type is NumberDataViewType or BooleanDataViewType or DateTimeDataViewType)
        {
            if (raw == typeof(bool)) return Primitive<bool>(row, column, new BooleanDataFrameColumn(name));
            if (raw == typeof(float)) return Primitive<float>(row, column, new SingleDataFrameColumn(name));
            if (raw == typeof(double)) return Primitive<double>(row, column, new DoubleDataFrameColumn(name));
            if (raw == typeof(int)) return Primitive<int>(row, column, new Int32DataFrameColumn(name));
            if (raw == typeof(uint)) return Primitive<uint>(row, column, new UInt32DataFrameColumn(name));
            if (raw == typeof(long)) return Primitive<long>(row, column, new Int64DataFrameColumn(name));
            if (raw == typeof(ulong)) return Primitive<ulong>(row, column, new UInt64DataFrameColumn(name));
            if (raw == typeof(short)) return Primitive<short>(row, column, new Int16DataFrameColumn(name));
            if (raw == typeof(ushort)) return Primitive<ushort>(row, column, new UInt16DataFrameColumn(name));
            if (raw == typeof(byte)) return Primitive<byte>(row, column, new ByteDataFrameColumn(name));
            if (raw == typeof(sbyte)) return Primitive<sbyte>(row, column, new SByteDataFrameColumn(name));
            if (raw == typeof(DateTime)) return Primitive<DateTime>(row, column, new DateTimeDataFrameColumn(name));
        }
        if (column.Type is DateTimeOffsetDataViewType)
            return Offset(row, column, new DateTimeDataFrameColumn(name));
        throw new ArgumentException($"ToDataFrame: column '{name}' is of type {column.Type}; a data frame takes {Allowed}.");
    }

    private static (DataFrameColumn, Action) Primitive<T>(DataViewRow row, DataViewSchema.Column column, PrimitiveDataFrameColumn<T> target)
        where T : unmanaged
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return (target, Append);

        void Append()
        {
            getter(ref value);
            target.Append(value);
        }
    }

    /// <summary>Data frames know no offset: the moment in UTC.</summary>
    private static (DataFrameColumn, Action) Offset(DataViewRow row, DataViewSchema.Column column, DateTimeDataFrameColumn target)
    {
        var getter = row.GetGetter<DateTimeOffset>(column);
        DateTimeOffset value = default;
        return (target, Append);

        void Append()
        {
            getter(ref value);
            target.Append(value.UtcDateTime);
        }
    }

    private static (DataFrameColumn, Action) Text(DataViewRow row, DataViewSchema.Column column)
    {
        var target = new StringDataFrameColumn(column.Name);
        var getter = IdColumn.MakeGetter(row, column);
        bool key = column.Type is KeyDataViewType;
        return (target, Append);

        void Append()
        {
            var text = getter();
            target.Append(key && text.IsEmpty ? null : text.ToString());
        }
    }
}
