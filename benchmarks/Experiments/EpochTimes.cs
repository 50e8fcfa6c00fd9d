namespace HybridRec.MLNet.Experiments;

/// <summary>Prints every epoch and keeps the mean time of those of the graph.</summary>
internal sealed class EpochTimes : IProgress<TrainingProgress>
{
    private TimeSpan _last;
    private int _epochs;

    /// <summary>Wall time of an epoch, inner validation included; NaN before the first.</summary>
    public double SecondsPerEpoch => _epochs == 0 ? double.NaN : _last.TotalSeconds / _epochs;

    public void Report(TrainingProgress value)
    {
        if (double.IsNaN(value.Loss))
            return; // a step of a closed form
        string ndcg = value.Validation is { } n ? $", inner NDCG {n:F4}" : "";
        Console.WriteLine(
            $"{value.Stage} epoch {value.Epoch}/{value.Epochs}: loss {value.Loss:F4}{ndcg}, {value.Elapsed.TotalSeconds:F1} s");
        if (value.Stage != "GnnEmbedding")
            return;
        _last = value.Elapsed;
        _epochs = value.Epoch;
    }
}
