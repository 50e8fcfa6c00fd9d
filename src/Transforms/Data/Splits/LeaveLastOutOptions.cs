using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.LeaveLastOut(Microsoft.ML.IDataView, LeaveLastOutOptions)"/>.</summary>
public sealed record LeaveLastOutOptions : SplitOptions
{
    internal const string Stage = "LeaveLastOut";

    /// <summary>Column of the time: any number or a DateTime; larger is later.</summary>
    /// <value>The default is <c>Timestamp</c>.</value>
    public string TimestampColumnName { get; init; } = ColumnNames.Timestamp;

    /// <summary>Whether each user's last but one interaction goes to a validation set.</summary>
    /// <value>The default is false.</value>
    public bool Validation { get; init; }

    internal override void Validate()
    {
        var check = new OptionCheck(Stage);
        ValidateColumns(check);
        check.Named(TimestampColumnName, nameof(TimestampColumnName));
    }
}
