using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>
/// Every model with every objective, negatives and precision: what three steps leave in the parameters and in the vectors served is the
/// same to the bit for any number of threads. The graph has several chunks of everything that is divided among threads.
/// </summary>
public sealed class GraphStepThreadsTests
{
    private const int Users = 900;
    private const int Items = 1500;
    private const int FeatureWidth = 6;

    private static readonly GnnEmbeddingOptions s_options = new GnnEmbeddingOptions
    {
        Dimension = 24,
        Model = GraphModel.LightGcn(layers: 2),
        Loss = GraphLoss.SampledSoftmax(negatives: 150),
        Training = new() { BatchSize = 300 },
    }.Resolved(1);

    private static readonly InteractionGraph s_graph = Graph();

    public static MatrixTheoryData<ModelKind, LossKind> Models() => new(Enum.GetValues<ModelKind>(), Enum.GetValues<LossKind>());

    [Theory]
    [MemberData(nameof(Models))]
    public void Steps_EveryModelAndObjective_AreTheSameForAnyThreads(ModelKind model, LossKind loss)
        => AssertSame(s_options with
        {
            Model = model switch
            {
                ModelKind.GraphSage => GraphModel.GraphSage(layers: 2, fanouts: [4, 3]),
                ModelKind.PinSage => GraphModel.PinSage(layers: 2, fanouts: [4, 3], walkCount: 10, topNeighbors: 5),
                _ => model.Model(layers: 2),
            },
            Loss = loss.Loss(negatives: 150, uniformityWeight: 0.8f, margin: -0.2f, negativeWeight: 3),
        });

    [Theory]
    [InlineData(SamplingKind.Popularity, 0f)]
    [InlineData(SamplingKind.InBatch, 0f)]
    [InlineData(SamplingKind.InBatch, 0.35f)]
    [InlineData(SamplingKind.Hard, 0f)]
    public void Steps_EveryNegativeSampling_AreTheSameForAnyThreads(SamplingKind sampling, float exponent)
        => AssertSame(s_options with
        {
            Loss = GraphLoss.SampledSoftmax(negatives: 150, negativeSampling: sampling.Sampling(), itemNormExponent: exponent)
        });

    [Theory]
    [InlineData(GraphNormalization.Symmetric, EmbeddingPrecision.BFloat16)]
    [InlineData(GraphNormalization.Row, EmbeddingPrecision.Single)]
    [InlineData(GraphNormalization.None, EmbeddingPrecision.Single)]
    public void Steps_EveryMatrix_AreTheSameForAnyThreads(GraphNormalization normalization, EmbeddingPrecision precision)
        => AssertSame(
            s_options with { Model = GraphModel.LightGcn(layers: 2, normalization: normalization), Precision = precision });

    [Fact]
    public void Steps_FurtherEdges_AreTheSameForAnyThreads()
    {
        var related = new NodeRelation("related", 0.5f);
        for (int item = 1; item < Items; item += 2)
            related.Add(Users + item - 1, Users + item);
        AssertSame(s_options, new GraphEdges(Users + Items, [(new("buy", 0.8f, IsTarget: true), s_graph)], [related]));
    }

    private static void AssertSame(GnnEmbeddingOptions options, GraphEdges? edges = null)
    {
        bool features = options.Model.StartsFromContent;
        options = options with { NodeFeatures = features ? ["ItemMeaning"] : [] };
        float[][] one = Trained(options.Train(t => t with { Threads = 1 }), features, edges);
        Assert.All(one, values => Assert.True(Array.TrueForAll(values, float.IsFinite)));
        foreach (int threads in (int[])[2, 5])
        {
            float[][] more = Trained(options.Train(t => t with { Threads = threads }), features, edges);
            for (int i = 0; i < one.Length; i++)
                Assert.True(one[i].AsSpan().SequenceEqual(more[i]), $"table {i} of {one.Length} has other values with {threads} threads");
        }
    }

    private static float[][] Trained(GnnEmbeddingOptions options, bool features, GraphEdges? edges)
    {
        var step = GraphTestData.NewStep(s_graph, options, null, features ? Features() : null, edges);
        float[] before = [.. step.Network.Parameters[0].Value];
        step.Sampler.BeginEpoch(1);
        for (int number = 1; number <= 3; number++)
        {
            step.Sampler.Fill(number - 1, step.Batch);
            step.Compute();
            step.Optimizer.Update(number);
        }

        Assert.NotEqual(before, step.Network.Parameters[0].Value);
        float[] final = new float[step.Network.Graph.NodeCount * options.Dimension];
        step.Network.Final(final);
        return [.. step.Network.Parameters.Select(p => p.Value), final];
    }

    private static InteractionGraph Graph()
    {
        Xoshiro256 random = Xoshiro256.Stream(7);
        (int User, int Item)[] pairs = [.. Enumerable.Range(0, 9000).Select(i => (i % Users, random.NextInt32(Items))).Distinct()];
        return InteractionGraph.FromPairs(Users, Items, [.. pairs.Select(p => p.User)], [.. pairs.Select(p => p.Item)]);
    }

    private static NodeFeatureTable Features()
    {
        Xoshiro256 random = Xoshiro256.Stream(8);
        float[] rows = [.. Enumerable.Range(0, Items * FeatureWidth).Select(_ => (float)random.NextNormal())];
        return new NodeFeatureTable(rows, [.. Enumerable.Repeat(true, Items)], FeatureWidth);
    }
}
