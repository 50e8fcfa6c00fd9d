using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>
/// What a split needs to know of a view: codes of users and items (-1: missing) and times, row by row; and the part
/// of each row, training at first.
/// </summary>
internal sealed class SplitRows
{
    private readonly IDataView _view;
    private readonly string _name;

    private SplitRows(IDataView view, string name, int[] users, int[] items, int itemCount)
    {
        _view = view;
        _name = name;
        Users = users;
        Items = items;
        ItemCount = itemCount;
        Parts = new byte[users.Length];
        if (users.Length == 0)
            throw new ArgumentException($"{name}: the data has no rows; there is nothing to split.", nameof(view));
    }

    internal int[] Users { get; }

    internal int[] Items { get; }

    internal int ItemCount { get; }

    internal long[] Times { get; private set; } = [];

    internal byte[] Parts { get; }

    internal int Count => Users.Length;

    internal static SplitRows Read(IDataView view, SplitOptions options, string name, string? timestampColumn = null)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (timestampColumn is not null)
            SchemaColumns.Require(view.Schema, timestampColumn, name, ColumnKinds.Number | ColumnKinds.DateTime);
        EntityIndex.Read(view, options.UserColumnName, out int[] users);
        var index = EntityIndex.Read(view, options.ItemColumnName, out int[] items);
        var rows = new SplitRows(view, name, users, items, index.Count);
        if (timestampColumn is not null)
            rows.Times = ReadTimes(view, timestampColumn, users.Length);
        return rows;
    }

    /// <summary>
    /// The rows of each user, in row order; users in order of first appearance. Rows without a user or an item are
    /// in none: they stay in training.
    /// </summary>
    internal IEnumerable<int[]> ByUser()
    {
        int users = Users.Max() + 1;
        int[] starts = new int[users + 1];
        for (int row = 0; row < Count; row++)
        {
            if (IsComplete(row))
                starts[Users[row] + 1]++;
        }
        for (int user = 0; user < users; user++)
            starts[user + 1] += starts[user];
        int[] order = new int[starts[users]];
        int[] ends = starts[..users];
        for (int row = 0; row < Count; row++)
        {
            if (IsComplete(row))
                order[ends[Users[row]]++] = row;
        }
        for (int user = 0; user < users; user++)
            yield return order[starts[user]..ends[user]];
    }

    /// <summary>A user's rows grouped by item: pairs in order of first appearance.</summary>
    internal List<List<int>> Pairs(int[] rows)
    {
        var byItem = new Dictionary<int, List<int>>(rows.Length);
        var pairs = new List<List<int>>(rows.Length);
        foreach (int row in rows)
        {
            if (!byItem.TryGetValue(Items[row], out var pair))
            {
                byItem[Items[row]] = pair = [];
                pairs.Add(pair);
            }
            pair.Add(row);
        }
        return pairs;
    }

    internal void Assign(IEnumerable<int> rows, byte part)
    {
        foreach (int row in rows)
            Parts[row] = part;
    }

    /// <summary>Orders a user's rows by time, ties by row.</summary>
    internal int[] InTime(int[] rows) => [.. rows.OrderBy(r => Times[r]).ThenBy(r => r)];

    internal InteractionSplit ToSplit(bool validation, string protocol)
    {
        Require(SplitPart.Train, "training");
        Require(SplitPart.Test, "test");
        if (validation)
            Require(SplitPart.Validation, "validation");
        return new(
            new RowFilterView(_view, Parts, SplitPart.Train),
            new RowFilterView(_view, Parts, SplitPart.Test),
            validation ? new RowFilterView(_view, Parts, SplitPart.Validation) : null,
            protocol);
    }

    private bool IsComplete(int row) => Users[row] >= 0 && Items[row] >= 0;

    private void Require(byte part, string name)
    {
        if (!Parts.AsSpan().Contains(part))
            throw new ArgumentException($"{_name}: no row of the {Count} would be a {name} row. Give more data (more interactions a " +
                "user, more distinct times), or change the options.");
    }

    private static long[] ReadTimes(IDataView view, string name, int count)
    {
        var column = view.Schema[name];
        long[] times = new long[count];
        using var cursor = view.GetRowCursor([column]);
        var time = CellReader.Int64(cursor, column);
        for (int row = 0; row < count && cursor.MoveNext(); row++)
            times[row] = time();
        return times;
    }
}
