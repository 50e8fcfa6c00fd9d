using System.Diagnostics;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Search;

/// <summary>Tells of trials as of epochs: number n of N, and what each reached on the validation rows.</summary>
/// <param name="progress">Who is told; null for nobody.</param>
/// <param name="trials">Trials in all, if none fails.</param>
internal sealed class SearchProgress(IProgress<TrainingProgress>? progress, int trials)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _done;

    /// <summary>One more trial is done.</summary>
    public void Tell(SearchTrial trial) => progress?.Report(new TrainingProgress(
        StageNames.Search,
        ++_done,
        trials,
        double.NaN,
        double.IsNaN(trial.Value) ? null : trial.Value,
        Stopwatch.GetElapsedTime(_start)));
}
