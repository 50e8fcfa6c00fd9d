namespace HybridRec.MLNet;

/// <summary>What every split can be told.</summary>
public abstract record SplitOptions
{
    /// <summary>Column of the user's id: text, an integer or a key.</summary>
    /// <value>The default is <c>User</c>.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>Column of the item's id: text, an integer or a key.</summary>
    /// <value>The default is <c>Item</c>.</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;
}
