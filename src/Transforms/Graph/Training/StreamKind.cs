using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>What a random stream is for: streams of different kinds are independent.</summary>
internal enum StreamKind
{
    Embedding = 1,
    Weights,
    Holdout,
    Permutation,
    Batch,
    ValidationUsers,
    Noise,
    FeatureWeights,
    Neighbors,
    Walks,
    ServedNeighbors,
}

/// <summary>Opens random streams.</summary>
internal static class Streams
{
    /// <summary>The stream of a kind, an epoch and a step: resuming needs no saved generator.</summary>
    public static Xoshiro256 Open(int seed, StreamKind kind, int epoch = 0, int step = 0)
        => Xoshiro256.Stream(((long)kind << 32) | (uint)seed, epoch, step);

    /// <summary>Normal values with mean zero.</summary>
    public static void FillNormal(Span<float> values, float deviation, Xoshiro256 random)
    {
        foreach (ref float value in values)
            value = (float)(deviation * random.NextNormal());
    }
}
