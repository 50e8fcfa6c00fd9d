namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.LoadYelp(string, YelpOptions)"/>.</summary>
public sealed record YelpOptions : LoaderOptions
{
    /// <summary>
    /// The file of businesses (<c>yelp_academic_dataset_business.json</c>), the source of <c>ItemTitle</c> and <c>ItemText</c>.
    /// </summary>
    /// <value>The default is null: taken from the folder of the reviews if that was given and has one, else both columns are empty.</value>
    public string? BusinessPath { get; init; }
}
