using HybridRec.MLNet.Training;

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

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not allowed; the exception names it.</exception>
    internal abstract void Validate();

    private protected void ValidateColumns(OptionCheck check)
    {
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(ItemColumnName, nameof(ItemColumnName));
    }
}
