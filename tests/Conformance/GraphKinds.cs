namespace HybridRec.MLNet.Conformance;

/// <summary>The models of GnnEmbedding, to name in theories.</summary>
public enum ModelKind
{
    LightGcn,
    Gcn,
    SimGcl,
    XSimGcl,
    AlphaRec,
    GraphSage,
    PinSage,
}

/// <summary>The losses of GnnEmbedding, to name in theories.</summary>
public enum LossKind
{
    SampledSoftmax,
    Bpr,
    DirectAu,
    Margin,
}

/// <summary>How negatives are drawn, to name in theories.</summary>
public enum SamplingKind
{
    Uniform,
    Popularity,
    InBatch,
    Hard,
}

/// <summary>The similarities of GnnEmbedding, to name in theories.</summary>
public enum SimilarityKind
{
    Cosine,
    Dot,
}

/// <summary>What the names of theories stand for.</summary>
public static class GraphKinds
{
    public static GraphModelSettings Model(this ModelKind kind, int layers = 3) => kind switch
    {
        ModelKind.LightGcn => GraphModel.LightGcn(layers),
        ModelKind.Gcn => GraphModel.Gcn(layers),
        ModelKind.SimGcl => GraphModel.SimGcl(layers),
        ModelKind.XSimGcl => GraphModel.XSimGcl(layers),
        ModelKind.AlphaRec => GraphModel.AlphaRec(layers),
        ModelKind.GraphSage => GraphModel.GraphSage(layers),
        _ => GraphModel.PinSage(layers),
    };

    /// <summary>A loss with as many of the settings as it has.</summary>
    public static GraphLossSettings Loss(
        this LossKind kind,
        int negatives = 1024,
        float? temperature = null,
        SamplingKind sampling = SamplingKind.Uniform,
        float itemNormExponent = 0,
        float uniformityWeight = 1,
        float margin = 0.4f,
        float negativeWeight = 150,
        int poolFactor = 4) => kind switch
        {
            LossKind.SampledSoftmax => GraphLoss.SampledSoftmax(temperature, negatives, sampling.Sampling(poolFactor), itemNormExponent),
            LossKind.Bpr => GraphLoss.Bpr(temperature, itemNormExponent),
            LossKind.DirectAu => GraphLoss.DirectAu(uniformityWeight),
            _ => GraphLoss.Margin(margin, negativeWeight, negatives),
        };

    public static NegativeSampling Sampling(this SamplingKind kind, int poolFactor = 4) => kind switch
    {
        SamplingKind.Popularity => NegativeSampling.Popularity(),
        SamplingKind.InBatch => NegativeSampling.InBatch,
        SamplingKind.Hard => NegativeSampling.Hard(poolFactor),
        _ => NegativeSampling.Uniform,
    };

    public static GraphSimilarity Similarity(this SimilarityKind kind) =>
        kind == SimilarityKind.Cosine ? GraphSimilarity.Cosine : GraphSimilarity.Dot;

    /// <summary>The same options with other settings of training.</summary>
    public static GnnEmbeddingOptions Train(this GnnEmbeddingOptions options, Func<TrainingSettings, TrainingSettings> change) =>
        options with { Training = change(options.Training) };
}
