using HybridRec.MLNet.Conformance;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphGradientTests;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>
/// Every gradient of GraphSAGE and PinSage, over blocks that leave neighbors out, against central differences of the loss.
/// </summary>
public sealed class GraphBlockGradientTests
{
    private static readonly GnnEmbeddingOptions s_options = new()
    {
        Loss = LossKind.SampledSoftmax.Loss(negatives: 4, temperature: 0.7f),
        Dimension = 5,
        L2Regularization = 0.3f,
        Training = new() { BatchSize = 8, Threads = 2 },
    };

    public static TheoryData<ModelKind, GraphActivation, LossKind, SimilarityKind, int> Cases()
    {
        var cases = new TheoryData<ModelKind, GraphActivation, LossKind, SimilarityKind, int>();
        foreach (ModelKind model in (ModelKind[])[ModelKind.GraphSage, ModelKind.PinSage])
        {
            foreach (LossKind loss in Enum.GetValues<LossKind>())
            {
                foreach (SimilarityKind similarity in Enum.GetValues<SimilarityKind>())
                {
                    for (int layers = 1; layers <= 3; layers++)
                        cases.Add(model, GraphActivation.Tanh, loss, similarity, layers);
                }
            }

            foreach (GraphActivation activation in Enum.GetValues<GraphActivation>())
                cases.Add(model, activation, LossKind.SampledSoftmax, SimilarityKind.Cosine, 2);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_IdsAlone_AgreesWithCentralDifferences(
        ModelKind model, GraphActivation activation, LossKind loss, SimilarityKind similarity, int layers) => AssertGradients(
            s_options with
            {
                Model = Settings(model, [.. Enumerable.Repeat(2, layers)], activation),
                Loss = loss.Loss(negatives: 4, temperature: 0.7f, uniformityWeight: 0.8f, margin: -0.2f, negativeWeight: 3),
                Similarity = similarity.Similarity(),
            },
            features: false);

    [Theory]
    [InlineData(ModelKind.GraphSage, null, true)]
    [InlineData(ModelKind.GraphSage, null, false)]
    [InlineData(ModelKind.GraphSage, 6, true)]
    [InlineData(ModelKind.GraphSage, 6, false)]
    [InlineData(ModelKind.PinSage, null, true)]
    [InlineData(ModelKind.PinSage, null, false)]
    [InlineData(ModelKind.PinSage, 6, true)]
    [InlineData(ModelKind.PinSage, 6, false)]
    public void Compute_Features_AgreesWithCentralDifferences(ModelKind model, int? hiddenSize, bool ids) => AssertGradients(s_options with
    {
        Model = Settings(model, [3, 2], GraphActivation.LeakyReLU, coldShare: 0.4f),
        FeatureProjection = hiddenSize is { } units ? GraphFeatureProjection.Mlp(units) : GraphFeatureProjection.Linear,
        IdEmbeddings = ids,
        NodeFeatures = ["UserMeaning", "ItemMeaning"],
    });

    private static GraphModelSettings Settings(ModelKind model, int[] fanouts, GraphActivation activation, float coldShare = 0.1f) =>
        model == ModelKind.GraphSage
            ? GraphModel.GraphSage(fanouts.Length, fanouts: fanouts, activation: activation, coldShare: coldShare)
            : GraphModel.PinSage(
                fanouts.Length, fanouts: fanouts, activation: activation, coldShare: coldShare, walkCount: 30, topNeighbors: 4);
}
