using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Where the seed comes from: the options, or the context.</summary>
public sealed class GnnEmbeddingSeedTests
{
    private static readonly GnnEmbeddingOptions s_options = Quick.Train(t => t with { Epochs = 1, Seed = null });

    [Fact]
    public void Fit_ContextsOfOneSeed_GiveTheSameBytes() => ModelBytes.AssertSame(Fit(new MLContext(seed: 7)), Fit(new MLContext(seed: 7)));

    [Fact]
    public void Fit_ContextsOfOtherSeeds_GiveOtherVectors() =>
        Assert.NotEqual(Vectors(new MLContext(seed: 7)), Vectors(new MLContext(seed: 8)));

    [Fact]
    public void Fit_ContextsWithoutASeed_Vary() => Assert.NotEqual(Vectors(new MLContext()), Vectors(new MLContext()));

    [Fact]
    public void Fit_SeedOfTheOptions_GoesBeforeTheContexts()
    {
        GnnEmbeddingOptions options = s_options.Train(t => t with { Seed = 3 });
        ModelBytes.AssertSame(Fit(new MLContext(seed: 7), options), Fit(new MLContext(), options));
    }

    [Fact]
    public void Fit_OneEstimatorTwice_GivesTheSameBytes()
    {
        var ml = new MLContext();
        IDataView view = Board(ml);
        GnnEmbeddingEstimator estimator = ml.Hybrid.GnnEmbedding(s_options);
        ModelBytes.AssertSame(ModelBytes.Save(ml, estimator.Fit(view), view.Schema), ModelBytes.Save(ml, estimator.Fit(view), view.Schema));
    }

    private static byte[] Fit(MLContext ml, GnnEmbeddingOptions? options = null)
    {
        IDataView view = Board(ml);
        return ModelBytes.Save(ml, ml.Hybrid.GnnEmbedding(options ?? s_options).Fit(view), view.Schema);
    }

    private static float[][] Vectors(MLContext ml) => GraphTestData.Vectors(ml, ml.Hybrid.GnnEmbedding(s_options).Fit(Board(ml))).Items;
}
