using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// The rule that tells by a column's name whom it describes. It is the fallback where nobody says the role: a name that starts with "User"
/// is the user's, one that starts with "Item" the item's.
/// </summary>
internal static class ColumnRoles
{
    private const string UserPrefix = "User";
    private const string ItemPrefix = "Item";

    /// <summary>The role by the name; the interaction's where neither prefix stands before it.</summary>
    public static ColumnRole OfName(string column) =>
        IsUsers(column) ? ColumnRole.User : IsItems(column) ? ColumnRole.Item : ColumnRole.Context;

    /// <summary>Whether a column describes users: as its role says, or its name where there is none.</summary>
    public static bool IsUsers(ColumnRole? role, string column) => role is null ? IsUsers(column) : role == ColumnRole.User;

    /// <summary>Refuses a role that is neither the user's nor the item's; null is the name's.</summary>
    public static void Check(OptionCheck check, ColumnRole? role, string option) =>
        check.Require(role is null or ColumnRole.User or ColumnRole.Item, $"{role}", "User, Item or null: by the name", option);

    /// <summary>Whether the name says that the column describes the user.</summary>
    public static bool IsUsers(string column) => column.StartsWith(UserPrefix, StringComparison.Ordinal);

    /// <summary>Whether the name says that the column describes the item.</summary>
    public static bool IsItems(string column) => column.StartsWith(ItemPrefix, StringComparison.Ordinal);

    /// <summary>
    /// The name after its role's prefix, if it has that: UserGraph of a user and ItemGraph of an item have one stem and are partners.
    /// </summary>
    public static string Stem(string column, ColumnRole role)
    {
        string prefix = role == ColumnRole.User ? UserPrefix : role == ColumnRole.Item ? ItemPrefix : "";
        return column.StartsWith(prefix, StringComparison.Ordinal) ? column[prefix.Length..] : column;
    }
}
