namespace HybridRec.MLNet.Data;

/// <summary>Where a row of a split goes.</summary>
internal static class SplitPart
{
    internal const byte Train = 0;
    internal const byte Test = 1;
    internal const byte Validation = 2;
}
