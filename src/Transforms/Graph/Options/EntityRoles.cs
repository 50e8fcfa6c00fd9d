using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Graph;

/// <summary>What an <see cref="EntityRole"/> says of a column.</summary>
internal static class EntityRoles
{
    /// <summary>Whether the column describes users.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="columnName">Its name, which decides where the role does not.</param>
    public static bool IsUsers(this EntityRole role, string columnName) =>
        role == EntityRole.User || (role == EntityRole.ByName && ColumnRoles.IsUsers(columnName));
}
