using HybridRec.MLNet.Items;

namespace HybridRec.MLNet.Evaluation;

/// <summary>Gives the scores that order a user's candidates.</summary>
internal abstract class Ranker
{
    /// <summary>How many scores so far were not finite and had to be replaced.</summary>
    public virtual long NonFiniteScores => 0;

    /// <summary>Scores all slots of a block of cases. Thread-safe; finite scores only.</summary>
    /// <param name="task">What is judged.</param>
    /// <param name="firstCase">First case of the block.</param>
    /// <param name="count">Number of cases.</param>
    /// <param name="scores">Receives count x <see cref="RankingTask.Width"/> scores, row-major; slots a case does
    /// not have are left alone.</param>
    public abstract void Score(RankingTask task, int firstCase, int count, Span<float> scores);
}

/// <summary>Ranks all items, or the candidates among them, by a model.</summary>
internal sealed class ScorerRanker(IItemScorer scorer) : Ranker
{
    public override long NonFiniteScores => scorer.NonFiniteScores;

    public override void Score(RankingTask task, int firstCase, int count, Span<float> scores)
    {
        var users = new int[count];
        for (var i = 0; i < count; i++)
            users[i] = task.Cases[firstCase + i].User;
        scorer.Score(users, scores);
        for (var i = 0; i < count; i++)
        {
            if (task.Cases[firstCase + i].Candidates is not { } items)
                continue;
            // Ascending items: none is written over before it is read.
            var row = scores.Slice(i * task.Width, task.Width);
            for (var slot = 0; slot < items.Length; slot++)
                row[slot] = row[items[slot]];
        }
    }
}

/// <summary>Ranks rated test rows by the score the model gave each of them.</summary>
internal sealed class RowRanker : Ranker
{
    private readonly float[] _scoreOfRow;

    public RowRanker(float[] scoreOfRow)
    {
        _scoreOfRow = scoreOfRow;
        NonFiniteScores = ScoreCleaning.MakeFinite(_scoreOfRow);
    }

    public override long NonFiniteScores { get; }

    public override void Score(RankingTask task, int firstCase, int count, Span<float> scores)
    {
        for (var i = 0; i < count; i++)
        {
            var rows = task.Cases[firstCase + i].Rows!;
            for (var slot = 0; slot < rows.Length; slot++)
                scores[(i * task.Width) + slot] = _scoreOfRow[rows[slot]];
        }
    }
}

/// <summary>Ranks by one score an item, the same for every user: popularity, item mean.</summary>
internal sealed class ItemRanker(float[] scoreOfItem) : Ranker
{
    public override void Score(RankingTask task, int firstCase, int count, Span<float> scores)
    {
        for (var i = 0; i < count; i++)
        {
            var row = scores.Slice(i * task.Width, task.Width);
            if (task.Cases[firstCase + i].Candidates is { } items)
            {
                for (var slot = 0; slot < items.Length; slot++)
                    row[slot] = scoreOfItem[items[slot]];
            }
            else
            {
                scoreOfItem.CopyTo(row);
            }
        }
    }
}
