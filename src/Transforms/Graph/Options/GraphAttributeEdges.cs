using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>
/// An attribute whose values become nodes: items of one author, or users of one occupation, are joined to that author's, or occupation's,
/// node, which has an id embedding of its own (if the model has any) and no vector in the output.
/// </summary>
/// <param name="ColumnName">
/// A column of text, keys, or vectors of these. Each node takes the values of its first row that has any; an empty text, the key 0 and an
/// empty vector are no value, and no edge.
/// </param>
/// <param name="Weight">The weight of the attribute's adjacency; finite, above 0. The default is 1.</param>
public sealed record GraphAttributeEdges(string ColumnName, float Weight = 1f)
{
    /// <summary>Whose attribute it is: User or Item.</summary>
    /// <value>The default is null: a name that starts with "User" describes the user, any other the item.</value>
    public ColumnRole? Role { get; init; }

    /// <summary>
    /// Where the column is: a view with one row an item (or user), with its id in a column of the same name as in the training data: text,
    /// an integer or a key, compared as text. Rows of ids that the key column of the training data does not know are left out.
    /// </summary>
    /// <value>The default is null: the training data.</value>
    [NotInFingerprint] // data are hashed by themselves
    public IDataView? View { get; init; }

    /// <summary>Whether it describes users.</summary>
    internal bool OfUsers => ColumnRoles.IsUsers(Role, ColumnName);
}
