using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet;

/// <summary>
/// A column of node features. A name alone is one too: <c>NodeFeatures = ["ItemMeaning", new("UserReviews", ColumnRole.Item)]</c>.
/// </summary>
/// <param name="ColumnName">A known-size vector of Single.</param>
/// <param name="Role">Whom it describes: User or Item. The default is null: a name that starts with "User" describes the user, any other
/// the item.</param>
public sealed record NodeFeature(string ColumnName, ColumnRole? Role = null)
{
    /// <summary>Whether it describes users.</summary>
    internal bool OfUsers => ColumnRoles.IsUsers(Role, ColumnName);

    /// <summary>A column whose name says whom it describes.</summary>
    /// <param name="columnName">The column.</param>
    public static implicit operator NodeFeature(string columnName) => new(columnName);
}
