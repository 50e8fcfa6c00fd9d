using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>A column that a <see cref="RowTransformer"/> adds to its input.</summary>
/// <param name="Name">The column's name; an input column of the same name is hidden by it.</param>
/// <param name="Type">The column's type; vectors have a known size.</param>
/// <param name="Annotations">Slot names, score kinds and the like; null for none.</param>
/// <param name="Inputs">Indices in the input schema of the columns that the getter reads.</param>
/// <param name="MakeGetter">
/// Given the input row or cursor, where <paramref name="Inputs"/> are active, returns a <see cref="ValueGetter{T}"/> of the column's
/// raw type. Called at most once per row or cursor, so that the getter may own its scratch memory; several cursors run at once.
/// </param>
internal sealed record OutputColumn(
    string Name,
    DataViewType Type,
    DataViewSchema.Annotations? Annotations,
    IReadOnlyList<int> Inputs,
    Func<DataViewRow, Delegate> MakeGetter);
