using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Items;

/// <summary>
/// All pairs of a block of users and all items, as rows a model can score: user after user, each with every item in code order.
/// Columns whose name starts with "User" come from the user's row, all others from the item's row. Nothing is materialised.
/// </summary>
internal sealed class CrossJoinView : TableView
{
    private readonly EntityTable _userRows;
    private readonly EntityTable _itemRows;
    private readonly bool[] _ofUser;
    private readonly int[] _users;
    private readonly int _items;

    public CrossJoinView(EntityTable userRows, EntityTable itemRows, ReadOnlySpan<int> users)
        : base(userRows.Schema)
    {
        _userRows = userRows;
        _itemRows = itemRows;
        _users = users.ToArray();
        _items = (int)itemRows.RowCount;
        _ofUser = [.. Schema.Select(column => ColumnRoles.IsUsers(column.Name))];
    }

    internal override long RowCount => (long)_users.Length * _items;

    internal override Delegate MakeGetter(int column, Func<long> position) => _ofUser[column]
        ? _userRows[column].MakeGetter(() => _users[position() / _items])
        : _itemRows[column].MakeGetter(() => (int)(position() % _items));
}
