namespace HybridRec.MLNet;

/// <summary>
/// Options of <see cref="DataCatalog.LoadLightGcn(string, LightGcnOptions)"/> and
/// <see cref="DataCatalog.LoadLightGcnSplit(string, LightGcnOptions)"/>.
/// </summary>
public sealed record LightGcnOptions : LoaderOptions
{
    /// <summary>Titles and texts of the items by their numbers in the file.</summary>
    /// <value>The default is null: there are no text columns.</value>
    public ItemTexts? ItemTexts { get; init; }
}
