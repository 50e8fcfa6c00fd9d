namespace HybridRec.MLNet.Ranking;

/// <summary>Items and what a teacher thinks of them: its scores at first, probabilities from then on.</summary>
/// <param name="Items">Distinct items, positives first.</param>
/// <param name="Positives">How many of them are.</param>
/// <param name="Targets">One for each item.</param>
internal sealed record SoftList(int[] Items, int Positives, float[] Targets);
