using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How <c>ml.Hybrid.CrossValidate</c> divides the rows and judges the models.</summary>
public sealed record CrossValidationOptions
{
    internal const string Stage = "CrossValidate";

    /// <summary>Number of folds: so many models are fitted.</summary>
    /// <value>The default is 5.</value>
    public int NumberOfFolds { get; init; } = 5;

    /// <summary>How each model is judged; its columns of ids are those that are divided.</summary>
    /// <value>The default is <c>new()</c>: the defaults of <see cref="TopKOptions"/>.</value>
    public TopKOptions Judge { get; init; } = new();

    /// <summary>Seed of the folds.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    internal void Validate()
    {
        var check = new OptionCheck(Stage);
        check.Between(NumberOfFolds, 2, 100, nameof(NumberOfFolds));
        check.Require(Judge is not null, "null", "options", nameof(Judge));
        Judge!.Validate();
    }
}
