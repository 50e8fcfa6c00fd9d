namespace HybridRec.MLNet.Filters;

/// <summary>The item x item weights B of a filter: the score of an item is the sum of its column over the user's items. Safe to read from many threads.</summary>
internal interface IItemWeights
{
    /// <summary>Items.</summary>
    int ItemCount { get; }

    /// <summary>Adds row <paramref name="item"/> of B.</summary>
    /// <param name="item">An item the user has.</param>
    /// <param name="scores"><see cref="ItemCount"/> scores.</param>
    void AddRow(int item, Span<float> scores);

    /// <summary>One weight: the very number that <see cref="AddRow"/> adds.</summary>
    /// <param name="item">An item the user has.</param>
    /// <param name="scored">The item that is scored.</param>
    float Weight(int item, int scored);

    /// <summary>Writes what <see cref="ItemWeights.Read"/> needs.</summary>
    void Write(BinaryWriter writer);
}
