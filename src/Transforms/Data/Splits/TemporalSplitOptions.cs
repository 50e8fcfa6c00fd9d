using HybridRec.MLNet.Data;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.TemporalSplit(Microsoft.ML.IDataView, TemporalSplitOptions)"/>.</summary>
public sealed record TemporalSplitOptions : SplitOptions
{
    internal const string Stage = "TemporalSplit";

    /// <summary>Share of all interactions to test on, the latest ones, in (0, 1).</summary>
    /// <value>The default is 0.1.</value>
    public double TestFraction { get; init; } = 0.1;

    /// <summary>Share of all interactions to validate on, those just before the test ones, in [0, 1).</summary>
    /// <value>The default is 0: no validation rows.</value>
    public double ValidationFraction { get; init; }

    /// <summary>Column of the time: any number or a DateTime; larger is later.</summary>
    /// <value>The default is <c>Timestamp</c>.</value>
    public string TimestampColumnName { get; init; } = ColumnNames.Timestamp;

    internal override void Validate()
    {
        var check = new OptionCheck(Stage);
        ValidateColumns(check);
        check.Named(TimestampColumnName, nameof(TimestampColumnName));
        Shares.Validate(check, TestFraction, nameof(TestFraction));
        Shares.ValidateBeside(check, TestFraction, ValidationFraction, nameof(ValidationFraction));
    }
}
