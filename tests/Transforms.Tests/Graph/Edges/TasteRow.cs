namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>A row of <see cref="TasteData"/>.</summary>
internal sealed class TasteRow
{
    public string? User { get; set; }

    public string? Item { get; set; }

    public string? Behavior { get; set; }

    public float Label { get; set; } = 1;

    public string? ItemAuthor { get; set; }
}
