using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Checkpoints, resuming and cancelling.</summary>
public sealed class GraphCheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybridrec").FullName;

    private string CheckpointFile => Path.Combine(_folder, "graph.ckpt");

    private GnnEmbeddingOptions Options => Quick with { Epochs = 5, Patience = 0, CheckpointPath = CheckpointFile };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(GraphModel.LightGcn, GraphObjective.SampledSoftmax)]
    [InlineData(GraphModel.Gcn, GraphObjective.Bpr)]
    [InlineData(GraphModel.XSimGcl, GraphObjective.SampledSoftmax)]
    [InlineData(GraphModel.GraphSage, GraphObjective.SampledSoftmax)]
    [InlineData(GraphModel.PinSage, GraphObjective.Bpr)]
    public void Resume_AfterTwoEpochs_HasTheBytesOfAnUninterruptedRun(GraphModel model, GraphObjective objective)
    {
        GnnEmbeddingOptions options = Options with { Model = model, Objective = objective };
        byte[] whole = Fit(options with { CheckpointPath = null });
        Fit(options with { Epochs = 2 });
        ModelBytes.AssertSame(whole, Fit(options with { Resume = true }));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.8f)]
    public void Resume_AfterCancelling_HasTheBytesOfAnUninterruptedRun(float decay)
    {
        GnnEmbeddingOptions options = Options with { LearningRateDecay = decay };
        byte[] whole = Fit(options with { CheckpointPath = null });
        using var source = new CancellationTokenSource();
        var stopAtThree = new Listener(p =>
        {
            if (p.Epoch == 3)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(options with { CancellationToken = source.Token, Progress = stopAtThree }));
        Assert.Equal([CheckpointFile], Directory.GetFiles(_folder));
        ModelBytes.AssertSame(whole, Fit(options with { Resume = true }));
    }

    [Fact]
    public void Resume_NoFile_TrainsFromTheStart()
        => ModelBytes.AssertSame(Fit(Options with { CheckpointPath = null }), Fit(Options with { Resume = true }));

    [Fact]
    public void Resume_FinishedTraining_GivesTheSameModel()
    {
        byte[] whole = Fit(Options);
        ModelBytes.AssertSame(whole, Fit(Options with { Resume = true }));
    }

    [Fact]
    public void Resume_OtherOptions_IsRefused()
    {
        Fit(Options with { Epochs = 1 });
        Refuses(Options with { Resume = true, LearningRate = 0.02f }, "other options");
    }

    [Fact]
    public void Resume_OtherData_IsRefused()
    {
        Fit(Options with { Epochs = 1 });
        var ml = new MLContext(seed: 1);
        GnnEmbeddingEstimator estimator = ml.Hybrid.GnnEmbedding(Options with { Resume = true });
        Assert.Contains(
            "other data", Assert.Throws<InvalidDataException>(() => estimator.Fit(Keyed(ml, Checkerboard.TrainRows.Skip(1)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_AnyByteChangedOrCutOff_IsRefused()
    {
        Fit(Options with { Epochs = 1 });
        byte[] good = File.ReadAllBytes(CheckpointFile);
        foreach (int at in (int[])[0, 9, 13, 30, good.Length / 2, good.Length - 1])
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x10;
            File.WriteAllBytes(CheckpointFile, bad);
            Refuses(Options with { Resume = true }, CheckpointFile);
        }

        foreach (int length in (int[])[0, 7, 27, good.Length / 2, good.Length - 1])
        {
            File.WriteAllBytes(CheckpointFile, good[..length]);
            Refuses(Options with { Resume = true }, CheckpointFile);
        }
    }

    [Fact]
    public void Resume_OtherBatches_IsRefused()
    {
        Fit(Options with { Epochs = 1 });
        Refuses(Options with { Resume = true, MinimumStepsPerEpoch = 1 }, "other options");
    }

    [Fact]
    public void Resume_OtherDecay_IsRefused()
    {
        GnnEmbeddingOptions falling = Options with { Epochs = 2, LearningRateDecay = 0.5f };
        Fit(falling);
        Refuses(falling with { Resume = true, LearningRateDecay = 0.6f }, "other options");
        Refuses(falling with { Resume = true, Epochs = 3 }, "other options");
    }

    [Fact]
    public void Resume_OtherFanouts_IsRefused()
    {
        GnnEmbeddingOptions sage = Options with { Model = GraphModel.GraphSage, Epochs = 1 };
        Fit(sage);
        Refuses(sage with { Resume = true, Fanouts = [3, 2] }, "other options");
    }

    private static byte[] Fit(GnnEmbeddingOptions options)
    {
        var ml = new MLContext(seed: 1);
        IDataView view = Board(ml);
        return ModelBytes.Save(ml, ml.Hybrid.GnnEmbedding(options).Fit(view), view.Schema);
    }

    private static void Refuses(GnnEmbeddingOptions options, string words)
        => Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Fit(options)).Message, StringComparison.Ordinal);

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
