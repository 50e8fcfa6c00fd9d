using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Hosting;

/// <summary>Says what is odd about the rows a stage learns from, where nothing would be seen of it otherwise.</summary>
internal static class RowWarnings
{
    private const int MostStars = 20;
    private static readonly string[] s_names = ["rating", "ratings", "stars", "overall"];

    /// <summary>
    /// Warns of rows whose user or item has no key; and, once a chain, of labels that look like stars where nobody says which of them are
    /// positives, and of a column of stars that nobody reads.
    /// </summary>
    /// <param name="host">Whose log it is.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="schema">Their schema.</param>
    /// <param name="columns">The columns that were read.</param>
    /// <param name="threshold">The threshold of the stage's options.</param>
    /// <param name="stage">The stage.</param>
    public static void Tell(
        IChannelProvider host, InteractionRows rows, DataViewSchema schema, InteractionColumns columns, float? threshold, string stage)
    {
        Missing(rows.Users, columns.User, "user");
        Missing(rows.Items, columns.Item, "item");
        // A stage that marks held-out rows stands before this one and has said it.
        if (columns.Holdout is { } holdout && schema.GetColumnOrNull(holdout) is not null)
            return;
        if (Stars(rows.Labels, threshold ?? rows.LabelThreshold) is { } stars)
            Warn(host, $"{stage}: column '{columns.Label}' {stars}");
        else if (rows.Labels is null && columns.Label is not null && Unread(schema) is { } name)
            Warn(host, $"{stage}: nobody reads column '{name}': there is no column '{columns.Label}', so every row counts as a positive. " +
                $"Name it by LabelColumnName, or rename it by ml.Hybrid.Data.FromDataView");

        void Missing(int[] keys, string column, string what)
        {
            int missing = keys.AsSpan().Count(-1);
            if (missing == 0)
                return;
            Warn(host, string.Create(CultureInfo.InvariantCulture,
                $"{stage}: {missing} of {keys.Length} rows have no {what}: the key '{column}' is missing in them, and nothing is learned " +
                $"from them. Their id is empty, or MapValueToKey met more than its maximumNumberOfKeys (1,000,000 unless said otherwise; " +
                $"int.MaxValue costs nothing)"));
        }
    }

    /// <summary>
    /// What to say of labels that look like stars while every one above 0 is a positive; null where nothing is to be said.
    /// </summary>
    /// <param name="labels">The labels.</param>
    /// <param name="threshold">What makes a label a positive; null for above 0.</param>
    public static string? Stars(float[]? labels, float? threshold)
    {
        if (labels is null || threshold is not null)
            return null;
        var values = new HashSet<float>();
        foreach (float label in labels)
        {
            // Whole and half stars from a half on; anything else, such as 0 or 17.3, is no star.
            if (label is < 0.5f or > 10 || label * 2 != MathF.Floor(label * 2) || (values.Add(label) && values.Count > MostStars))
                return null;
        }
        return values.Count >= 3 && (values.Max() is 5 or 10)
            ? string.Create(CultureInfo.InvariantCulture,
                $"looks like stars, {values.Min()} to {values.Max()}, and every one of them counts as a positive. Say from which on one " +
                $"does, where the data are loaded (PositiveThreshold) or in the options, for example {(values.Max() > 5 ? 7 : 4)}; " +
                $"0 says that all do")
            : null;
    }

    private static string? Unread(DataViewSchema schema)
    {
        foreach (DataViewSchema.Column column in schema)
        {
            if (!column.IsHidden && column.Type is NumberDataViewType && s_names.Contains(column.Name, StringComparer.OrdinalIgnoreCase))
                return column.Name;
        }
        return null;
    }

    private static void Warn(IChannelProvider host, string message)
    {
        using IChannel channel = host.Start("Training");
        channel.Warning(MessageSensitivity.UserData, message);
    }
}
