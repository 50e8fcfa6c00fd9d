using HybridRec.MLNet.Data;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.RandomSplit(Microsoft.ML.IDataView, RandomSplitOptions)"/>.</summary>
public sealed record RandomSplitOptions : SplitOptions
{
    internal const string Stage = "RandomSplit";

    /// <summary>Share of each user's interactions to test on, in (0, 1).</summary>
    /// <value>The default is 0.2.</value>
    public double TestFraction { get; init; } = 0.2;

    /// <summary>Share of each user's interactions to validate on, in [0, 1).</summary>
    /// <value>The default is 0: no validation rows.</value>
    public double ValidationFraction { get; init; }

    /// <summary>
    /// Whether all rows of one (user, item) pair go to the same side. Without it a repeated interaction may be trained on and tested on: a
    /// leak wherever the model is to find items that are new to the user.
    /// </summary>
    /// <value>The default is true.</value>
    public bool KeepPairsTogether { get; init; } = true;

    /// <summary>Seed of the choice.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    internal override void Validate()
    {
        var check = new OptionCheck(Stage);
        ValidateColumns(check);
        Shares.Validate(check, TestFraction, nameof(TestFraction));
        Shares.ValidateBeside(check, TestFraction, ValidationFraction, nameof(ValidationFraction));
    }
}
