namespace HybridRec.MLNet.Conformance;

/// <summary>A row of the checkerboard.</summary>
public sealed class CheckerboardRow
{
    public string? User { get; set; }

    public string? Item { get; set; }

    public float Label { get; set; }

    public long Timestamp { get; set; }

    public string? ItemText { get; set; }
}
