namespace HybridRec.MLNet.Items;

/// <summary>
/// All pairs of a block of users and all items, as rows a model can score: user after user, each with every item in code order.
/// Columns that describe the user come from the user's row, all others from the item's row. Nothing is materialised.
/// </summary>
internal sealed class CrossJoinView : TableView
{
    private readonly EntityTable _userRows;
    private readonly EntityTable _itemRows;
    private readonly bool[] _ofUser;
    private readonly int[] _users;
    private readonly int _items;

    public CrossJoinView(EntityTables tables, ReadOnlySpan<int> users)
        : base(tables.UserRows.Schema)
    {
        _userRows = tables.UserRows;
        _itemRows = tables.ItemRows;
        _users = users.ToArray();
        _items = tables.ItemCount;
        _ofUser = tables.Owners.OfUser;
    }

    internal override long RowCount => (long)_users.Length * _items;

    internal override Delegate MakeGetter(int column, Func<long> position) => _ofUser[column]
        ? _userRows[column].MakeGetter(() => _users[position() / _items])
        : _itemRows[column].MakeGetter(() => (int)(position() % _items));
}
