using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.LoadYelp(string, YelpOptions)"/>.</summary>
public sealed record YelpOptions : LoaderOptions
{
    /// <summary>
    /// The file of businesses (<c>yelp_academic_dataset_business.json</c>), the source of <c>ItemTitle</c> and <c>ItemText</c>.
    /// </summary>
    /// <value>The default is null: taken from the folder of the reviews if that was given and has one, else both columns are empty.</value>
    public string? BusinessPath { get; init; }

    /// <summary>
    /// Stars from which on a row is a positive. It travels with the label column: every stage and the evaluation read it there
    /// unless their own options say otherwise. Null says nothing: every row of stars is a positive then, half a star as well.
    /// </summary>
    /// <value>The default is 4.</value>
    public float? PositiveThreshold { get; init; } = 4;

    internal void Validate() => new OptionCheck("LoadYelp").Finite(PositiveThreshold, nameof(PositiveThreshold));
}
