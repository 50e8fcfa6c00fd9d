using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Checkpoints, resuming and cancelling.</summary>
public sealed class GraphCheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybridrec").FullName;

    private string CheckpointFile => Path.Combine(_folder, "graph.ckpt");

    private GnnEmbeddingOptions Options => Quick.Train(t => t with { Epochs = 5, Patience = 0, CheckpointPath = CheckpointFile });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(ModelKind.LightGcn, LossKind.SampledSoftmax)]
    [InlineData(ModelKind.Gcn, LossKind.Bpr)]
    [InlineData(ModelKind.XSimGcl, LossKind.SampledSoftmax)]
    [InlineData(ModelKind.GraphSage, LossKind.SampledSoftmax)]
    [InlineData(ModelKind.PinSage, LossKind.Bpr)]
    public void Resume_AfterTwoEpochs_HasTheBytesOfAnUninterruptedRun(ModelKind model, LossKind loss)
    {
        GnnEmbeddingOptions options = Options with { Model = model.Model(layers: 2), Loss = loss.Loss(negatives: 8) };
        byte[] whole = Fit(options.Train(t => t with { CheckpointPath = null }));
        Fit(options.Train(t => t with { Epochs = 2 }));
        ModelBytes.AssertSame(whole, Fit(options.Train(t => t with { Resume = true })));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.8)]
    public void Resume_AfterCancelling_HasTheBytesOfAnUninterruptedRun(double decay)
    {
        GnnEmbeddingOptions options = Options.Train(t => t with { LearningRateDecay = decay });
        byte[] whole = Fit(options.Train(t => t with { CheckpointPath = null }));
        using var source = new CancellationTokenSource();
        var stopAtThree = new Listener(p =>
        {
            if (p.Epoch == 3)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Fit(options.Train(t => t with { CancellationToken = source.Token, Progress = stopAtThree })));
        Assert.Equal([CheckpointFile], Directory.GetFiles(_folder));
        ModelBytes.AssertSame(whole, Fit(options.Train(t => t with { Resume = true })));
    }

    [Fact]
    public void Resume_NoFile_TrainsFromTheStart()
        => ModelBytes.AssertSame(
            Fit(Options.Train(t => t with { CheckpointPath = null })), Fit(Options.Train(t => t with { Resume = true })));

    [Fact]
    public void Resume_FinishedTraining_GivesTheSameModel()
    {
        byte[] whole = Fit(Options);
        ModelBytes.AssertSame(whole, Fit(Options.Train(t => t with { Resume = true })));
    }

    [Fact]
    public void Resume_OtherOptions_IsRefused()
    {
        Fit(Options.Train(t => t with { Epochs = 1 }));
        Refuses(Options.Train(t => t with { Resume = true, LearningRate = 0.02 }), "other options");
    }

    [Fact]
    public void Resume_OtherData_IsRefused()
    {
        Fit(Options.Train(t => t with { Epochs = 1 }));
        var ml = new MLContext(seed: 1);
        GnnEmbeddingEstimator estimator = ml.Hybrid.GnnEmbedding(Options.Train(t => t with { Resume = true }));
        Assert.Contains(
            "other data", Assert.Throws<InvalidDataException>(() => estimator.Fit(Keyed(ml, Checkerboard.TrainRows.Skip(1)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_AnyByteChangedOrCutOff_IsRefused()
    {
        Fit(Options.Train(t => t with { Epochs = 1 }));
        byte[] good = File.ReadAllBytes(CheckpointFile);
        foreach (int at in (int[])[0, 9, 13, 30, good.Length / 2, good.Length - 1])
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x10;
            File.WriteAllBytes(CheckpointFile, bad);
            Refuses(Options.Train(t => t with { Resume = true }), CheckpointFile);
        }

        foreach (int length in (int[])[0, 7, 27, good.Length / 2, good.Length - 1])
        {
            File.WriteAllBytes(CheckpointFile, good[..length]);
            Refuses(Options.Train(t => t with { Resume = true }), CheckpointFile);
        }
    }

    [Fact]
    public void Resume_OtherBatches_IsRefused()
    {
        Fit(Options.Train(t => t with { Epochs = 1 }));
        Refuses(Options.Train(t => t with { Resume = true }) with { MinimumStepsPerEpoch = 1 }, "other options");
    }

    [Fact]
    public void Resume_OtherDecay_IsRefused()
    {
        GnnEmbeddingOptions falling = Options.Train(t => t with { Epochs = 2, LearningRateDecay = 0.5 });
        Fit(falling);
        Refuses(falling.Train(t => t with { Resume = true, LearningRateDecay = 0.6 }), "other options");
        Refuses(falling.Train(t => t with { Resume = true, Epochs = 3 }), "other options");
    }

    [Fact]
    public void Resume_OtherFanouts_IsRefused()
    {
        GnnEmbeddingOptions sage = Options.Train(t => t with { Epochs = 1 }) with { Model = GraphModel.GraphSage(layers: 2) };
        Fit(sage);
        Refuses(
            sage.Train(t => t with { Resume = true }) with { Model = GraphModel.GraphSage(layers: 2, fanouts: [3, 2]) },
            "other options");
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
