using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Graph;

/// <summary>The settings of a model that trains over sampled neighborhoods.</summary>
internal interface ISampledModel
{
    int Layers { get; }

    GraphActivation Activation { get; }

    IReadOnlyList<int>? Fanouts { get; }

    IReadOnlyList<int>? ServedFanouts { get; }

    float ColdShare { get; }

    /// <summary>
    /// The walks that choose the neighbors, whose messages have a matrix of their own; null where all neighbors count alike.
    /// </summary>
    NeighborWalks? Walks { get; }

    /// <summary>The fanouts in effect.</summary>
    IReadOnlyList<int> FanoutsInEffect { get; }

    /// <summary>Refuses illegal settings of the sampling.</summary>
    void ValidateSampling(OptionCheck check)
    {
        check.Defined(Activation, nameof(Activation));
        check.Share(ColdShare, nameof(ColdShare));
        Check(Fanouts, nameof(Fanouts));
        Check(ServedFanouts, nameof(ServedFanouts));

        void Check(IReadOnlyList<int>? fanouts, string option)
        {
            if (fanouts is null)
                return;
            string given = fanouts.Count == 0 ? "empty" : string.Join(", ", fanouts);
            if (fanouts.Any(fanout => fanout is < 1 or > BlockSampler.MostFanout))
                throw check.Refusal(option, given, $"1 to {BlockSampler.MostFanout} neighbors at each hop");
            if (fanouts.Count != Layers)
                throw check.Refusal(option, given, $"as many numbers as Layers ({Layers}), or null");
        }
    }
}
