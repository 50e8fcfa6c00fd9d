using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Training;

/// <summary>Every option of every record counts in the fingerprint but those marked, also options to come.</summary>
public sealed class OptionsFingerprintTests
{
    private static readonly IDataView s_view = new MLContext().Data.LoadFromEnumerable([new { Item = "a", RelatedItem = "b" }]);

    // Another value than the default, of each type that is not plain.
    private static readonly FingerprintProbe s_probe = new(new Dictionary<Type, object>
    {
        [typeof(TrainingSettings)] = new TrainingSettings { Seed = 9 },
        [typeof(CancellationToken)] = new CancellationToken(canceled: true),
        [typeof(IProgress<TrainingProgress>)] = new Progress<TrainingProgress>(),
        [typeof(GraphModelSettings)] = GraphModel.PinSage(),
        [typeof(GraphLossSettings)] = GraphLoss.Margin(),
        [typeof(NegativeSampling)] = NegativeSampling.Hard(),
        [typeof(GraphSimilarity)] = GraphSimilarity.Dot,
        [typeof(GraphFeatureProjection)] = GraphFeatureProjection.Mlp(),
        [typeof(GraphEdgeOptions)] = new GraphEdgeOptions { AttributeEdges = [new("Author")] },
        [typeof(GraphEdgeType)] = new GraphEdgeType("view"),
        [typeof(GraphAttributeEdges)] = new GraphAttributeEdges("Author"),
        [typeof(GraphItemRelations)] = new GraphItemRelations(s_view),
        [typeof(NodeFeature)] = new NodeFeature("ItemMeaning"),
        [typeof(AggregationBackend)] = AggregationBackend.Auto,
        [typeof(IDataView)] = s_view,
    });

    public static TheoryData<object> Records() =>
    [
        new TrainingSettings(),
        new GnnEmbeddingOptions(),
        new GraphEdgeOptions(),
        new GraphEdgeType("buy"),
        new GraphAttributeEdges("Genre"),
        new GraphItemRelations(new MLContext().Data.LoadFromEnumerable([new { Item = "c" }])),
        new NodeFeature("UserMeaning"),
        GraphModel.LightGcn(),
        GraphModel.Gcn(),
        GraphModel.SimGcl(),
        GraphModel.XSimGcl(),
        GraphModel.AlphaRec(),
        GraphModel.GraphSage(),
        GraphModel.PinSage(),
        GraphLoss.SampledSoftmax(),
        GraphLoss.Bpr(),
        GraphLoss.DirectAu(),
        GraphLoss.Margin(),
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void Of_OneOptionChanged_DiffersUnlessTheOptionIsMarked(object options) => s_probe.AssertCounts(options);

    [Fact]
    public void Of_TrainingSettings_LeavesOutWhatDoesNotChangeTheResult() => Assert.Equal(
        ["CancellationToken", "CheckpointEvery", "CheckpointPath", "Progress", "Resume", "Threads"],
        s_probe.Changes(new TrainingSettings()).Where(change => !change.Counts).Select(change => change.Option)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Of_RecordsOfTheSameSettingsAndAnotherKind_Differ()
    {
        object[] kinds =
        [
            new GnnEmbeddingOptions { Model = GraphModel.LightGcn() },
            new GnnEmbeddingOptions { Model = GraphModel.AlphaRec() },
            new GnnEmbeddingOptions { Loss = GraphLoss.SampledSoftmax(negativeSampling: NegativeSampling.InBatch) },
            new GnnEmbeddingOptions { Loss = GraphLoss.SampledSoftmax(negativeSampling: NegativeSampling.Popularity()) },
            new GnnEmbeddingOptions { Loss = GraphLoss.SampledSoftmax(negativeSampling: NegativeSampling.Popularity(0.5f)) },
            new GnnEmbeddingOptions { Loss = GraphLoss.SampledSoftmax(negativeSampling: NegativeSampling.Hard()) },
            new GnnEmbeddingOptions { Loss = GraphLoss.SampledSoftmax(negativeSampling: NegativeSampling.Hard(5)) },
            new GnnEmbeddingOptions { Similarity = GraphSimilarity.CosineServedWith(0) },
            new GnnEmbeddingOptions { FeatureProjection = GraphFeatureProjection.Mlp(5) },
        ];
        Assert.Equal(kinds.Length, kinds.Select(OptionsFingerprint.Of).Distinct().Count());
    }
}
