using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// The label from which on a row is a positive, as an annotation of the label column: said once, where the data are loaded. It travels
/// through splits, caches and every transform that leaves the column alone.
/// </summary>
internal static class PositiveThresholds
{
    /// <summary>Kind of the annotation, a Single.</summary>
    public const string Kind = "PositiveThreshold";

    /// <summary>Annotations that say it; null for null.</summary>
    public static DataViewSchema.Annotations? Annotations(float? threshold)
    {
        if (threshold is not { } least)
            return null;
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(Kind, NumberDataViewType.Single, (ref float value) => value = least);
        return builder.ToAnnotations();
    }

    /// <summary>What the column says; null where it says nothing.</summary>
    public static float? Of(DataViewSchema.Column? column)
    {
        if (column is not { } label || label.Annotations.Schema.GetColumnOrNull(Kind) is not { } said ||
            said.Type != NumberDataViewType.Single)
            return null;
        float value = 0;
        label.Annotations.GetValue(Kind, ref value);
        return float.IsFinite(value) ? value : null;
    }
}
