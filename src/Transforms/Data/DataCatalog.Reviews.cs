using HybridRec.MLNet.Data;
using Microsoft.ML;

namespace HybridRec.MLNet;

public sealed partial class DataCatalog
{
    private static ReadOnlySpan<string> JsonPatterns => new[] { "*.json", "*.jsonl", "*" };

    /// <inheritdoc cref="LoadAmazonReviews(string, AmazonOptions)"/>
    /// <param name="path">The file of reviews.</param>
    /// <param name="metadataPath">Metadata of the products, or null.</param>
    /// <param name="skipMalformed">Leave out and log lines that cannot be read, instead of throwing.</param>
    public IDataView LoadAmazonReviews(string path, string? metadataPath = null, bool skipMalformed = false) =>
        LoadAmazonReviews(path, new AmazonOptions { MetadataPath = metadataPath, SkipMalformed = skipMalformed });

    /// <summary>
    /// Loads Amazon reviews, 5-core or raw: JSON lines with <c>reviewerID</c>, <c>asin</c>, <c>overall</c>, <c>unixReviewTime</c>,
    /// <c>summary</c>, <c>reviewText</c> (2014, 2018) or <c>user_id</c>, <c>parent_asin</c>, <c>rating</c>, <c>timestamp</c> in
    /// milliseconds, <c>title</c>, <c>text</c> (2023). <c>reviewTime</c> (<c>09 13, 2009</c>) stands in for a time that is missing. One
    /// object a line, JSON or in the Python notation of 2014, or a JSON array of objects.
    /// </summary>
    /// <param name="path">The file, plain, gzipped or alone in a zip archive.</param>
    /// <param name="options">What to read.</param>
    /// <returns>
    /// <c>User</c>, <c>Item</c> (text), <c>Label</c> (Single: stars), <c>Timestamp</c> (Int64: seconds since 1970), <c>ReviewText</c>
    /// (text: headline and text), <c>ItemTitle</c>, <c>ItemText</c> (text: from the metadata, else empty).
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">A file is empty, damaged or has a malformed line (also while the view is read).</exception>
    public IDataView LoadAmazonReviews(string path, AmazonOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var file = DataFolder.Single(path, JsonPatterns);
        IDataView view = StreamingView.Create(
            Context, Reviews(options.PositiveThreshold), () => new ReviewJsonReader(file, options.SkipMalformed, ReviewFields.Amazon));
        var texts = options.MetadataPath is null ? new() : ReadItems(DataFolder.Single(options.MetadataPath, JsonPatterns), options);
        if (options.ItemTextFromReviews)
        {
            foreach (var (id, values) in ItemTexts.FromReviews(view).Table.Rows)
            {
                if (!texts.Table.Contains(id))
                    texts.Add(id, values[0], values[1]);
            }
        }
        return texts.Table.Join(view, ColumnNames.Item);
    }

    /// <inheritdoc cref="LoadYelp(string, YelpOptions)"/>
    /// <param name="reviewPath">The file of reviews, or a folder or archive with <c>*review*.json</c>.</param>
    /// <param name="businessPath">The file of businesses, or null.</param>
    /// <param name="skipMalformed">Leave out and log lines that cannot be read, instead of throwing.</param>
    public IDataView LoadYelp(string reviewPath, string? businessPath = null, bool skipMalformed = false) =>
        LoadYelp(reviewPath, new YelpOptions { BusinessPath = businessPath, SkipMalformed = skipMalformed });

    /// <summary>
    /// Loads the reviews of the Yelp academic set: JSON lines with <c>user_id</c>, <c>business_id</c>, <c>stars</c>, <c>date</c>,
    /// <c>text</c>; name and categories from the file of businesses.
    /// </summary>
    /// <param name="reviewPath">The file, plain, gzipped or alone in a zip archive; or a folder or archive with <c>*review*.json</c> and
    /// <c>*business*.json</c>.</param>
    /// <param name="options">What to read.</param>
    /// <returns>
    /// <c>User</c>, <c>Item</c> (text), <c>Label</c> (Single: stars), <c>Timestamp</c> (Int64: seconds since 1970, the date taken as UTC),
    /// <c>ReviewText</c>, <c>ItemTitle</c> (name), <c>ItemText</c> (text: name and categories).
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">A file is empty, damaged or has a malformed line (also while the view is read).</exception>
    public IDataView LoadYelp(string reviewPath, YelpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var folder = DataFolder.Open(reviewPath);
        var file = folder.Main ?? folder.Require("*review*.json", "*review*.jsonl");
        IDataView view = StreamingView.Create(
            Context, Reviews(options.PositiveThreshold), () => new ReviewJsonReader(file, options.SkipMalformed, ReviewFields.Yelp));
        var business = options.BusinessPath is not null
            ? DataFolder.Single(options.BusinessPath, "*business*.json", "*.json", "*")
            : folder.Main is null ? folder.Find("*business*.json") : null;
        var texts = business is null ? new() : ReadItems(business, options);
        return texts.Table.Join(view, ColumnNames.Item);
    }

    private ItemTexts ReadItems(DataFile file, LoaderOptions options)
    {
        var texts = JsonItems.Read(file, options.SkipMalformed);
        WarnSkipped(texts, file.DisplayName);
        return texts;
    }
}
