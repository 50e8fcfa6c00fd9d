using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>Each user's last interaction.</summary>
internal static class LastOutSplitter
{
    public static InteractionSplit Split(IDataView view, LeaveLastOutOptions options)
    {
        var rows = SplitRows.Read(view, options, LeaveLastOutOptions.Stage, options.TimestampColumnName);
        int held = options.Validation ? 2 : 1;
        foreach (int[] own in rows.ByUser())
        {
            if (own.Length <= held)
                continue;
            int[] order = rows.InTime(own);
            rows.Assign([order[^1]], SplitPart.Test);
            if (options.Validation)
                rows.Assign([order[^2]], SplitPart.Validation);
        }
        return rows.ToSplit(options.Validation, options.Validation ? "leave last out, last but one for validation" : "leave last out");
    }
}
