using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>A training that diverges with a loss that stays finite is an error that says what to lower.</summary>
public sealed class GnnEmbeddingDivergenceTests
{
    [Theory]
    [InlineData(ModelKind.LightGcn, SimilarityKind.Cosine)]
    [InlineData(ModelKind.LightGcn, SimilarityKind.Dot)]
    [InlineData(ModelKind.Gcn, SimilarityKind.Cosine)]
    [InlineData(ModelKind.Gcn, SimilarityKind.Dot)]
    [InlineData(ModelKind.XSimGcl, SimilarityKind.Dot)]
    [InlineData(ModelKind.GraphSage, SimilarityKind.Cosine)]
    [InlineData(ModelKind.PinSage, SimilarityKind.Cosine)]
    public void Fit_RateOfAMillion_IsAnError(ModelKind model, SimilarityKind similarity)
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingOptions options = Quick.Train(t => t with { LearningRate = 1e6 }) with
        {
            Model = model.Model(layers: 2),
            Similarity = similarity.Similarity(),
        };
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => ml.Hybrid.GnnEmbedding(options).Fit(Board(ml)));
        Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelKind.LightGcn)]
    [InlineData(ModelKind.Gcn)]
    [InlineData(ModelKind.GraphSage)]
    [InlineData(ModelKind.PinSage)]
    public void Fit_UsualRate_IsNone(ModelKind model)
    {
        var ml = new MLContext(seed: 1);
        ml.Hybrid.GnnEmbedding(Quick with { Model = model.Model(layers: 2) }).Fit(Board(ml));
    }

    [Fact]
    public void Fit_OneUserAndOneItem_IsNone()
    {
        var ml = new MLContext(seed: 1);
        ml.Hybrid.GnnEmbedding(Quick).Fit(Keyed(ml, Pairs((0, 0))));
    }
}
