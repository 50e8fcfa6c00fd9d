using HybridRec.MLNet.Data;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.ColdItemSplit(Microsoft.ML.IDataView, ColdItemSplitOptions)"/>.</summary>
public sealed record ColdItemSplitOptions : SplitOptions
{
    internal const string Stage = "ColdItemSplit";

    /// <summary>Share of the distinct items that training never sees, in (0, 1).</summary>
    /// <value>The default is 0.1.</value>
    public double ItemFraction { get; init; } = 0.1;

    /// <summary>Seed of the choice.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    internal override void Validate()
    {
        var check = new OptionCheck(Stage);
        ValidateColumns(check);
        Shares.Validate(check, ItemFraction, nameof(ItemFraction));
    }
}
