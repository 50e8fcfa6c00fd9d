using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Tests.Hosting;

public sealed class TrainingLogTests
{
    [Fact]
    public void Epoch_IsLoggedAndReported()
    {
        var ml = new MLContext();
        var lines = new List<LoggingEventArgs>();
        ml.Log += (_, line) => lines.Add(line);
        var reported = new List<TrainingProgress>();
        using (var log = new TrainingLog(((IHostEnvironment)ml).Register("Gnn"), "Gnn", new Immediate(reported)))
        {
            log.Info($"{3} users {{braces}}");
            log.Warning($"no Holdout column");
            log.Epoch(1, 10, 0.5, 0.25);
            log.Epoch(2, 10, 0.125);
        }
        string[] texts = [.. lines.Where(line => line.Kind != ChannelMessageKind.Trace).Select(line => line.RawMessage)];
        Assert.Equal("3 users {braces}", texts[0]);
        Assert.Equal("no Holdout column", texts[1]);
        Assert.StartsWith("epoch 1 of 10: loss 0.500000, validation NDCG 0.2500, ", texts[2], StringComparison.Ordinal);
        Assert.StartsWith("epoch 2 of 10: loss 0.125000, ", texts[3], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Kind == ChannelMessageKind.Warning && line.Source == "Gnn; Training");
        Assert.Equal([1, 2], reported.Select(progress => progress.Epoch));
        Assert.Equal([0.25, null], reported.Select(progress => progress.Validation));
        Assert.All(reported, progress => Assert.Equal(("Gnn", 10), (progress.Stage, progress.Epochs)));
    }

    private sealed class Immediate(List<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen.Add(value);
    }
}
