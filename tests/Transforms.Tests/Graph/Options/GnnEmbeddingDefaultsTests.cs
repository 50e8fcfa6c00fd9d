using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>What null stands for: chosen by the similarity, by the size of the catalog, on the holdout.</summary>
public sealed class GnnEmbeddingDefaultsTests
{
    [Theory]
    [InlineData(1, 0.2f)]
    [InlineData(3_300, 0.2f)]
    [InlineData(8_968, 0.16f)]
    [InlineData(40_981, 0.1f)]
    [InlineData(5_000_000, 0.1f)]
    public void CatalogTemperature_Items_FallsWithTheirNumber(int items, float expected)
    {
        GnnEmbeddingOptions options = new GnnEmbeddingOptions().Resolved(1).Over(items, 1);
        Assert.Equal(expected, Assert.IsType<SampledSoftmaxLoss>(options.Loss).Temperature!.Value, 1e-6f);
    }

    [Fact]
    public void Resolved_Loss_DependsOnTheSimilarity()
    {
        Assert.Equal(
            GraphLoss.SampledSoftmax(0.2f, null, NegativeSampling.InBatch, 0.25f), new GnnEmbeddingOptions().Resolved(1).Over(100, 1).Loss);
        Assert.Equal(
            GraphLoss.SampledSoftmax(1, null, NegativeSampling.Uniform, 0),
            new GnnEmbeddingOptions { Similarity = GraphSimilarity.Dot }.Resolved(1).Over(100, 1).Loss);
        Assert.Equal(
            GraphLoss.SampledSoftmax(0.2f, 64, NegativeSampling.Uniform, 0.25f),
            new GnnEmbeddingOptions { Loss = GraphLoss.SampledSoftmax(negatives: 64) }.Resolved(1).Over(100, 1).Loss);
        GraphLossSettings given = GraphLoss.SampledSoftmax(0.3f, 9, NegativeSampling.Hard(), 0);
        Assert.Equal(given, new GnnEmbeddingOptions { Loss = given }.Resolved(1).Over(100_000, 1).Loss);
        Assert.Equal(GraphLoss.Bpr(), new GnnEmbeddingOptions { Loss = GraphLoss.Bpr() }.Resolved(1).Over(100_000, 1).Loss);
    }

    [Theory]
    [InlineData(35_000, 30, 8, 5)]
    [InlineData(200_000, 12, 2, 2)]
    [InlineData(120_000, 21, 4, 4)]
    [InlineData(5_000_000, 8, 2, 2)]
    public void Over_Interactions_TheMoreTheFewerEpochs(int interactions, int epochs, int patience, int final)
    {
        GnnEmbeddingOptions options = new GnnEmbeddingOptions().Resolved(1).Over(100, interactions);
        Assert.Equal((epochs, patience, final), (options.Training.Epochs, options.Training.Patience, options.FinalEpochs));
        Assert.Equal(0.01, options.Training.LearningRate);
        GnnEmbeddingOptions given = new GnnEmbeddingOptions
        {
            FinalEpochs = 0,
            Training = new() { Epochs = 3, Patience = 0, LearningRate = 1 }
        }.Resolved(1).Over(100, interactions);
        Assert.Equal((3, 0, 0), (given.Training.Epochs, given.Training.Patience, given.FinalEpochs));
        GnnEmbeddingOptions other = new GnnEmbeddingOptions { Loss = GraphLoss.Bpr() }.Resolved(1).Over(100, interactions);
        Assert.Equal((30, 6, 5, 0.005), (other.Training.Epochs, other.Training.Patience, other.FinalEpochs, other.Training.LearningRate));
    }

    [Fact]
    public void Gain_IsTheMeanDifferenceLessItsStandardError()
    {
        Assert.Equal(0.5, ServedExponentChoice.Gain([1, 1, 1, 1], [0.5, 0.5, 0.5, 0.5]), 1e-12);
        Assert.Equal(0.25 - (0.5 / 2), ServedExponentChoice.Gain([1, 0, 0, 0], [0, 0, 0, 0]), 1e-12);
        Assert.True(ServedExponentChoice.Gain([1, 0], [0, 0.9]) < 0);
        Assert.Equal(0, ServedExponentChoice.Gain([1], [0]));
    }

    [Fact]
    public void Fit_ServedExponent_IsChosenAndToldUnlessItIsGiven()
    {
        Assert.Contains(Log(new()), line => line.Contains("items are served with", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Log(new() { Similarity = GraphSimilarity.CosineServedWith(0.3f) }),
            line => line.Contains("items are served with", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Log(new() { HoldoutFraction = 0 }), line => line.Contains("items are served with", StringComparison.Ordinal));
        Assert.Contains(Log(new()), line => line.Contains("temperature 0.2", StringComparison.Ordinal));
    }

    private static List<string> Log(GnnEmbeddingOptions options)
    {
        var ml = new MLContext(seed: 1);
        var lines = new List<string>();
        ml.Log += (_, message) => lines.Add(message.Message);
        ml.Hybrid.GnnEmbedding(options.Train(t => t with { Epochs = 2 }) with { Dimension = 8, FinalEpochs = 0 }).Fit(Board(ml));
        return lines;
    }
}
