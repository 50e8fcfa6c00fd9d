using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Items;

/// <summary>
/// Scores all items with any model that turns raw rows into a Single column "Score": rows of a <see cref="CrossJoinView"/> go through
/// the model one by one. Slow and general; the yardstick the fast path is tested against.
/// </summary>
internal sealed class GenericItemScorer : IItemScorer
{
    private readonly ITransformer _model;
    private readonly EntityTables _tables;
    private long _nonFinite;

    public GenericItemScorer(ITransformer model, EntityTables tables)
    {
        _model = model;
        _tables = tables;
        RequireScore(model.GetOutputSchema(tables.UserRows.Schema));
    }

    public int UserCount => _tables.UserCount;

    public int ItemCount => _tables.ItemCount;

    public long NonFiniteScores => Interlocked.Read(ref _nonFinite);

    public void Score(int user, Span<float> scores) => Score([user], scores);

    public void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        var pairs = new CrossJoinView(_tables, users);
        var scored = _model.Transform(pairs);
        var column = RequireScore(scored.Schema);
        using var cursor = scored.GetRowCursor([column]);
        var getter = cursor.GetGetter<float>(column);
        var count = 0;
        while (cursor.MoveNext())
        {
            if (count == pairs.RowCount)
                throw WrongRowCount("more", pairs.RowCount);
            var score = float.NaN;
            getter(ref score);
            scores[count++] = score;
        }
        if (count < pairs.RowCount)
            throw WrongRowCount("fewer", pairs.RowCount);
        ScoreCleaning.MakeFinite(scores[..count], ref _nonFinite);
    }

    private static DataViewSchema.Column RequireScore(DataViewSchema schema) =>
        SchemaColumns.Require(schema, ColumnNames.Score, "Scoring all items", ColumnKinds.Single);

    private static InvalidOperationException WrongRowCount(string fewerOrMore, long rows) => new(
        $"The model gave {fewerOrMore} rows than the {rows} it was asked to score. A ranking model must keep every row; "
        + "remove filters from its pipeline.");
}
