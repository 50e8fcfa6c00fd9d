using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Evaluation;

/// <summary>Ranks by given lists: whatever is not in a user's list comes behind it.</summary>
internal sealed class ListRanker : Ranker
{
    private readonly List<(int Item, float Score)>?[] _listOfUser;

    private ListRanker(List<(int Item, float Score)>?[] listOfUser, long nonFinite) =>
        (_listOfUser, NonFiniteScores) = (listOfUser, nonFinite);

    public override long NonFiniteScores { get; }

    /// <summary>Reads the lists.</summary>
    /// <param name="lists">Rows with a user, an item and a Score.</param>
    /// <param name="tables">The users and items that can be ranked.</param>
    /// <param name="options">The columns.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static ListRanker Read(IDataView lists, EntityTables tables, TopKOptions options, CancellationToken cancellationToken)
    {
        DataViewSchema.Column user = IdColumn.Require(lists.Schema, options.UserColumnName),
            item = IdColumn.Require(lists.Schema, options.ItemColumnName),
            score = SchemaColumns.Require(lists.Schema, ColumnNames.Score, StageNames.EvaluateTopK, ColumnKinds.Single);
        var listOfUser = new List<(int, float)>?[tables.UserCount];
        var known = new HashSet<(int, int)>();
        long nonFinite = 0;
        using var cursor = lists.GetRowCursor([user, item, score]);
        IdGetter userOf = IdColumn.MakeGetter(cursor, user), itemOf = IdColumn.MakeGetter(cursor, item);
        Func<float> scoreOf = CellReader.Single(cursor, score);
        for (long row = 0; cursor.MoveNext(); row++)
        {
            if (row % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (!tables.Users.TryGetCode(userOf(), out int listed))
                continue; // nobody who is judged
            if (!tables.Items.TryGetCode(itemOf(), out int found))
            {
                throw new ArgumentException(
                    $"{StageNames.EvaluateTopK}: the lists have item '{itemOf()}', which is neither in the training rows nor in " +
                    $"{nameof(TopKOptions)}.{nameof(TopKOptions.Items)}. Give the items that can be recommended there.");
            }

            if (!known.Add((listed, found)))
            {
                throw new ArgumentException(
                    $"{StageNames.EvaluateTopK}: the list of user '{userOf()}' has item '{itemOf()}' twice. Where a user has several " +
                    $"lists, name a column that tells them apart in {nameof(TopKOptions)}.{nameof(TopKOptions.UserColumnName)}.");
            }

            Span<float> value = [scoreOf()];
            nonFinite += ScoreCleaning.MakeFinite(value);
            (listOfUser[listed] ??= []).Add((found, value[0]));
        }

        return new ListRanker(listOfUser, nonFinite);
    }

    public override void Score(RankingTask task, int firstCase, int count, Span<float> scores)
    {
        for (int i = 0; i < count; i++)
        {
            UserCase one = task.Cases[firstCase + i];
            Span<float> row = scores.Slice(i * task.Width, task.SlotsOf(one));
            row.Fill(float.MinValue);
            foreach ((int item, float score) in _listOfUser[one.User] ?? [])
            {
                int slot = one.Candidates is { } candidates ? Array.IndexOf(candidates, item) : item;
                if (slot >= 0)
                    row[slot] = score;
            }
        }
    }
}
