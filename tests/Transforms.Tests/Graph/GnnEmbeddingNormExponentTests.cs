using System.Numerics.Tensors;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>What the exponent of items' lengths does to the vectors that are served.</summary>
public sealed class GnnEmbeddingNormExponentTests
{
    private const float Exponent = 0.5f;

    [Fact]
    public void Scale_UsersAndItems_HaveLengthOneAndThePowerOfTheirs()
    {
        float[] rows = [3, 4, 0, 5, 0, 0, 6, 8];
        new CosineRows(4, 2, Exponent, firstItem: 7).Forward(rows, [2, 7, 8, 9]);
        Assert.Equal(
            [0.6f, 0.8f, 0, MathF.Sqrt(5), 0, 0, 0.6f * MathF.Sqrt(10), 0.8f * MathF.Sqrt(10)], rows, (a, b) => MathF.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Fit_Vectors_UsersHaveLengthOneAndTheItemsLengthsDiffer()
    {
        var ml = new MLContext(seed: 1);
        (float[][] users, float[][] items) = Vectors(ml, ml.Hybrid.GnnEmbedding(
            Quick with { Loss = GraphLoss.SampledSoftmax(negatives: 8, itemNormExponent: Exponent) }).Fit(Board(ml)));
        Assert.All(users, user => Assert.Equal(1, Norm(user), 1e-5f));
        Assert.True(items.Max(Norm) > 1.05f * items.Min(Norm), "the items have one length");
    }

    [Fact]
    public void Fit_UnseenItem_HasTheMeanLengthOfTheSeen()
    {
        var ml = new MLContext(seed: 1);
        const int Unseen = 3;
        ITransformer model = ml.Hybrid.GnnEmbedding(
            Quick with { Loss = GraphLoss.SampledSoftmax(negatives: 8, itemNormExponent: Exponent) })
            .Fit(Keyed(ml, Checkerboard.TrainRows.Where(row => row.Item != Checkerboard.ItemId(Unseen))));
        (_, float[][] items) = Vectors(ml, model);
        float mean = items.Where((_, item) => item != Unseen).Average(Norm);
        Assert.Equal(mean, Norm(items[Unseen]), 1e-4f);
    }

    [Fact]
    public void Fit_ServedExponent_TurnsLengthsAndLeavesDirections()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingOptions options = Quick with { Loss = GraphLoss.Bpr(itemNormExponent: Exponent), HoldoutFraction = 0 };
        (_, float[][] trained) = Vectors(ml, ml.Hybrid.GnnEmbedding(options).Fit(Board(ml)));
        (_, float[][] served) = Vectors(
            ml, ml.Hybrid.GnnEmbedding(options with { Similarity = GraphSimilarity.CosineServedWith(2 * Exponent) }).Fit(Board(ml)));
        Assert.All(trained.Zip(served), pair =>
        {
            float length = Norm(pair.First);
            Assert.Equal(length * length, Norm(pair.Second), 1e-4f * length);
            Assert.Equal(1, Dot(pair.First, pair.Second) / (length * Norm(pair.Second)), 1e-5f);
        });
    }

    [Fact]
    public void Fit_ExponentZero_IsTheCosine()
    {
        var ml = new MLContext(seed: 1);
        (float[][] _, float[][] items) = Vectors(ml, ml.Hybrid.GnnEmbedding(Quick).Fit(Board(ml)));
        Assert.All(items, item => Assert.Equal(1, Norm(item), 1e-5f));
    }

    private static float Norm(float[] row) => TensorPrimitives.Norm<float>(row);
}
