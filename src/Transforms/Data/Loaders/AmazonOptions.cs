using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.LoadAmazonReviews(string, AmazonOptions)"/>.</summary>
public sealed record AmazonOptions : LoaderOptions
{
    /// <summary>Metadata of the products (<c>meta_*.json.gz</c>), the source of <c>ItemTitle</c> and <c>ItemText</c>.</summary>
    /// <value>The default is null: both columns are there and empty.</value>
    public string? MetadataPath { get; init; }

    /// <summary>
    /// Whether an item without metadata gets its own reviews, of <em>all</em> rows of the file, as <c>ItemText</c>. This leaks: a review is
    /// written after the interaction it belongs to, so the text of an item tells about the very rows that a later split will test on. For
    /// numbers that can be believed, split first and join <see cref="ItemTexts.FromReviews"/> of the training rows with
    /// <see cref="DataCatalog.WithItemTexts(InteractionSplit, ItemTexts)"/>.
    /// </summary>
    /// <value>The default is false.</value>
    public bool ItemTextFromReviews { get; init; }

    /// <summary>
    /// Stars from which on a row is a positive. It travels with the label column: every stage and the evaluation read it there
    /// unless their own options say otherwise. Null says nothing: every row of stars is a positive then, half a star as well.
    /// </summary>
    /// <value>The default is 4.</value>
    public float? PositiveThreshold { get; init; } = 4;

    internal void Validate() => new OptionCheck("LoadAmazonReviews").Finite(PositiveThreshold, nameof(PositiveThreshold));
}
