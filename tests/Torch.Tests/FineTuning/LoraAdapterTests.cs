using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using Microsoft.ML;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class LoraAdapterTests
{
    [Fact]
    public void MergeInto_RandomAdapter_GivesWhatTheUnmergedGives()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var start = encoder.Encoder.Model;
        using var adapter = RandomAdapter(start.Model, scale: 0.7);
        using var merged = start.Copy();
        adapter.AddWhole(
            "embeddings.word_embeddings.weight",
            Random(start.Model.Weights["embeddings.word_embeddings.weight"].shape, new Random(5), 0.5f).DetachFromDisposeScope());
        adapter.AddWhole(
            "encoder.layer.1.output.dense.bias",
            Random(start.Model.Weights["encoder.layer.1.output.dense.bias"].shape, new Random(6), 0.5f).DetachFromDisposeScope());
        adapter.MergeInto(merged.Model);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var batch = Assert.Single(TokenBatches.Of(
            TokenBatches.Tokenize(start.Tokenizer, start.Settings, ["a b c", "q", "x y z w"]), 0, 8, canPad: true));
        var adapted = TransformerModel.Create(start.Model.Config, start.Model.Weights);
        float[] plain = TensorTransfer.ToArray(start.Pooled(start.Model, batch, start.Settings, 0));
        adapted.Adapter = adapter;
        float[] unmerged = TensorTransfer.ToArray(start.Pooled(adapted, batch, start.Settings, 0));
        Vectors.Close(unmerged, TensorTransfer.ToArray(start.Pooled(merged.Model, batch, start.Settings, 0)));
        Assert.Contains(plain.Zip(unmerged), p => Math.Abs(p.First - p.Second) > 0.05); // the adapter does something
    }

    // In Single the difference quotient along a direction has an error of about 1e-7 / h, and of h^4 by extrapolation: a mild
    // adapter keeps the latter small.
    [Fact]
    public void Loss_GradientOfEveryMatrixBAwayFromZero_AgreesWithFiniteDifferences()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        using var run = new TuningRun(TasteData.Options() with
        {
            Method =
                TasteData.AllLinear with { Rank = 3, Alpha = 1, RankStabilized = true, ModulesToSave = ["word_embeddings", "LayerNorm"] },
            Temperature = 0.5
        }, encoder, TasteData.Pairs(ml));
        var random = new Random(2);
        using (no_grad())
            foreach (var (_, value) in run.Parameters.List)
                value.add_(Random(value.shape, random, 0.4f));
        var batch = run.Order(0)[..8];
        using (var scope = NewDisposeScope())
            run.Loss(batch).backward();
        // A and B of six modules in two layers; the token table; weight and bias of five norms
        Assert.Equal((2 * 12) + 1 + (2 * 5), run.Parameters.List.Count);
        foreach (var (name, value) in run.Parameters.List)
        {
            using var scope = NewDisposeScope();
            var gradient = value.grad!.clone();
            double norm = Math.Sqrt(gradient.pow(2).sum().item<float>());
            // Mostly along its own gradient, where the slope is the gradient's norm.
            var direction = gradient / (float)norm + Random(value.shape, random, 0.1f);
            double expected = (gradient * direction).sum().item<float>();
            double found = Slope(run, batch, value, direction);
            Assert.True(norm > 1e-4, $"{name}: the gradient is {norm}");
            Assert.True(
                Math.Abs(found - expected) <= 2e-3 + 0.02 * Math.Abs(expected), $"{name}: {expected} by backward, {found} by differences");
        }
    }

    [Fact]
    public void Scores_SameText_IsNoNegative()
    {
        using var scope = NewDisposeScope();
        (int, int)[] pairs = [(0, 1), (2, 1), (1, 3)];
        float[] scores = TensorTransfer.ToArray(ContrastiveLoss.Scores(
            tensor(new float[,] { { 1, 0 }, { 0, 1 }, { 1, 1 } }), tensor(new float[,] { { 2, 0 }, { 2, 0 }, { 0, 3 } }), pairs, 0.5));
        float inf = float.NegativeInfinity, half = (float)Math.Sqrt(2);
        // Pair 1 has pair 0's positive, and the other way round; pair 2's anchor is their positive.
        Vectors.Close([2, 0, 0, 2, half], [scores[0], scores[4], scores[2], scores[5], scores[8]]);
        Assert.Equal([inf, inf, inf, inf], [scores[1], scores[3], scores[6], scores[7]]);
        Assert.Equal(1, ContrastiveLoss.Ndcg(tensor(new float[,] { { 3, 1 }, { 0, 2 } })));
        // a tie counts against it
        Assert.Equal((1 / Math.Log2(3) + 1) / 2, ContrastiveLoss.Ndcg(tensor(new float[,] { { 1, 1 }, { 0, 2 } })), 12);
        Assert.Equal(Math.Log(1 + Math.Exp(-2)), ContrastiveLoss.Mean(tensor(new float[,] { { 3, 1 }, { 0, 2 } })).item<float>(), 5);
    }

    [Fact]
    public void Step_ThousandTimes_LeavesNoTensorBehindAndMemoryFlat()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        using var run = new TuningRun(
            TasteData.Options() with { Method = TasteData.AllLinear with { Dropout = 0.1 } }, encoder, TasteData.Pairs(ml));
        void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (run.State.EpochSteps == run.Schedule.StepsPerEpoch)
                    run.State.EpochSteps = 0;
                run.Step();
            }
        }
        Steps(100); // gradients and the allocator's pools are there from now on
        GC.Collect();
        long live = TorchEncoderTests.LiveTensors(), memory = Environment.WorkingSet;
        Steps(1000);
        GC.Collect();
        Assert.Equal(live, TorchEncoderTests.LiveTensors());
        // A kept graph of one step is about 1 MB here; other tests of this process run beside it.
        Assert.True(Environment.WorkingSet - memory < 200_000_000, $"{memory} bytes before, {Environment.WorkingSet} after 1,000 steps");
    }

    internal static LoraAdapter RandomAdapter(TransformerModel model, double scale)
    {
        var random = new Random(1);
        var adapter = new LoraAdapter(scale);
        foreach (string module in model.LinearModules)
        {
            long[] shape = model.Weights[model.Prefix + module + ".weight"].shape;
            adapter.Add(
                module, Random([4, shape[1]], random, 0.5f).DetachFromDisposeScope(),
                Random([shape[0], 4], random, 0.5f).DetachFromDisposeScope());
        }
        return adapter;
    }

    private static double Quotient(TuningRun run, int[] batch, Tensor value, Tensor direction, double h)
    {
        using var frozen = no_grad();
        double At(double h)
        {
            var before = value.clone();
            value.add_(direction, h);
            double loss = run.Loss(batch).item<float>();
            value.copy_(before);
            return loss;
        }
        return (At(h) - At(-h)) / (2 * h);
    }

    // Richardson: the error of h^2 goes.
    private static double Slope(TuningRun run, int[] batch, Tensor value, Tensor direction) =>
        (4 * Quotient(run, batch, value, direction, 0.005) - Quotient(run, batch, value, direction, 0.01)) / 3;

    private static Tensor Random(long[] shape, Random random, float scale) =>
        tensor(
            [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(2 * random.NextDouble() - 1) * scale)],
            shape);
}
