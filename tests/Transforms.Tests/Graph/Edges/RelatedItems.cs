using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>A pair of related items of the checkerboard.</summary>
internal sealed class RelatedItems
{
    /// <summary>Each item with the next of its taste, in two types, and a pair with an item nobody knows.</summary>
    public static RelatedItems[] Neighbors { get; } =
    [
        .. Enumerable.Range(0, Checkerboard.Items - 2).Select(i => new RelatedItems
        {
            Item = Checkerboard.ItemId(i),
            RelatedItem = Checkerboard.ItemId(i + 2),
            Type = i % 3 == 0 ? "series" : "similar",
            Strength = 1 + i,
        }),
        new() { Item = Checkerboard.ItemId(0), RelatedItem = "unheard of", Type = "series", Strength = 1 },
    ];

    public string? Item { get; set; }

    public string? RelatedItem { get; set; }

    public string? Type { get; set; }

    public float Strength { get; set; }
}
