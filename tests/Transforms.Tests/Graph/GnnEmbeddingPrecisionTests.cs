using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>BFloat16 tables: what a product with them is, and that all around them is as with Single.</summary>
public sealed class GnnEmbeddingPrecisionTests
{
    private const int Dimension = 24;

    [Fact]
    public void GraphOperator_BFloat16_IsTheProductOfTheRoundedTable()
    {
        InteractionGraph graph = InteractionGraph.FromPairs(3, 4, [0, 0, 1, 2, 2], [0, 3, 1, 1, 2]);
        var half = new GraphOperator(
            graph.Adjacency(GraphNormalization.Row), GraphNormalization.Row, new CpuAggregationBackend(2), 2, EmbeddingPrecision.BFloat16);
        var single = new GraphOperator(graph.Adjacency(GraphNormalization.Row), GraphNormalization.Row, new CpuAggregationBackend(2), 2);
        float[] table = [.. Enumerable.Range(0, 7 * Dimension).Select(i => MathF.Sin(i))];
        var packed = new uint[7 * BFloat16Table.RowWords(Dimension)];
        BFloat16Table.Round(table, packed, Dimension);
        float[] rounded = [.. from node in Enumerable.Range(0, 7)
                              from d in Enumerable.Range(0, Dimension)
                              select BFloat16Table.Get(packed.AsSpan(node * packed.Length / 7), d)];
        float[] expected = new float[table.Length], actual = new float[table.Length];

        single.Multiply(rounded, expected, Dimension);
        half.Multiply(table, actual, Dimension);
        Assert.Equal(expected, actual);

        single.MultiplyTransposed(rounded, expected, Dimension);
        half.MultiplyTransposed(table, actual, Dimension);
        Assert.Equal(expected, actual);

        var rows = new NodeSet(7, 7);
        rows.Add(5);
        rows.Add(2);
        single.Multiply(rounded, expected, Dimension);
        half.MultiplyRows(rows, table, actual, Dimension);
        foreach (int node in rows.Nodes)
            Assert.Equal(expected[(node * Dimension)..((node + 1) * Dimension)], actual[(node * Dimension)..((node + 1) * Dimension)]);
    }
}

/// <summary>Every model passes on BFloat16 what it passes on Single.</summary>
public sealed class GnnEmbeddingPrecisionConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GnnEmbedding(new()
        {
            Precision = EmbeddingPrecision.BFloat16,
            Dimension = 10,
            Model = GraphModel.LightGcn(layers: 2),
            Loss = GraphLoss.SampledSoftmax(negatives: 8),
            Training = new() { Epochs = 2, Seed = settings.Seed, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
}

/// <summary>Every model passes in 8 bits what it passes on Single.</summary>
public sealed class GnnEmbeddingInt8Conformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GnnEmbedding(new()
        {
            Precision = EmbeddingPrecision.Int8,
            Dimension = 10,
            Model = GraphModel.LightGcn(layers: 2),
            Loss = GraphLoss.SampledSoftmax(negatives: 8),
            Training = new() { Epochs = 2, Seed = settings.Seed, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
}
