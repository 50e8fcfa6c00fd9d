using System.Buffers;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Ranking;

/// <summary>What a teacher thinks of any pair of a student's users and items. Safe on several threads.</summary>
internal sealed class TeacherScores
{
    private readonly IItemScorer _scorer;
    private readonly int[] _users;
    private readonly int[] _items;

    /// <param name="scorer">Scores by the teacher's codes.</param>
    /// <param name="users">The teacher's code of each of the student's users; -1 where it has none.</param>
    /// <param name="items">The same of the items.</param>
    public TeacherScores(IItemScorer scorer, int[] users, int[] items)
    {
        _scorer = scorer;
        _users = users;
        _items = items;
    }

    /// <summary>Whether there are scores of a user.</summary>
    public bool Knows(int user) => _users[user] >= 0;

    /// <summary>Scores of all items for a user that it knows, by the student's codes; NaN where there is none.</summary>
    public void Score(int user, Span<float> scores)
    {
        float[] own = ArrayPool<float>.Shared.Rent(_scorer.ItemCount);
        _scorer.Score(_users[user], own.AsSpan(0, _scorer.ItemCount));
        for (int item = 0; item < _items.Length; item++)
        {
            float score = _items[item] < 0 ? float.NaN : own[_items[item]];
            // What a scorer puts in place of infinities would swamp every mean.
            scores[item] = MathF.Abs(score) < float.MaxValue ? score : float.NaN;
        }
        ArrayPool<float>.Shared.Return(own);
    }

    /// <summary>Lets a teacher read its rows.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="distillation">The teacher.</param>
    /// <param name="view">What the student is fitted on.</param>
    /// <param name="options">The names of the columns.</param>
    /// <returns>The scorer, and its codes of the users and items of the view's rows.</returns>
    /// <exception cref="ArgumentException">The teacher cannot read the rows, or gives no Score.</exception>
    public static (IItemScorer Scorer, PairCodes Codes) Open(
        MLContext ml, RankingDistillation distillation, IDataView view, RankingOptions options)
    {
        const string Name = $"{StageNames.Ranking}: the teacher of Distillation";
        var rows = distillation.Interactions ?? view;
        if (distillation.Interactions is null && ChainStages.Of(distillation.Teacher).LastOrDefault() is not IItemScoringModel)
            throw new ArgumentException($"{Name} ends in no stage that scores all items at once. Give the raw rows that it reads as " +
                "well: new RankingDistillation(teacher, ratings).");
        try
        {
            _ = distillation.Teacher.GetOutputSchema(rows.Schema);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new ArgumentException(
                $"{Name} does not read " +
                $"{(distillation.Interactions is null ? "the view that the student is fitted on" : "its Interactions")}: {e.Message} "
                + "Give the raw rows that the whole teacher reads, as new RankingDistillation(teacher, ratings), or a teacher whose " +
                    "columns the view has.", e);
        }
        var tables = EntityTables.Create(rows, null, options.UserColumnName, options.ItemColumnName);
        var codes = new PairCodes(tables.Users.Encode(view, options.UserColumnName), tables.Items.Encode(view, options.ItemColumnName));
        return (ItemScorers.Create(ml, distillation.Teacher, tables), codes);
    }
}
