using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

public sealed class GnnEmbeddingOptionsTests
{
    public static TheoryData<string, GnnEmbeddingOptions> Illegal() => new()
    {
        { "OutputUserColumnName", new() { OutputUserColumnName = " " } },
        { "OutputItemColumnName", new() { OutputItemColumnName = "UserGraph" } },
        { "UserColumnName", new() { UserColumnName = "" } },
        { "ItemColumnName", new() { ItemColumnName = "" } },
        { "LabelColumnName", new() { LabelColumnName = "" } },
        { "NodeFeatures", new() { NodeFeatures = ["ItemMeaning", "ItemMeaning"] } },
        { "NodeFeatures", new() { NodeFeatures = [""] } },
        { "NodeFeatures", new() { NodeFeatures = null! } },
        { "Model", new() { Model = (GraphModel)99 } },
        { "Activation", new() { Activation = (GraphActivation)9 } },
        { "Normalization", new() { Normalization = (Accel.GraphNormalization)9 } },
        { "Objective", new() { Objective = (GraphObjective)9 } },
        { "Similarity", new() { Similarity = (GraphSimilarity)9 } },
        { "Dimension", new() { Dimension = 0 } },
        { "Layers", new() { Layers = -1 } },
        { "Epochs", new() { Epochs = -1 } },
        { "BatchSize", new() { BatchSize = 0 } },
        { "MinimumStepsPerEpoch", new() { MinimumStepsPerEpoch = 0 } },
        { "LearningRateDecay", new() { LearningRateDecay = 1.5f } },
        { "LearningRateDecay", new() { LearningRateDecay = float.NaN } },
        { "Negatives", new() { Negatives = 0 } },
        { "LearningRate", new() { LearningRate = 0 } },
        { "LearningRate", new() { LearningRate = float.NaN } },
        { "L2Regularization", new() { L2Regularization = -1 } },
        { "Temperature", new() { Temperature = 0 } },
        { "FeatureProjection", new() { FeatureProjection = (GraphFeatureProjection)9 } },
        { "FeatureHiddenSize", new() { FeatureHiddenSize = 0 } },
        { "NodeFeatures", new() { Model = GraphModel.AlphaRec } },
        { "NodeFeatures", new() { Model = GraphModel.AlphaRec, NodeFeatures = ["ItemMeaning", "UserMeaning"] } },
        { "IdEmbeddings", new() { IdEmbeddings = false } },
        { "IdEmbeddings", new() { IdEmbeddings = false, NodeFeatures = ["ItemMeaning"], Layers = 0 } },
        { "NegativeSampling", new() { NegativeSampling = (GraphNegativeSampling)9 } },
        { "NegativeSampling", new() { NegativeSampling = GraphNegativeSampling.Hard, Objective = GraphObjective.Bpr } },
        { "PopularityExponent", new() { PopularityExponent = float.NaN } },
        { "ItemNormExponent", new() { ItemNormExponent = -0.1f } },
        { "ItemNormExponent", new() { ItemNormExponent = float.NaN } },
        { "ItemNormExponent", new() { ItemNormExponent = 0.5f, Similarity = GraphSimilarity.Dot } },
        { "ItemNormExponent", new() { ItemNormExponent = 0.5f, Objective = GraphObjective.Margin } },
        { "ServedItemNormExponent", new() { ServedItemNormExponent = 1.1f } },
        { "ServedItemNormExponent", new() { ServedItemNormExponent = 0.5f, Similarity = GraphSimilarity.Dot } },
        { "HardPoolFactor", new() { HardPoolFactor = 1 } },
        { "UniformityWeight", new() { UniformityWeight = -1 } },
        { "Margin", new() { Margin = 1.5f } },
        { "NegativeWeight", new() { NegativeWeight = -1 } },
        { "ContrastWeight", new() { ContrastWeight = -1 } },
        { "ContrastTemperature", new() { ContrastTemperature = 0 } },
        { "NoiseMagnitude", new() { NoiseMagnitude = float.PositiveInfinity } },
        { "ContrastLayer", new() { Model = GraphModel.XSimGcl, ContrastLayer = 4 } },
        { "ContrastLayer", new() { Model = GraphModel.XSimGcl, ContrastLayer = 0 } },
        { "Layers", new() { Model = GraphModel.SimGcl, Layers = 0 } },
        { "Updatable", new() { Updatable = true, Model = GraphModel.Gcn } },
        { "Updatable", new() { Updatable = true, Layers = 0 } },
        { "ServedFanouts", new() { ServedFanouts = [5, 5, 5] } },
        { "ServedFanouts", new() { Model = GraphModel.GraphSage, Layers = 2, ServedFanouts = [15] } },
        { "ServedFanouts", new() { Model = GraphModel.PinSage, Layers = 1, ServedFanouts = [0] } },
        { "Precision", new() { Precision = EmbeddingPrecision.BFloat16, Model = GraphModel.PinSage } },
        { "Model", new() { Model = GraphModel.GraphSage, AttributeEdges = [new("Author")] } },
        { "Layers", new() { Model = GraphModel.GraphSage, Layers = 0 } },
        { "Layers", new() { Model = GraphModel.PinSage, Layers = 0 } },
        { "Fanouts", new() { Model = GraphModel.GraphSage, Fanouts = [] } },
        { "Fanouts", new() { Model = GraphModel.GraphSage, Layers = 2, Fanouts = [15] } },
        { "Fanouts", new() { Model = GraphModel.GraphSage, Layers = 2, Fanouts = [15, 0] } },
        { "Fanouts", new() { Model = GraphModel.PinSage, Layers = 1, Fanouts = [257] } },
        { "WalkLength", new() { Model = GraphModel.PinSage, WalkLength = 0 } },
        { "WalkCount", new() { Model = GraphModel.PinSage, WalkCount = 0 } },
        { "TopNeighbors", new() { Model = GraphModel.PinSage, TopNeighbors = 0 } },
        { "TopNeighbors", new() { Model = GraphModel.PinSage, TopNeighbors = 257 } },
        { "ColdShare", new() { ColdShare = 1 } },
        { "ColdShare", new() { ColdShare = float.NaN } },
        { "PositiveThreshold", new() { PositiveThreshold = float.NaN } },
        { "HoldoutFraction", new() { HoldoutFraction = 1 } },
        { "HoldoutFraction", new() { HoldoutFraction = double.NaN } },
        { "Patience", new() { Patience = -1 } },
        { "ValidationUsers", new() { ValidationUsers = 0 } },
        { "FinalEpochs", new() { FinalEpochs = -1 } },
        { "Threads", new() { Threads = -1 } },
        { "CheckpointEvery", new() { CheckpointEvery = 0 } },
        { "CheckpointPath", new() { Resume = true } },
        { "Aggregation", new() { Aggregation = null! } },
        { "Updatable", new() { Updatable = true, AttributeEdges = [new("Author")] } },
        { "Updatable", new() { Updatable = true, EdgeTypeColumnName = "Behavior", EdgeTypes = [new("buy", IsTarget: true)] } },
        { "Precision", new() { Precision = (EmbeddingPrecision)9 } },
        { "Precision", new() { Precision = EmbeddingPrecision.BFloat16, Aggregation = AggregationBackend.From(new Accel.CpuAggregationBackend()) } },
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public void GnnEmbedding_IllegalOption_IsNamedBeforeAnythingElse(string name, GnnEmbeddingOptions options)
    {
        string message = Assert.Throws<ArgumentException>(() => new MLContext().Hybrid.GnnEmbedding(options)).Message;
        Assert.Contains($"option {name} is", message, StringComparison.Ordinal);
        Assert.Contains("allowed: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void PublishedLightGcn_Setting_IsThePapers()
    {
        GnnEmbeddingOptions published = GnnEmbeddingOptions.PublishedLightGcn;
        Assert.Equal(
            (GraphObjective.Bpr, GraphSimilarity.Dot, 3, 64, 2048, 0.001f, 1e-4f),
            (published.Objective, published.Similarity, published.Layers, published.Dimension, published.BatchSize, published.LearningRate, published.L2Regularization));
    }
}
