using System.Buffers;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// The scores of the pair for the rows of the item table. A user whom the model was fitted with has the model's own scores; one who came
/// later has those of what they took since.
/// </summary>
/// <param name="keys">The scorers, the users' keys and the rows' keys.</param>
/// <param name="taken">The rows that users have.</param>
internal sealed class PairTable(PairKeys keys, InteractionGraph taken)
{
    /// <summary>Scores a pair has.</summary>
    public int Count => keys.Scorers.Count;

    /// <summary>The scorers and keys.</summary>
    public PairKeys Keys => keys;

    /// <summary>The scores of all rows for a user, rows x <see cref="Count"/>.</summary>
    public void ForUser(int user, Span<float> scores)
    {
        if (keys.Users[user] < 0)
        {
            ForHistory(user < taken.UserCount ? taken.ItemsOf(user) : [], scores);
            return;
        }

        for (int s = 0; s < Count; s++)
        {
            float[] byKey = ArrayPool<float>.Shared.Rent(keys.Scorers[s].ItemCount);
            Span<float> own = byKey.AsSpan(0, keys.Scorers[s].ItemCount);
            keys.Scorers[s].Score([keys.Users[user]], own);
            keys.Place(own, scores, s, Count);
            ArrayPool<float>.Shared.Return(byKey);
        }
    }

    /// <summary>The scores of all rows for users that follow each other, users x rows x <see cref="Count"/>: those of each one.</summary>
    public void ForUsers(int first, int count, float[] scores)
    {
        int each = keys.Items.Length * Count;
        var known = new List<int>(count);
        for (int user = first; user < first + count; user++)
        {
            if (keys.Users[user] >= 0)
                known.Add(user);
            else
                ForUser(user, scores.AsSpan((user - first) * each, each));
        }

        for (int s = 0; s < Count && known.Count > 0; s++)
        {
            int score = s;
            keys.Score(score, [.. known], (user, byKey) => keys.Place(byKey, scores.AsSpan((user - first) * each, each), score, Count));
        }
    }

    /// <summary>How much having one row adds to a score of another; 0 when the scorer does not tell.</summary>
    public float Affinity(int score, int had, int recommended) => keys.Scorers[score].Affinity(keys.Items[had], keys.Items[recommended]);

    /// <summary>The scores of all rows for someone who has some.</summary>
    public void ForHistory(ReadOnlySpan<int> history, Span<float> scores)
    {
        for (int s = 0; s < Count; s++)
        {
            IPairScorer scorer = keys.Scorers[s];
            var known = new SortedSet<int>();
            foreach (int row in history)
            {
                if (keys.Items[row] >= 0 && keys.Items[row] < scorer.ItemCount)
                    known.Add(keys.Items[row]);
            }

            float[] byKey = ArrayPool<float>.Shared.Rent(scorer.ItemCount);
            Span<float> own = byKey.AsSpan(0, scorer.ItemCount);
            scorer.ScoreHistory([.. known], own);
            keys.Place(own, scores, s, Count);
            ArrayPool<float>.Shared.Return(byKey);
        }
    }
}
