namespace HybridRec.MLNet.Tests.FoldIn;

/// <summary>An interaction with numbers for ids.</summary>
internal sealed class NumberedRow
{
    public int User { get; set; }

    public long Item { get; set; }
}
