namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>Listens to a training for the graph's seconds and its inner NDCG@10.</summary>
internal sealed class GraphCurve : IProgress<TrainingProgress>
{
    public List<CurvePoint> Points { get; } = [];

    public double GraphSeconds { get; private set; }

    public void Report(TrainingProgress value)
    {
        if (value.Stage != "GnnEmbedding")
            return;
        GraphSeconds = value.Elapsed.TotalSeconds;
        if (value.Validation is { } ndcg)
            Points.Add(new CurvePoint(GraphSeconds, ndcg));
    }
}
