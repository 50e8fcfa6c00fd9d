using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>What a step over sampled blocks touches, and that it computes what the layers say.</summary>
public sealed class GraphBlockStepTests
{
    private static readonly GraphModelSettings s_sage = GraphModel.GraphSage(layers: 2, fanouts: [3, 2]);

    private static readonly GraphModelSettings s_pin = GraphModel.PinSage(layers: 2, fanouts: [3, 2], walkCount: 20);

    private static readonly GnnEmbeddingOptions s_options = new GnnEmbeddingOptions
    {
        Model = s_sage,
        Loss = GraphLoss.SampledSoftmax(negatives: 8),
        Dimension = 8,
        Training = new() { BatchSize = 16, Threads = 1 },
    }.Resolved(1);

    [Theory]
    [InlineData(ModelKind.GraphSage)]
    [InlineData(ModelKind.PinSage)]
    public void Update_OneStep_ChangesRowsOfItsBlocksOnly(ModelKind model)
    {
        GraphStep step = Step(2000, s_options with { Model = Settings(model) });
        GraphParameter ids = step.Network.Parameters[0];
        float[] before = [.. ids.Value];
        step.Compute();
        step.Optimizer.Update(1);

        int[] touched = ids.Rows.ToArray();
        Assert.InRange(touched.Length, step.Batch.Nodes.Count, step.Batch.Nodes.Count * 4 * 3);
        Assert.Equal(step.Batch.Nodes.Nodes.ToArray(), touched[..step.Batch.Nodes.Count]);
        int[] changed = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != ids.Value[i]).Select(i => i / 8).Distinct().Order()];
        Assert.NotEmpty(changed);
        Assert.Empty(changed.Except(touched));
        Assert.Equal(
            changed, Enumerable.Range(0, before.Length).Where(i => ids.SecondMoment[i] != 0).Select(i => i / 8).Distinct().Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compute_GraphOfManyNodes_AllocatesNothingOfTheirNumber(bool features)
    {
        const int nodes = 40_000;
        GnnEmbeddingOptions options = s_options with { NodeFeatures = features ? ["ItemMeaning"] : [] };
        GraphStep step = Step(nodes, options, features ? new NodeFeatureTable(new float[nodes * 4], new bool[nodes], 4) : null);
        for (int warm = 1; warm <= 20; warm++)
            Once(warm);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int number = 21; number <= 40; number++)
            Once(number);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A single bit a node and step would be more.
        Assert.InRange(allocated, 0, 20L * nodes / 8);
        Assert.InRange(step.Network.LayerZero.Table.Length, 1, nodes);

        void Once(int number)
        {
            step.Sampler.Fill(number, step.Batch);
            step.Compute();
            step.Optimizer.Update(number);
        }
    }

    [Theory]
    [InlineData(ModelKind.GraphSage)]
    [InlineData(ModelKind.PinSage)]
    public void ForwardAll_FanoutsThatTakeAllNeighbors_IsWhatStepsCompute(ModelKind model)
    {
        InteractionGraph graph = Graph(30);
        GraphModelSettings settings = model == ModelKind.GraphSage
            ? GraphModel.GraphSage(layers: 2, fanouts: [256, 256])
            : GraphModel.PinSage(layers: 2, fanouts: [256, 256], walkCount: 20, topNeighbors: 256);
        GnnEmbeddingOptions options = s_options with { Model = settings };
        CsrMatrix neighbors = BlockNetwork.Neighbors(graph, settings.Sampled!, options.Seed, threads: 1);
        var operation = new GraphOperator(neighbors, GraphNormalization.Row, new CpuAggregationBackend(1), 1);
        var batch = new GraphBatch(graph.NodeCount, 16, 8);
        var blocks = new BlockNetwork(new NetworkShape(neighbors, 8, options.Seed, 1, batch), settings.Sampled!);
        var layerZero = new LayerZero(graph, options, null, null, GraphReach.Of(neighbors, graph, 0));
        foreach (int node in (int[])[3, 41, 17, 59])
            batch.Nodes.Add(node);
        float[] rows = new float[batch.Nodes.Capacity * 8], final = new float[graph.NodeCount * 8];
        blocks.Begin(batch, layerZero);
        blocks.ForwardRows(operation, layerZero.Table, batch, rows);
        layerZero.Compute();
        blocks.ForwardAll([operation], layerZero.Table, final);
        for (int r = 0; r < batch.Nodes.Count; r++)
        {
            for (int d = 0; d < 8; d++)
                Assert.Equal(final[(batch.Nodes.Nodes[r] * 8) + d], rows[(r * 8) + d], 1e-5f);
        }

        Assert.Contains(rows, value => Math.Abs(value) > 0.01f);
    }

    [Fact]
    public void Compute_ColdNodesOfABatch_HaveTheVectorOfANodeNobodyTouched()
    {
        InteractionGraph graph = Graph(30);
        float[] rows = [.. Enumerable.Range(0, 30 * 4).Select(i => MathF.Sin(i))];
        bool[] present = [.. Enumerable.Range(0, 30).Select(i => i % 5 != 0)];
        var features = new NodeFeatureTable(rows, present, 4);
        GraphModelSettings model = GraphModel.GraphSage(layers: 2, fanouts: [3, 2], coldShare: 0.5f);
        var step = GraphTestData.NewStep(graph, s_options with { NodeFeatures = ["ItemMeaning"], Model = model }, null, features);
        CsrMatrix neighbors = BlockNetwork.Neighbors(graph, model.Sampled!, s_options.Seed, threads: 1);
        var operation = new GraphOperator(neighbors, GraphNormalization.Row, new CpuAggregationBackend(1), 1);
        var batch = new GraphBatch(graph.NodeCount, 30, 30);
        var blocks = new BlockNetwork(new NetworkShape(neighbors, 8, s_options.Seed, 1, batch), model.Sampled!);
        for (int node = 0; node < 60; node++)
            batch.Nodes.Add(node);
        blocks.Begin(batch, step.Network.LayerZero);
        float[] vectors = new float[60 * 8];
        blocks.ForwardRows(operation, step.Network.LayerZero.Table, batch, vectors);
        bool[] cold = blocks.Cold(batch).ToArray();
        Assert.InRange(cold.Count(c => c), 4, 20);
        Assert.All(Enumerable.Range(0, 60).Where(n => cold[n]), n => Assert.True(n >= 30 && present[n - 30]));
        foreach (int node in Enumerable.Range(0, 60).Where(n => cold[n]))
        {
            float[] own = new float[8];
            for (int f = 0; f < 4; f++)
            {
                for (int d = 0; d < 8; d++)
                    own[d] += features.Rows[((node - 30) * 4) + f] * step.Network.LayerZero.ItemMap!.Output[(f * 8) + d];
            }

            blocks.Inductive.Apply(own);
            for (int d = 0; d < 8; d++)
                Assert.Equal(own[d], vectors[(node * 8) + d], 1e-5f);
        }
    }

    [Fact]
    public void Apply_InductiveLayers_AreForwardAllOfANodeWithoutEdges()
    {
        InteractionGraph graph = InteractionGraph.FromPairs(2, 3, [0, 0, 1], [0, 1, 1]);
        foreach (GraphModelSettings model in (GraphModelSettings[])[s_sage, s_pin])
        {
            GnnEmbeddingOptions options = s_options with { Model = model, NodeFeatures = ["ItemMeaning"] };
            var features = new NodeFeatureTable([1, 2, 0, 3, -1, 5], [true, true, true], 2);
            var step = GraphTestData.NewStep(graph, options, null, features);
            for (int number = 1; number <= 3; number++)
            {
                step.Sampler.BeginEpoch(number);
                step.Sampler.Fill(0, step.Batch);
                step.Compute();
                step.Optimizer.Update(number);
            }

            float[] final = new float[graph.NodeCount * 8];
            step.Network.Final(final);
            float[] own = [.. step.Network.LayerZero.Table.AsSpan(4 * 8, 8)];
            step.Network.Inductive!.Apply(own);
            for (int d = 0; d < 8; d++)
                Assert.Equal(final[(4 * 8) + d], own[d], 1e-5f);
        }
    }

    private static GraphModelSettings Settings(ModelKind model) => model == ModelKind.GraphSage ? s_sage : s_pin;

    private static GraphStep Step(int nodes, GnnEmbeddingOptions options, NodeFeatureTable? features = null)
    {
        var step = GraphTestData.NewStep(Graph(nodes), options, null, features);
        step.Sampler.BeginEpoch(1);
        step.Sampler.Fill(0, step.Batch);
        return step;
    }

    private static InteractionGraph Graph(int nodes)
    {
        Xoshiro256 random = Xoshiro256.Stream(3);
        int[] users = new int[nodes * 6], items = new int[nodes * 6];
        for (int e = 0; e < users.Length; e++)
            (users[e], items[e]) = (random.NextInt32(nodes), random.NextInt32(nodes));
        return InteractionGraph.FromPairs(nodes, nodes, users, items);
    }
}
