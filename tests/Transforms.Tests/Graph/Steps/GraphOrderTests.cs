using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Graphs whose tables no cache holds are trained under other numbers of the nodes; nothing of that shows outside.</summary>
public sealed class GraphOrderTests : IDisposable
{
    private const int Users = 5000, Items = 3500;

    private static readonly GnnEmbeddingOptions s_options = new()
    {
        Dimension = 256,
        Model = GraphModel.LightGcn(layers: 2),
        Loss = GraphLoss.SampledSoftmax(negatives: 16),
        Training = new() { Epochs = 2, BatchSize = 4096, Patience = 0, Seed = 1 },
        ValidationUsers = 50,
        FinalEpochs = 1,
        Updatable = true,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("hybridrec").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Step_AboveTheCaches_IsOrderedAndASmallOneIsNot()
    {
        InteractionGraph graph = Graph();
        Assert.NotNull(GraphTestData.NewStep(graph, s_options.Resolved(1), null, null).Network.Graph.Order);
        Assert.Null(GraphTestData.NewStep(graph, s_options.Resolved(1) with { Dimension = 16 }, null, null).Network.Graph.Order);
        Assert.Null(GraphTestData.NewStep(
            graph, s_options.Resolved(1) with { Model = GraphModel.GraphSage(layers: 2) }, null, null).Network.Graph.Order);
    }

    [Theory]
    [InlineData(ModelKind.LightGcn)]
    [InlineData(ModelKind.XSimGcl)]
    public void Serve_OrderedAndTrained_IsThePropagationOfItsStartOverTheGraphAsGiven(ModelKind model)
    {
        InteractionGraph graph = Graph();
        GnnEmbeddingOptions options = s_options.Resolved(1) with { Model = model.Model(layers: 2) };
        var step = GraphTestData.NewStep(graph, options, null, Features());
        step.Sampler.BeginEpoch(1);
        for (int s = 0; s < 3; s++)
        {
            step.Sampler.Fill(s, step.Batch);
            Assert.True(double.IsFinite(step.Compute()));
            step.Optimizer.Update(s + 1);
        }

        float[] served = new float[step.Network.Graph.NodeCount * options.Dimension];
        step.Network.Serve(served);
        float[] expected = PropagationRule.Of(options).Propagate(graph, step.Network.Start());
        for (int i = 0; i < served.Length; i++)
            Assert.Equal(expected[i], served[i], 1e-5);
    }

    [Fact]
    public void Start_WithFeatures_GivesANodeItsOwnRowOfFeatures()
    {
        // AlphaRec's layer 0 of an item is its features times one matrix: items with equal features start equally, whatever
        // their numbers within the step.
        NodeFeatureTable features = Features();
        float[] start = GraphTestData.NewStep(
            Graph(), s_options.Resolved(1) with { Model = GraphModel.AlphaRec(layers: 2), NodeFeatures = ["ItemMeaning"] }, null,
            features).Network.Start();
        ReadOnlySpan<float> Row(int item) => start.AsSpan((Users + item) * s_options.Dimension, s_options.Dimension);
        for (int item = 0; item < Items; item++)
        {
            Assert.Equal(Row(item % 10).ToArray(), Row(item).ToArray());
            Assert.NotEqual(Row((item + 1) % 10).ToArray(), Row(item).ToArray());
        }
    }

    [Fact]
    public void Fit_OneOrTwoThreads_HasTheSameBytes() =>
        ModelBytes.AssertSame(Fit(s_options.Train(t => t with { Threads = 1 })), Fit(s_options.Train(t => t with { Threads = 2 })));

    [Fact]
    public void Resume_AfterOneEpoch_HasTheBytesOfAnUninterruptedRun()
    {
        GnnEmbeddingOptions options = s_options.Train(t => t with { CheckpointPath = Path.Combine(_folder, "graph.ckpt") });
        Fit(options.Train(t => t with { Epochs = 1 }));
        ModelBytes.AssertSame(Fit(s_options), Fit(options.Train(t => t with { Resume = true })));
    }

    private static byte[] Fit(GnnEmbeddingOptions options)
    {
        var ml = new MLContext(seed: 1);
        IDataView view = View(ml);
        return ModelBytes.Save(ml, ml.Hybrid.GnnEmbedding(options).Fit(view), view.Schema);
    }

    // Ten interests; the items of an interest, and its users, have numbers ten apart.
    private static IEnumerable<(int User, int Item)> Pairs()
    {
        var random = Xoshiro256.Stream(5);
        var pairs = new List<(int, int)>();
        for (int user = 0; user < Users; user++)
        {
            for (int n = 0; n < 2; n++)
                pairs.Add((user, (random.NextInt32(Items / 10) * 10) + (user % 10)));
        }

        return pairs;
    }

    private static InteractionGraph Graph() =>
        InteractionGraph.FromPairs(Users, Items, [.. Pairs().Select(p => p.User)], [.. Pairs().Select(p => p.Item)]);

    private static NodeFeatureTable Features()
    {
        float[] rows = new float[Items * 10];
        for (int item = 0; item < Items; item++)
            rows[(item * 10) + (item % 10)] = 1;
        return new NodeFeatureTable(rows, [.. Enumerable.Repeat(true, Items)], 10);
    }

    private static IDataView View(MLContext ml)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.User)].ColumnType = new KeyDataViewType(typeof(uint), Users);
        schema[nameof(Row.Item)].ColumnType = new KeyDataViewType(typeof(uint), Items);
        return ml.Data.LoadFromEnumerable(Pairs().Select(p => new Row { User = (uint)p.User + 1, Item = (uint)p.Item + 1 }), schema);
    }

    private sealed class Row
    {
        public uint User { get; set; }

        public uint Item { get; set; }
    }
}
