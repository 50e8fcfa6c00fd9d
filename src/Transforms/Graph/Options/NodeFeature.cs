using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet;

/// <summary>
/// A column of node features. A name alone is one too: <c>NodeFeatures = ["ItemMeaning", new("UserReviews", EntityRole.Item)]</c>.
/// </summary>
/// <param name="ColumnName">A known-size vector of Single.</param>
/// <param name="Role">Whom it describes. The default is <see cref="EntityRole.ByName"/>.</param>
public sealed record NodeFeature(string ColumnName, EntityRole Role = EntityRole.ByName)
{
    /// <summary>Whether it describes users.</summary>
    internal bool OfUsers => Role.IsUsers(ColumnName);

    /// <summary>A column whose name says whom it describes.</summary>
    /// <param name="columnName">The column.</param>
    public static implicit operator NodeFeature(string columnName) => new(columnName);
}
