using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Conformance;

/// <summary>Reads views into text that is equal exactly when the values are equal, bit by bit.</summary>
internal static class ViewRows
{
    /// <summary>All visible columns of all rows, in order; one text a row.</summary>
    public static List<string> Read(IDataView view, params string[] columns)
    {
        DataViewSchema.Column[] wanted = Columns(view, columns);
        using DataViewRowCursor cursor = view.GetRowCursor(wanted);
        Func<string> reader = Reader(cursor, wanted);
        var rows = new List<string>();
        while (cursor.MoveNext())
            rows.Add(reader());
        return rows;
    }

    /// <summary>The same, by several cursors on as many threads, put back in order by batch.</summary>
    public static List<string> ReadParallel(IDataView view, int cursors, params string[] columns)
    {
        DataViewSchema.Column[] wanted = Columns(view, columns);
        DataViewRowCursor[] set = view.GetRowCursorSet(wanted, cursors);
        Task<List<(long Batch, long Position, string Row)>>[] tasks = Array.ConvertAll(set, cursor => Task.Run(() =>
        {
            using (cursor)
            {
                Func<string> reader = Reader(cursor, wanted);
                var rows = new List<(long, long, string)>();
                while (cursor.MoveNext())
                    rows.Add((cursor.Batch, cursor.Position, reader()));
                return rows;
            }
        }));
        return [.. Task.WhenAll(tasks).GetAwaiter().GetResult().SelectMany(rows => rows).OrderBy(row => row.Batch)
            .ThenBy(row => row.Position).Select(row => row.Row)];
    }

    /// <summary>The Single values of a column, one array a row.</summary>
    public static List<float[]> Singles(IDataView view, string column)
    {
        DataViewSchema.Column wanted = view.Schema[column];
        using DataViewRowCursor cursor = view.GetRowCursor([wanted]);
        var rows = new List<float[]>();
        if (wanted.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(wanted);
            VBuffer<float> value = default;
            while (cursor.MoveNext())
            {
                getter(ref value);
                rows.Add([.. value.DenseValues()]);
            }
            return rows;
        }
        ValueGetter<float> scalar = cursor.GetGetter<float>(wanted);
        float single = 0;
        while (cursor.MoveNext())
        {
            scalar(ref single);
            rows.Add([single]);
        }
        return rows;
    }

    /// <summary>Reads the active columns of a row as text.</summary>
    public static Func<string> Reader(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
    {
        Func<string>[] cells = [.. columns.Select(column => Cell(row, column))];
        return () => string.Join(" | ", cells.Select(cell => cell()));
    }

    private static DataViewSchema.Column[] Columns(IDataView view, string[] names) =>
        [.. view.Schema.Where(column => !column.IsHidden && (names.Length == 0 || names.Contains(column.Name)))];

    private static Func<string> Cell(DataViewRow row, DataViewSchema.Column column)
    {
        Type item = column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType;
        string method = column.Type is VectorDataViewType ? nameof(VectorCell) : nameof(ScalarCell);
        return (Func<string>)typeof(ViewRows).GetMethod(
            method, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(item).Invoke(null, System.Reflection.BindingFlags.DoNotWrapExceptions, null, [row, column], null)!;
    }

    private static Func<string> ScalarCell<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Text(value);
        };
    }

    private static Func<string> VectorCell<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{value.Length}:");
            foreach (T slot in value.DenseValues())
                text.Append(' ').Append(Text(slot));
            return text.ToString();
        };
    }

    private static string Text<T>(T value) => value switch
    {
        float single => BitConverter.SingleToUInt32Bits(single).ToString("X8", CultureInfo.InvariantCulture),
        double real => BitConverter.DoubleToUInt64Bits(real).ToString("X16", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}
