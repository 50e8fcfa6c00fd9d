using static HybridRec.MLNet.Transforms.Tests.Graph.GraphGradientTests;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Every gradient of GraphSAGE and PinSage, over blocks that leave neighbors out, against central differences of the loss.</summary>
public sealed class GraphBlockGradientTests
{
    private static readonly GnnEmbeddingOptions s_options = new()
    {
        WalkCount = 30,
        WalkLength = 3,
        TopNeighbors = 4,
        Dimension = 5,
        BatchSize = 8,
        Negatives = 4,
        Temperature = 0.7f,
        L2Regularization = 0.3f,
        UniformityWeight = 0.8f,
        Margin = -0.2f,
        NegativeWeight = 3,
        FeatureHiddenSize = 6,
        Threads = 2,
    };

    public static TheoryData<GraphModel, GraphActivation, GraphObjective, GraphSimilarity, int> Cases()
    {
        var cases = new TheoryData<GraphModel, GraphActivation, GraphObjective, GraphSimilarity, int>();
        foreach (GraphModel model in (GraphModel[])[GraphModel.GraphSage, GraphModel.PinSage])
        {
            foreach (GraphObjective objective in Enum.GetValues<GraphObjective>())
            {
                foreach (GraphSimilarity similarity in Enum.GetValues<GraphSimilarity>())
                {
                    for (int layers = 1; layers <= 3; layers++)
                        cases.Add(model, GraphActivation.Tanh, objective, similarity, layers);
                }
            }

            foreach (GraphActivation activation in Enum.GetValues<GraphActivation>())
                cases.Add(model, activation, GraphObjective.SampledSoftmax, GraphSimilarity.Cosine, 2);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_IdsAlone_AgreesWithCentralDifferences(
        GraphModel model, GraphActivation activation, GraphObjective objective, GraphSimilarity similarity, int layers) => AssertGradients(
            s_options with
            {
                Model = model,
                Activation = activation,
                Objective = objective,
                Similarity = similarity,
                Layers = layers,
                Fanouts = [.. Enumerable.Repeat(2, layers)],
            },
            features: false);

    [Theory]
    [InlineData(GraphModel.GraphSage, GraphFeatureProjection.Linear, true)]
    [InlineData(GraphModel.GraphSage, GraphFeatureProjection.Linear, false)]
    [InlineData(GraphModel.GraphSage, GraphFeatureProjection.Mlp, true)]
    [InlineData(GraphModel.GraphSage, GraphFeatureProjection.Mlp, false)]
    [InlineData(GraphModel.PinSage, GraphFeatureProjection.Linear, true)]
    [InlineData(GraphModel.PinSage, GraphFeatureProjection.Linear, false)]
    [InlineData(GraphModel.PinSage, GraphFeatureProjection.Mlp, true)]
    [InlineData(GraphModel.PinSage, GraphFeatureProjection.Mlp, false)]
    public void Compute_Features_AgreesWithCentralDifferences(GraphModel model, GraphFeatureProjection projection, bool ids) => AssertGradients(s_options with
    {
        Model = model,
        FeatureProjection = projection,
        IdEmbeddings = ids,
        NodeFeatures = ["UserMeaning", "ItemMeaning"],
        Layers = 2,
        Fanouts = [3, 2],
        ColdShare = 0.4f,
    });
}
