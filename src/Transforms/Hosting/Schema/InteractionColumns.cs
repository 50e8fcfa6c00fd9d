using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>Names of the columns of an interaction view. User and item are required; the others are read when the view has them.</summary>
internal sealed record InteractionColumns(
    string User = "User",
    string Item = "Item",
    string? Label = "Label",
    string? Timestamp = "Timestamp",
    string? Holdout = "Holdout")
{
    /// <summary>What a label column may be.</summary>
    public const ColumnKinds LabelKinds = ColumnKinds.Number | ColumnKinds.Boolean | ColumnKinds.Key;

    /// <summary>Checks the label column of a shape: it has to be there where a threshold asks for labels.</summary>
    /// <exception cref="ArgumentException">It is missing or of another kind.</exception>
    public static void CheckLabel(SchemaShape shape, string label, float? positiveThreshold, string stage)
    {
        if (positiveThreshold is null)
            Shapes.Optional(shape, label, stage, LabelKinds);
        else
            Shapes.Require(shape, label, stage, LabelKinds);
    }
}
