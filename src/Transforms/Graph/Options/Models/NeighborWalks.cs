namespace HybridRec.MLNet.Graph;

/// <summary>The random walks that choose neighbors.</summary>
/// <param name="Length">Steps of a walk.</param>
/// <param name="Count">Walks from each node.</param>
/// <param name="Top">Neighbors kept for each node.</param>
internal readonly record struct NeighborWalks(int Length, int Count, int Top)
{
    /// <summary>Those of PinSage, if nothing else is said.</summary>
    public static NeighborWalks Usual => new(3, 100, 20);
}
