namespace Quickstart.Synthetic;

/// <summary>One star rating, with the columns that the loaders of <c>ml.Hybrid.Data</c> give for real data.</summary>
internal sealed class SyntheticRating
{
    public int User { get; set; }
    public int Item { get; set; }
    public float Label { get; set; }
    public long Timestamp { get; set; }
    public string ItemTitle { get; set; } = "";
    public string ItemText { get; set; } = "";
}
