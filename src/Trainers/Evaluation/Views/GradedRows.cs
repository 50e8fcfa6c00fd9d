using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// Rows for <c>ml.Ranking.Evaluate</c> with default arguments: Label (Single), GroupId (key), Score (Single), groups contiguous.
/// </summary>
internal sealed class GradedRows : TableView
{
    private readonly Row[] _rows;

    public GradedRows(Row[] rows, int groups)
        : base(MakeSchema(groups)) => _rows = rows;

    internal override long RowCount => _rows.Length;

    internal override Delegate MakeGetter(int column, Func<long> position) => column switch
    {
        0 => (ValueGetter<float>)((ref value) => value = _rows[position()].Grade),
        1 => (ValueGetter<uint>)((ref value) => value = (uint)_rows[position()].Group + 1),
        _ => (ValueGetter<float>)((ref value) => value = _rows[position()].Score),
    };

    private static DataViewSchema MakeSchema(int groups)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(ColumnNames.Label, NumberDataViewType.Single);
        builder.AddColumn(ColumnNames.GroupId, new KeyDataViewType(typeof(uint), Math.Max(1, groups)));
        builder.AddColumn(ColumnNames.Score, NumberDataViewType.Single);
        return builder.ToSchema();
    }

    /// <summary>One row.</summary>
    /// <param name="Group">0-based group.</param>
    /// <param name="Grade">Relevance, 0 to 4.</param>
    /// <param name="Score">A finite score.</param>
    internal readonly record struct Row(int Group, float Grade, float Score);
}
