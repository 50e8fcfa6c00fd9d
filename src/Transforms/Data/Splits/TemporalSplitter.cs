using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>All interactions cut at one moment.</summary>
internal static class TemporalSplitter
{
    public static InteractionSplit Split(IDataView view, TemporalSplitOptions options)
    {
        var rows = SplitRows.Read(view, options, TemporalSplitOptions.Stage, options.TimestampColumnName);
        long[] sorted = [.. rows.Times];
        Array.Sort(sorted);
        long testFrom = sorted[Math.Clamp(rows.Count - Shares.Of(rows.Count, options.TestFraction), 0, rows.Count - 1)];
        int validationRow = rows.Count - Shares.Of(rows.Count, options.TestFraction + options.ValidationFraction);
        bool validation = options.ValidationFraction > 0;
        long validationFrom = validation ? sorted[Math.Clamp(validationRow, 0, rows.Count - 1)] : testFrom;
        for (int row = 0; row < rows.Count; row++)
        {
            long time = rows.Times[row];
            rows.Parts[row] = time >= testFrom ? SplitPart.Test : time >= validationFrom ? SplitPart.Validation : SplitPart.Train;
        }
        string before = validation
            ? FormattableString.Invariant($", validation from {validationFrom} ({options.ValidationFraction:0.##})")
            : "";
        return rows.ToSplit(
            validation, FormattableString.Invariant($"global temporal split, test from {testFrom} ({options.TestFraction:0.##}){before}"));
    }
}
