using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>A training that was interrupted and continued ends in the very bytes of one that was not.</summary>
public sealed class HeadCheckpointTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.head");
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(RankingHeadKind.Mlp, 0)]
    [InlineData(RankingHeadKind.TwoTower, 0.5)]
    public void Fit_InterruptedAndResumed_SameBytes(RankingHeadKind head, double decay)
    {
        var whole = Options(head) with { Training = Settings with { LearningRateDecay = decay } };
        byte[] expected = Fit(whole);
        var reports = new List<int>();
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(Interrupted(whole, after: 4)));
        ModelBytes.AssertSame(expected, Fit(whole with
        {
            Training = whole.Training with { CheckpointPath = _path, Resume = true, Progress = new Told(p => reports.Add(p.Epoch)) }
        }));
        Assert.Equal([5, 6, 7], reports);
    }

    [Fact]
    public void Fit_Checkpointed_IsTheSameAndGoesOnFromItsEnd()
    {
        byte[] expected = Fit(Options());
        ModelBytes.AssertSame(expected, Fit(Options() with { Training = Settings with { CheckpointPath = _path } }));
        ModelBytes.AssertSame(expected, Fit(Options() with { Training = Settings with { CheckpointPath = _path, Resume = true } }));
    }

    [Fact]
    public void Fit_CheckpointOfOtherOptionsOrDamaged_IsRefused()
    {
        Fit(Options() with { Training = Settings with { CheckpointPath = _path } });
        var resumed = Options() with { Training = Settings with { CheckpointPath = _path, Resume = true } };
        foreach (var other in (RankingOptions[])[
            resumed with { Negatives = 7 },
            resumed with { L2Regularization = 0.5f },
            resumed with { Head = RankingHead.Mlp([8], dropout: 0.3f) },
            resumed with { Objective = RankingObjective.Bpr },
            resumed with { Training = resumed.Training with { Seed = 4 } }])
        {
            Assert.Contains(
                "other data or other options", Assert.Throws<InvalidDataException>(() => Fit(other)).Message, StringComparison.Ordinal);
        }

        byte[] bytes = File.ReadAllBytes(_path);
        bytes[40] ^= 1;
        File.WriteAllBytes(_path, bytes);
        Assert.Contains("is damaged", Assert.Throws<InvalidDataException>(() => Fit(resumed)).Message, StringComparison.Ordinal);
        File.WriteAllText(_path, "not a checkpoint at all, only some words");
        Assert.Contains("is not a checkpoint", Assert.Throws<InvalidDataException>(() => Fit(resumed)).Message, StringComparison.Ordinal);
    }

    private static TrainingSettings Settings => new() { Epochs = 7, LearningRate = 0.02, Patience = 0, Seed = 3, CheckpointEvery = 2 };

    private static RankingOptions Options(RankingHeadKind head = RankingHeadKind.Mlp) =>
        new() { Head = Heads.Of(head, [8], towers: 4), Training = Settings };

    private RankingOptions Interrupted(RankingOptions options, int after)
    {
        var source = new CancellationTokenSource();
        var progress = new Told(p =>
        {
            if (p.Epoch == after)
                source.Cancel();
        });
        return options with
        {
            Training = options.Training with { CheckpointPath = _path, CancellationToken = source.Token, Progress = progress }
        };
    }

    private byte[] Fit(RankingOptions options)
    {
        var (train, _) = Planted.Rows(Planted.Twisted);
        var view = _ml.Data.LoadFromEnumerable(train);
        var chain = Planted.Keys(_ml).Append(_ml.Hybrid.Fuse("Features", "UserTaste", "ItemTaste")).Append(_ml.Hybrid.Ranking(options));
        return ModelBytes.Save(_ml, chain.Fit(view), view.Schema);
    }

    private sealed class Told(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
