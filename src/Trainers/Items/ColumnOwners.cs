using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Items;

/// <summary>
/// Tells which raw columns describe the user. The rows say it: such a column never changes within a user, and changes within an item. A
/// column of the items' own view is the item's. Where the rows do not say it, as for a column that changes with neither, the name does
/// (<see cref="ColumnRoles"/>).
/// </summary>
internal sealed class ColumnOwners
{
    /// <summary>Rows that are looked at.</summary>
    private const int MostRows = 100_000;

    private readonly Lazy<bool[]> _ofUser;

    /// <param name="source">The rows; read once, and only when the owners are asked for.</param>
    /// <param name="codes">Their users and items.</param>
    /// <param name="users">The first row of each user.</param>
    /// <param name="items">The first row of each item.</param>
    /// <param name="itemViews">Views of items alone.</param>
    /// <param name="ids">The columns of user and item ids.</param>
    public ColumnOwners(
        IDataView source, PairCodes codes, EntityTable users, EntityTable items, IReadOnlyList<DataViewSchema> itemViews,
        (string User, string Item) ids)
    {
        int[] ofUsers = First(codes.Users), ofItems = First(codes.Items);
        _ofUser = new(() =>
        {
            bool[] ofUser = Find(source, ofUsers, ofItems, users, items, itemViews);
            ofUser[users.Schema[ids.User].Index] = true;
            ofUser[users.Schema[ids.Item].Index] = false;
            return ofUser;
        });
    }

    /// <summary>For each column of the tables, whether it describes the user.</summary>
    public bool[] OfUser => _ofUser.Value;

    private static int[] First(int[] codes) => codes.Length <= MostRows ? codes : codes[..MostRows];

    private static bool[] Find(
        IDataView source, int[] users, int[] items, EntityTable userRows, EntityTable itemRows, IReadOnlyList<DataViewSchema> itemViews)
    {
        DataViewSchema schema = userRows.Schema;
        bool[] ofUser = [.. schema.Select(column => ColumnRoles.IsUsers(column.Name))];
        if (users.Length == 0 || items.Length == 0)
            return ofUser;
        DataViewSchema.Column[] open = [.. schema.Where(column => !itemViews.Any(view => view.GetColumnOrNull(column.Name) is not null))];
        using DataViewRowCursor cursor = source.GetRowCursor(open.Select(column => source.Schema[column.Name]));
        var changes = open
            .Select(column => new Changes(
                userRows[column.Index].MakeComparer(cursor, source.Schema[column.Name]),
                itemRows[column.Index].MakeComparer(cursor, source.Schema[column.Name])))
            .ToArray();
        for (int row = 0; row < users.Length && cursor.MoveNext(); row++)
        {
            foreach (Changes column in changes)
                column.Look(users[row], items[row]);
        }

        foreach (DataViewSchema.Column column in schema)
            ofUser[column.Index] &= open.Contains(column);
        for (int c = 0; c < open.Length; c++)
        {
            if (changes[c].WithinUser != changes[c].WithinItem)
                ofUser[open[c].Index] = changes[c].WithinItem;
        }

        return ofUser;
    }

    private sealed class Changes(Func<int, bool> isUsers, Func<int, bool> isItems)
    {
        public bool WithinUser { get; private set; }

        public bool WithinItem { get; private set; }

        public void Look(int user, int item)
        {
            WithinUser = WithinUser || (user >= 0 && !isUsers(user));
            WithinItem = WithinItem || (item >= 0 && !isItems(item));
        }
    }
}
