namespace HybridRec.MLNet.Fusion;

/// <summary>A column to fuse and whom it describes.</summary>
/// <param name="Role">Whom it describes.</param>
/// <param name="Column">The column's name.</param>
internal readonly record struct FusionInput(FusionRole Role, string Column)
{
    public const string UserPrefix = "User";
    public const string ItemPrefix = "Item";

    /// <summary>The role is told by the name: columns starting with "User" are the user's, with "Item" the item's, others the context's.</summary>
    public static FusionInput OfName(string column) => new(
        column.StartsWith(UserPrefix, StringComparison.Ordinal) ? FusionRole.User
        : column.StartsWith(ItemPrefix, StringComparison.Ordinal) ? FusionRole.Item
        : FusionRole.Context, column);
}
