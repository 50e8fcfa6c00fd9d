using System.Globalization;
using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// Makes scored rows fit for ML.NET's ranking evaluator, whose demands are silent: labels 0 to 4, contiguous groups, no NaN score.
/// </summary>
internal static class RankingViewBuilder
{
    private const string Stage = StageNames.RankingView;
    private const int LargestGrade = 4;

    public static IDataView Build(IDataView scored, RankingViewOptions options, CancellationToken cancellationToken)
    {
        var users = UserColumnName(scored.Schema, options.UserColumnName);
        var label = SchemaColumns.Require(scored.Schema, options.LabelColumnName, Stage, ColumnKinds.Number | ColumnKinds.Boolean);
        var score = SchemaColumns.Require(scored.Schema, options.ScoreColumnName, Stage, ColumnKinds.Single);
        options = options with { RelevanceThreshold = options.RelevanceThreshold ?? ThresholdOfIndicators(label) };
        var rows = Read(scored, (users, label, score), options, cancellationToken);
        var graded = rows.GroupBy(row => row.Group)
            .Where(group => !options.DropUsersWithoutRelevant || group.Any(row => row.Grade > 0))
            .SelectMany((group, index) => group.Select(row => row with { Group = index }))
            .ToArray();
        if (rows.Count > 0 && options.RelevanceThreshold is { } threshold && rows.All(row => row.Grade == 0))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Stage}: no label in column '{options.LabelColumnName}' reaches {nameof(RankingViewOptions.RelevanceThreshold)} " +
                $"{threshold}, so nothing would be relevant. Lower it, or check the column."));
        }
        if (rows.Count > 0 && rows.All(row => row.Grade == 0))
        {
            throw new ArgumentException(
                $"{Stage}: every label in column '{options.LabelColumnName}' is 1 or below, which is grade 0 of 5 stars, so nothing " +
                $"would be relevant. For labels that are not stars give {nameof(RankingViewOptions)}." +
                $"{nameof(RankingViewOptions.RelevanceThreshold)}, for example 1.");
        }
        return new GradedRows(graded, graded.Length == 0 ? 0 : graded[^1].Group + 1);
    }

    // What is no rating has no stars: a Boolean, and a label that the loader gave every row.
    private static float? ThresholdOfIndicators(DataViewSchema.Column label) => label.Type is BooleanDataViewType ? 1 : null;

    // MapValueToKey hides the raw ids under a key of the same name, in which all unknown users are one missing key: take the oldest column.
    private static DataViewSchema.Column UserColumnName(DataViewSchema schema, string name)
    {
        foreach (var column in schema)
        {
            if (column.Name == name && IdColumn.IsId(column.Type))
                return column;
        }
        return IdColumn.Require(schema, name);
    }

    private static List<GradedRows.Row> Read(
        IDataView scored,
        (DataViewSchema.Column Users, DataViewSchema.Column Label, DataViewSchema.Column Score) columns,
        RankingViewOptions options,
        CancellationToken cancellationToken)
    {
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = groups.GetAlternateLookup<ReadOnlySpan<char>>();
        var rows = new List<GradedRows.Row>();
        using var cursor = scored.GetRowCursor([columns.Users, columns.Label, columns.Score]);
        var userOf = IdColumn.MakeGetter(cursor, columns.Users);
        var labelOf = CellReader.Single(cursor, columns.Label);
        var scoreOf = CellReader.Single(cursor, columns.Score);
        var row = 0;
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            row++;
            var id = userOf();
            if (id.IsEmpty)
                continue;
            if (!lookup.TryGetValue(id, out var group))
                lookup[id] = group = groups.Count;
            Span<float> value = [scoreOf()];
            ScoreCleaning.MakeFinite(value);
            rows.Add(new GradedRows.Row(group, Grade(labelOf(), row, options), value[0]));
        }
        return rows;
    }

    private static float Grade(float label, int row, RankingViewOptions options)
    {
        if (float.IsFinite(label))
        {
            if (options.RelevanceThreshold is { } threshold)
                return label >= threshold ? 1 : 0;
            if (Math.Floor(label) - 1 <= LargestGrade)
                return (float)Math.Max(0, Math.Floor(label) - 1);
        }
        throw new InvalidDataException(string.Create(
            CultureInfo.InvariantCulture,
            $"{Stage}: row {row} has {label} in column '{options.LabelColumnName}'; without a RelevanceThreshold labels must be stars of " +
            $"at most 5. Give a threshold, or rescale the labels."));
    }
}
