using Microsoft.ML;

namespace HybridRec.MLNet.Items;

/// <summary>One representative raw row for each user or each item, in the order of their codes.</summary>
internal sealed class EntityTable : TableView
{
    private readonly TableColumn[] _columns;
    private readonly int _rows;

    public EntityTable(DataViewSchema schema, int rows)
        : base(schema)
    {
        _rows = rows;
        _columns = [.. schema.Select(column => TableColumn.Create(column.Type, rows))];
    }

    internal override long RowCount => _rows;

    /// <summary>The values of a column, by entity code.</summary>
    internal TableColumn this[int column] => _columns[column];

    internal override Delegate MakeGetter(int column, Func<long> position) => _columns[column].MakeGetter(() => (int)position());

    /// <summary>Reads a view once and keeps the first row of every user and every item that became known with it.</summary>
    /// <param name="view">A source of the tables.</param>
    /// <param name="users">Receives the users' rows.</param>
    /// <param name="userCodes">User code of each row of the view, or empty.</param>
    /// <param name="knownUsers">Codes below this one have their row already.</param>
    /// <param name="items">Receives the items' rows.</param>
    /// <param name="itemCodes">Item code of each row of the view, or empty.</param>
    /// <param name="knownItems">Codes below this one have their row already.</param>
    internal static void Collect(
        IDataView view, EntityTable users, int[] userCodes, int knownUsers, EntityTable items, int[] itemCodes, int knownItems)
    {
        // Codes are given in order of appearance, so the first row of an entity is the one whose code is the next to come.
        var (nextUser, nextItem) = (knownUsers, knownItems);
        var rows = Math.Max(userCodes.Length, itemCodes.Length);
        var matched = Match(view.Schema, users.Schema);
        using var cursor = view.GetRowCursor(matched.Select(pair => pair.Source));
        var userWriters = matched.Select(pair => users._columns[pair.Index].MakeWriter(cursor, pair.Source)).ToArray();
        var itemWriters = matched.Select(pair => items._columns[pair.Index].MakeWriter(cursor, pair.Source)).ToArray();
        for (var row = 0; row < rows && cursor.MoveNext(); row++)
        {
            if (row < userCodes.Length && userCodes[row] == nextUser)
                Write(userWriters, nextUser++);
            if (row < itemCodes.Length && itemCodes[row] == nextItem)
                Write(itemWriters, nextItem++);
        }
    }

    private static void Write(Action<int>[] writers, int row)
    {
        foreach (var write in writers)
            write(row);
    }

    private static List<(DataViewSchema.Column Source, int Index)> Match(DataViewSchema source, DataViewSchema schema)
    {
        var matched = new List<(DataViewSchema.Column, int)>();
        foreach (var wanted in schema)
        {
            if (source.GetColumnOrNull(wanted.Name) is not { } column)
                continue;
            if (!column.Type.Equals(wanted.Type))
            {
                throw new ArgumentException(
                    $"Column '{wanted.Name}' has type {wanted.Type} in the training rows but {column.Type} in another view of the same "
                    + "tables. Convert one of them, for example with Conversion.ConvertType.");
            }
            matched.Add((column, wanted.Index));
        }
        return matched;
    }
}
