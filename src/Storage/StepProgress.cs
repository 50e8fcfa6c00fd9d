using System.Diagnostics;

namespace HybridRec.MLNet.Storage;

/// <summary>Tells how many records of how many are written, in the form that all progress has.</summary>
/// <param name="stage">The operation.</param>
/// <param name="steps">Records in all.</param>
/// <param name="progress">Who is told; null for nobody.</param>
internal sealed class StepProgress(string stage, int steps, IProgress<TrainingProgress>? progress)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>So many are written.</summary>
    public void Report(int done) =>
        progress?.Report(new TrainingProgress(
            stage, done, Math.Max(done, steps), double.NaN, Validation: null, Stopwatch.GetElapsedTime(_start)));
}
