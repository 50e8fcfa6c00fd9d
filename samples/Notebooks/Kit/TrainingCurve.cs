using HybridRec.MLNet;

namespace Notebooks;

/// <summary>Collects what a fit reports after every epoch.</summary>
public sealed class TrainingCurve : IProgress<TrainingProgress>
{
    private readonly List<TrainingProgress> _points = [];

    /// <summary>All reports, in order.</summary>
    public IReadOnlyList<TrainingProgress> Points => _points;

    public void Report(TrainingProgress value) => _points.Add(value);
}
