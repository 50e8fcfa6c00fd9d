using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Fusion;

/// <summary>A column to fuse and whom it describes.</summary>
/// <param name="Role">Whom it describes.</param>
/// <param name="Column">The column's name.</param>
internal readonly record struct FusionInput(ColumnRole Role, string Column)
{
    /// <summary>The role is told by the name.</summary>
    public static FusionInput OfName(string column) => new(ColumnRoles.OfName(column), column);
}
