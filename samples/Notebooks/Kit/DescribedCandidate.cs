using Microsoft.ML.Data;

namespace Notebooks;

/// <summary>A candidate with features: what the rankers of ML.NET are trained on.</summary>
public sealed class DescribedCandidate
{
    /// <summary>Number of features.</summary>
    public const int FeatureCount = 6;

    public string User { get; set; } = "";
    public string Item { get; set; } = "";
    public string Request { get; set; } = "";

    [KeyType(10_000_000)]
    public uint GroupId { get; set; }

    public float Label { get; set; }

    [VectorType(FeatureCount)]
    public float[] Features { get; set; } = new float[FeatureCount];
}
