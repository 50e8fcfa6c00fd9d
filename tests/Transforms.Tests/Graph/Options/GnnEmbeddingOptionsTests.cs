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
        { "NodeFeatures", new() { Model = GraphModel.AlphaRec() } },
        { "NodeFeatures", new() { Model = GraphModel.AlphaRec(), NodeFeatures = ["ItemMeaning", "UserMeaning"] } },
        { "NodeFeatures", new() { Model = GraphModel.AlphaRec(), NodeFeatures = [new("ItemMeaning", ColumnRole.User)] } },
        { "ColdFeatures", new() { ColdFeatures = ["ItemMeaning", "ItemMeaning"] } },
        { "ColdFeatures", new() { ColdFeatures = [""] } },
        { "ColdFeatures", new() { ColdFeatures = ["ItemMeaning"], NodeFeatures = ["ItemWords"] } },
        { "ColdFeatures", new() { ColdFeatures = ["UserMeaning"], Model = GraphModel.PinSage(), NodeFeatures = ["ItemWords"] } },
        { "Role", new() { NodeFeatures = [new("ItemMeaning", (ColumnRole)9)] } },
        { "Role", new() { NodeFeatures = [new("ItemMeaning", ColumnRole.Context)] } },
        { "HiddenSize", new() { FeatureProjection = GraphFeatureProjection.Mlp(0) } },
        { "IdEmbeddings", new() { IdEmbeddings = false } },
        { "IdEmbeddings", new() { IdEmbeddings = false, NodeFeatures = ["ItemMeaning"], Model = GraphModel.LightGcn(layers: 0) } },
        { "PositiveThreshold", new() { PositiveThreshold = float.NaN } },
        { "Dimension", new() { Dimension = 0 } },
        { "MinimumStepsPerEpoch", new() { MinimumStepsPerEpoch = 0 } },
        { "L2Regularization", new() { L2Regularization = -1 } },
        { "HoldoutFraction", new() { HoldoutFraction = 1 } },
        { "HoldoutFraction", new() { HoldoutFraction = double.NaN } },
        { "ValidationUsers", new() { ValidationUsers = 0 } },
        { "FinalEpochs", new() { FinalEpochs = -1 } },
        { "Updatable", new() { Updatable = true, Model = GraphModel.Gcn() } },
        { "Updatable", new() { Updatable = true, Model = GraphModel.LightGcn(layers: 0) } },
        { "Updatable", new() { Updatable = true, Edges = new() { AttributeEdges = [new("Author")] } } },
        {
            "Updatable",
            new() { Updatable = true, Edges = new() { EdgeTypeColumnName = "Behavior", EdgeTypes = [new("buy", IsTarget: true)] } }
        },
        { "Model", new() { Model = GraphModel.GraphSage(), Edges = new() { AttributeEdges = [new("Author")] } } },
        { "Precision", new() { Precision = (EmbeddingPrecision)9 } },
        { "Precision", new() { Precision = EmbeddingPrecision.BFloat16, Model = GraphModel.PinSage() } },
        {
            "Precision",
            new() { Precision = EmbeddingPrecision.BFloat16, Aggregation = AggregationBackend.From(new Accel.CpuAggregationBackend()) }
        },
    };

    public static TheoryData<string, GraphModelSettings> IllegalModels() => new()
    {
        { "Layers", GraphModel.LightGcn(layers: -1) },
        { "Layers", GraphModel.Gcn(layers: 17) },
        { "Layers", GraphModel.SimGcl(layers: 0) },
        { "Layers", GraphModel.XSimGcl(layers: 0) },
        { "Layers", GraphModel.GraphSage(layers: 0) },
        { "Layers", GraphModel.PinSage(layers: 0) },
        { "Normalization", GraphModel.LightGcn(normalization: (Accel.GraphNormalization)9) },
        { "Normalization", GraphModel.Gcn(normalization: (Accel.GraphNormalization)9) },
        { "Normalization", GraphModel.SimGcl(normalization: (Accel.GraphNormalization)9) },
        { "Normalization", GraphModel.XSimGcl(normalization: (Accel.GraphNormalization)9) },
        { "Normalization", GraphModel.AlphaRec(normalization: (Accel.GraphNormalization)9) },
        { "Activation", GraphModel.Gcn(activation: (GraphActivation)9) },
        { "Activation", GraphModel.GraphSage(activation: (GraphActivation)9) },
        { "Activation", GraphModel.PinSage(activation: (GraphActivation)9) },
        { "ContrastWeight", GraphModel.SimGcl(contrastWeight: -1) },
        { "ContrastTemperature", GraphModel.SimGcl(contrastTemperature: 0) },
        { "NoiseMagnitude", GraphModel.SimGcl(noiseMagnitude: float.PositiveInfinity) },
        { "ContrastWeight", GraphModel.XSimGcl(contrastWeight: -1) },
        { "ContrastTemperature", GraphModel.XSimGcl(contrastTemperature: 0) },
        { "NoiseMagnitude", GraphModel.XSimGcl(noiseMagnitude: float.NaN) },
        { "ContrastLayer", GraphModel.XSimGcl(layers: 3, contrastLayer: 4) },
        { "ContrastLayer", GraphModel.XSimGcl(contrastLayer: 0) },
        { "Fanouts", GraphModel.GraphSage(fanouts: []) },
        { "Fanouts", GraphModel.GraphSage(layers: 2, fanouts: [15]) },
        { "Fanouts", GraphModel.GraphSage(layers: 2, fanouts: [15, 0]) },
        { "Fanouts", GraphModel.PinSage(layers: 1, fanouts: [257]) },
        { "ServedFanouts", GraphModel.GraphSage(layers: 2, servedFanouts: [15]) },
        { "ServedFanouts", GraphModel.PinSage(layers: 1, servedFanouts: [0]) },
        { "WalkLength", GraphModel.PinSage(walkLength: 0) },
        { "WalkCount", GraphModel.PinSage(walkCount: 0) },
        { "TopNeighbors", GraphModel.PinSage(topNeighbors: 0) },
        { "TopNeighbors", GraphModel.PinSage(topNeighbors: 257) },
        { "ColdShare", GraphModel.GraphSage(coldShare: 1) },
        { "ColdShare", GraphModel.PinSage(coldShare: float.NaN) },
    };

    public static TheoryData<string, GraphLossSettings, GraphSimilarity> IllegalLosses() => new()
    {
        { "Temperature", GraphLoss.SampledSoftmax(temperature: 0), GraphSimilarity.Cosine },
        { "Temperature", GraphLoss.Bpr(temperature: float.NaN), GraphSimilarity.Dot },
        { "Negatives", GraphLoss.SampledSoftmax(negatives: 0), GraphSimilarity.Cosine },
        { "Negatives", GraphLoss.Margin(negatives: 0), GraphSimilarity.Cosine },
        { "Exponent", GraphLoss.SampledSoftmax(negativeSampling: NegativeSampling.Popularity(float.NaN)), GraphSimilarity.Cosine },
        { "PoolFactor", GraphLoss.SampledSoftmax(negativeSampling: NegativeSampling.Hard(1)), GraphSimilarity.Cosine },
        { "ItemNormExponent", GraphLoss.SampledSoftmax(itemNormExponent: -0.1f), GraphSimilarity.Cosine },
        { "ItemNormExponent", GraphLoss.Bpr(itemNormExponent: float.NaN), GraphSimilarity.Cosine },
        { "ItemNormExponent", GraphLoss.SampledSoftmax(itemNormExponent: 0.5f), GraphSimilarity.Dot },
        { "ItemNormExponent", GraphLoss.Bpr(itemNormExponent: 0.5f), GraphSimilarity.Dot },
        { "ServedItemNormExponent", GraphLoss.Margin(), GraphSimilarity.CosineServedWith(1.1f) },
        { "UniformityWeight", GraphLoss.DirectAu(uniformityWeight: -1), GraphSimilarity.Cosine },
        { "Margin", GraphLoss.Margin(margin: 1.5f), GraphSimilarity.Cosine },
        { "NegativeWeight", GraphLoss.Margin(negativeWeight: -1), GraphSimilarity.Cosine },
    };

    public static TheoryData<string, TrainingSettings> IllegalTraining() => new()
    {
        { "Epochs", new() { Epochs = -1 } },
        { "BatchSize", new() { BatchSize = 0 } },
        { "BatchSize", new() { BatchSize = int.MaxValue } },
        { "LearningRate", new() { LearningRate = 0 } },
        { "LearningRate", new() { LearningRate = double.NaN } },
        { "LearningRateDecay", new() { LearningRateDecay = 1.5 } },
        { "LearningRateDecay", new() { LearningRateDecay = double.NaN } },
        { "Patience", new() { Patience = -1 } },
        { "Threads", new() { Threads = -1 } },
        { "CheckpointEvery", new() { CheckpointEvery = 0 } },
        { "CheckpointPath", new() { Resume = true } },
    };

    public static TheoryData<string, GnnEmbeddingOptions> Null() => new()
    {
        { "NodeFeatures", new() { NodeFeatures = null! } },
        { "ColdFeatures", new() { ColdFeatures = null! } },
        { "Model", new() { Model = null! } },
        { "Loss", new() { Loss = null! } },
        { "Similarity", new() { Similarity = null! } },
        { "FeatureProjection", new() { FeatureProjection = null! } },
        { "Training", new() { Training = null! } },
        { "Aggregation", new() { Aggregation = null! } },
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public void GnnEmbedding_IllegalOption_IsNamedBeforeAnythingElse(string name, GnnEmbeddingOptions options)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new MLContext().Hybrid.GnnEmbedding(options));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"GnnEmbedding: {name} is ", error.Message, StringComparison.Ordinal);
        Assert.Contains("; it has to be ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(IllegalModels))]
    public void GnnEmbedding_IllegalModel_IsNamed(string name, GraphModelSettings model) =>
        GnnEmbedding_IllegalOption_IsNamedBeforeAnythingElse(name, new() { Model = model, NodeFeatures = ["ItemMeaning"] });

    [Theory]
    [MemberData(nameof(IllegalLosses))]
    public void GnnEmbedding_IllegalLoss_IsNamed(string name, GraphLossSettings loss, GraphSimilarity similarity) =>
        GnnEmbedding_IllegalOption_IsNamedBeforeAnythingElse(name, new() { Loss = loss, Similarity = similarity });

    [Theory]
    [MemberData(nameof(IllegalTraining))]
    public void GnnEmbedding_IllegalTraining_IsNamed(string name, TrainingSettings training) =>
        GnnEmbedding_IllegalOption_IsNamedBeforeAnythingElse(name, new() { Training = training });

    [Theory]
    [MemberData(nameof(Null))]
    public void GnnEmbedding_Null_IsNamed(string name, GnnEmbeddingOptions options) =>
        Assert.Equal(name, Assert.Throws<ArgumentNullException>(() => new MLContext().Hybrid.GnnEmbedding(options)).ParamName);

    [Fact]
    public void PublishedLightGcn_Setting_IsThePapers()
    {
        GnnEmbeddingOptions published = GnnEmbeddingOptions.PublishedLightGcn;
        TrainingSettings training = published.Training;
        Assert.Equal(
            (GraphLoss.Bpr(), GraphSimilarity.Dot, GraphModel.LightGcn(layers: 3), 64, 1e-4f),
            (published.Loss, published.Similarity, published.Model, published.Dimension, published.L2Regularization));
        Assert.Equal((1000, 2048, 0.001, 20), (training.Epochs, training.BatchSize, training.LearningRate, training.Patience));
    }
}
