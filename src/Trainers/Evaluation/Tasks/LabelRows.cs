using System.Globalization;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Evaluation;

/// <summary>Labels of a view, read once.</summary>
internal static class LabelRows
{
    /// <summary>The label of each row, or null when the view has no such column.</summary>
    /// <param name="view">Rows.</param>
    /// <param name="name">Name of the label column: a number, a Boolean or a key.</param>
    /// <param name="cancellation">Checked every few thousand rows.</param>
    /// <param name="stage">The component, for the messages.</param>
    /// <exception cref="ArgumentException">The column is of another type.</exception>
    /// <exception cref="InvalidDataException">A label is NaN or infinite.</exception>
    public static float[]? Read(IDataView view, string name, CancellationToken cancellation, string stage = StageNames.EvaluateTopK)
    {
        if (SchemaColumns.Optional(view.Schema, name, stage, InteractionColumns.LabelKinds) is not { } column)
            return null;
        var labels = new List<float>();
        using var cursor = view.GetRowCursor([column]);
        var labelOf = CellReader.Single(cursor, column);
        while (cursor.MoveNext())
        {
            if (labels.Count % 4096 == 0)
                cancellation.ThrowIfCancellationRequested();
            var label = labelOf();
            if (!float.IsFinite(label))
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{stage}: row {labels.Count + 1} has {label} in column '{name}'; a label must be a finite number. Filter such " +
                    $"rows (FilterRowsByMissingValues) or replace the value."));
            }
            labels.Add(label);
        }
        return [.. labels];
    }
}
