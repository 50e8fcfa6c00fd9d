using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>
/// A step over the whole graph, sampling and update included, allocates nothing of the size of graph, batch or model: only the small
/// objects of its parallel loops. <see cref="GraphBlockStepTests"/> has the same for sampled blocks.
/// </summary>
public sealed class GraphStepAllocationTests
{
    private const int Nodes = 20_000;
    private const int Steps = 10;

    // A byte a node, a float an interaction of the batch and layer, would be more; a table of vectors has 640 KB.
    // The scalar twin of the softmax is written to be read: it holds the sums of a batch of 512 in Double, once
    // for each of at most two losses.
    private static readonly long s_mostBytesOfAStep = KernelPath.UseVector ? 20_000 : 100_000;

    private static readonly InteractionGraph s_graph = Graph();

    [Theory]
    [InlineData(ModelKind.LightGcn, LossKind.SampledSoftmax, SamplingKind.Uniform, 1)]
    [InlineData(ModelKind.LightGcn, LossKind.SampledSoftmax, SamplingKind.Uniform, 2)]
    [InlineData(ModelKind.LightGcn, LossKind.SampledSoftmax, SamplingKind.Popularity, 2)]
    [InlineData(ModelKind.LightGcn, LossKind.SampledSoftmax, SamplingKind.InBatch, 2)]
    [InlineData(ModelKind.LightGcn, LossKind.SampledSoftmax, SamplingKind.Hard, 2)]
    [InlineData(ModelKind.LightGcn, LossKind.Bpr, SamplingKind.Uniform, 1)]
    [InlineData(ModelKind.LightGcn, LossKind.Bpr, SamplingKind.Uniform, 2)]
    [InlineData(ModelKind.LightGcn, LossKind.DirectAu, SamplingKind.Uniform, 2)]
    [InlineData(ModelKind.LightGcn, LossKind.Margin, SamplingKind.Uniform, 2)]
    [InlineData(ModelKind.Gcn, LossKind.SampledSoftmax, SamplingKind.Uniform, 2)]
    [InlineData(ModelKind.SimGcl, LossKind.SampledSoftmax, SamplingKind.Uniform, 2)]
    [InlineData(ModelKind.XSimGcl, LossKind.SampledSoftmax, SamplingKind.Uniform, 2)]
    public void Step_WholeGraph_AllocatesNothingOfItsSize(ModelKind model, LossKind loss, SamplingKind sampling, int threads)
    {
        GnnEmbeddingOptions options = new()
        {
            Model = model.Model(layers: 2),
            Loss = loss.Loss(negatives: 64, sampling: sampling),
            Dimension = 8,
            Training = new() { Threads = threads, BatchSize = 512 },
        };
        var step = GraphTestData.NewStep(s_graph, options.Resolved(1), null, null);
        step.Sampler.BeginEpoch(1);
        for (int number = 1; number <= 3; number++)
            Once(number);
        // The least of some steps: where the machine is busy, a parallel loop makes further tasks, and which step pays for them is chance.
        long least = long.MaxValue;
        for (int number = 4; number < 4 + Steps; number++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Once(number);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, s_mostBytesOfAStep);

        void Once(int number)
        {
            step.Sampler.Fill(number, step.Batch);
            step.Compute();
            step.Optimizer.Update(number);
        }
    }

    private static InteractionGraph Graph()
    {
        const int side = Nodes / 2;
        int[] users = [.. Enumerable.Range(0, 8 * side).Select(i => i / 8)];
        return InteractionGraph.FromPairs(side, side, users, [.. users.Select((user, i) => (user + (i % 8 * 1237)) % side)]);
    }
}
