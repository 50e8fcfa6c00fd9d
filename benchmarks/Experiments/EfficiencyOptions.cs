using Microsoft.ML;

namespace HybridRec.MLNet.Experiments;

/// <summary>What all variants of <c>efficiency</c> have in common.</summary>
internal sealed record EfficiencyOptions
{
    /// <summary>
    /// How the encoder comes to be, in the order in which they are made: the distilled ones learn from the fully tuned one.
    /// </summary>
    public static readonly string[] Variants = ["frozen", "projection", "lora", LoraAndTokens, "full", "shallow", "static"];

    /// <summary>LoRA with a trained token table beside it.</summary>
    public const string LoraAndTokens = "lora-tokens";

    /// <summary>What teaches the distilled ones.</summary>
    public const string Teacher = "full";

    /// <summary>Share of each user's training rows that judge the encoders; they are in no model's training.</summary>
    public const double ValidationShare = 0.05;

    /// <summary>
    /// Share of each user's other rows that the ranker learns from: neither the encoder nor the graph is trained on them.
    /// </summary>
    public const double HoldoutShare = 0.1;

    public required string Data { get; init; }

    public required string Encoder { get; init; }

    public required string Work { get; init; }

    public int Seed { get; init; } = 1;

    public int Epochs { get; init; } = 8;

    public int PairsPerEpoch { get; init; } = 1000;

    public int Tokens { get; init; } = 64;

    public int Users { get; init; } = 2000;

    public double LoraRate { get; init; } = 5e-4;

    public double LoraTokensRate { get; init; } = 1e-3;

    public double FullRate { get; init; } = 5e-5;

    public double ProjectionRate { get; init; } = 1e-3;

    public int Rank { get; init; } = 8;

    public int BatchSize { get; init; } = 32;

    public double Temperature { get; init; } = 0.05;

    public double SamplingBiasCorrection { get; init; }

    public TuningPairs Pairs { get; init; } = TuningPairs.Sequence;

    public int HistoryLength { get; init; } = 8;

    public int GraphEpochs { get; init; } = 20;

    public int GraphDimension { get; init; } = 64;

    public int? GraphNegatives { get; init; }

    public string Folder(string variant) => variant == "frozen" ? Encoder : Path.Combine(Work, variant);

    public string Result(string variant) => Path.Combine(Work, variant + ".json");

    /// <summary>The data with a validation part that is cut from the training rows; both are masked in the test.</summary>
    public ExperimentData Open(MLContext ml)
    {
        var data = ExperimentDataSets.Open(ml, Data, null, Seed);
        if (data.Items is null)
            throw new ArgumentException(
                $"'{data.Name}' has no item texts; take ml-1m-colakg-split, ml-1m, ml-latest-small or yelp-s3rec-text.");
        var inner = ml.Hybrid.Data.RandomSplit(data.Split.TrainSet, testFraction: ValidationShare, seed: Seed);
        return data with { Split = data.Split with { TrainSet = inner.TrainSet, ValidationSet = inner.TestSet } };
    }
}
