namespace HybridRec.MLNet.Graph;

/// <summary>The random walks that choose neighbors.</summary>
/// <param name="Length">Steps of a walk.</param>
/// <param name="Count">Walks from each node.</param>
/// <param name="Top">Neighbors kept for each node.</param>
internal readonly record struct NeighborWalks(int Length, int Count, int Top)
{
    /// <summary>Steps, if nothing else is said.</summary>
    public const int UsualLength = 3;

    /// <summary>Walks, if nothing else is said.</summary>
    public const int UsualCount = 100;

    /// <summary>Neighbors, if nothing else is said.</summary>
    public const int UsualTop = 20;

    /// <summary>Those of PinSage, if nothing else is said.</summary>
    public static NeighborWalks Usual => new(UsualLength, UsualCount, UsualTop);
}
