using System.Diagnostics;
using Microsoft.ML;

namespace HybridRec.MLNet.Experiments.SecondStage;

/// <summary>How long the parts of a request take, one at a time on one thread.</summary>
internal static class SecondStageLatency
{
    private const int WarmUp = 50;

    /// <summary>The time of each part, ms, ascending.</summary>
    public static Dictionary<string, double[]> Measure(MLContext ml, SecondStageStudy study, string trainer, int count, int requests)
    {
        CandidateRow[][] lists =
            [.. study.TestCandidates.GroupBy(row => row.User, StringComparer.Ordinal).Select(group => group.ToArray())];
        ITransformer stage = study.Fitted[trainer];
        using PredictionEngine<StageRow, ListRow> engine = ml.Model.CreatePredictionEngine<StageRow, ListRow>(stage);
        var times = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        for (int i = -WarmUp; i < requests; i++)
        {
            CandidateRow[] request = lists[(i + WarmUp) % lists.Length];
            Timed("candidates", () => study.Recommender!.Recommend(request[0].User, count).Count);
            StageRow[] rows = Timed("features", () => study.History!.Describe(request, group: 1).ToArray());
            Timed("Transform, one batch", () => StageTrainer.Rank(ml, stage, rows).OrderByDescending(row => row.Score).First());
            Timed("PredictionEngine, row by row", () =>
                rows.Select(row => (row.Item, engine.Predict(row).Score)).OrderByDescending(row => row.Score).First());

            T Timed<T>(string part, Func<T> work)
            {
                long start = Stopwatch.GetTimestamp();
                T result = work();
                double taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (i >= 0)
                    (times.TryGetValue(part, out var list) ? list : times[part] = []).Add(taken);
                return result;
            }
        }

        return times.ToDictionary(pair => pair.Key, pair => pair.Value.Order().ToArray(), StringComparer.Ordinal);
    }
}
