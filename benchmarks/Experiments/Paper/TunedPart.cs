using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>
/// The hybrid with a transformer for its texts, as it came and tuned by LoRA: one graph, which like the tuning leaves a tenth of each
/// user's rows to the ranking head, and behind it everything fitted anew. Its own pair of rows, since the other rows have no
/// transformer and hold out otherwise.
/// </summary>
internal static class TunedPart
{
    public const string Frozen = "Hybrid, transformer frozen", Lora = "+ LoRA";

    /// <summary>The longest text in tokens.</summary>
    public const int Tokens = 32;

    private const double HoldoutShare = 0.1;

    /// <summary>
    /// What the tuning is; rate, losses and the token table were chosen on validation rows of ml-1m-colakg-split
    /// (docs/training-efficiency.md).
    /// </summary>
    public static LoraTuning Tuning { get; } = new()
    {
        Method = new LoraMethod { TargetPattern = Torch.LoraTargets.All, ModulesToSave = ["word_embeddings"] },
        Training = new() { Epochs = 4, LearningRate = 3e-3, BatchSize = 128 },
        PairsPerEpoch = 2560,
        Pairs = TuningPairs.Profile,
        HistoryLength = 4,
        Temperature = 0.1,
        SamplingBiasCorrection = 1,
        ValidationFraction = 0, // a tenth of all pairs would take many times what the tuning does
        HoldoutFraction = HoldoutShare,
    };

    public static TunedResult Run(PaperSettings settings, int seed)
    {
        LibTorch.Require();
        var ml = new MLContext(seed);
        PaperData paper = PaperData.Open(ml, settings.Data, seed).WithUsers(settings.Users, seed);
        using var encoder = TorchEncoder.FromFolder(settings.Encoder!, new EncoderOptions { MaxTokens = Tokens });
        float? threshold = paper.Data.RelevanceThreshold;
        var curve = new GraphCurve();
        var clock = Stopwatch.StartNew();
        TransformerChain<ITransformer> before = HeldOutGraph.Fit(
            ml, paper.Data.Split.TrainSet, PaperStages.GraphOptions(settings, threshold, seed, curve), HoldoutShare);
        IDataView view = before.Transform(paper.Data.Split.TrainSet);

        var tuned = Fit(Tuning with { PositiveThreshold = threshold, Training = Tuning.Training with { Seed = seed } });
        // No curve: this graph trains on other rows than those of the other configurations, so its inner NDCG is not theirs.
        var training = new TrainingResult(
            Lora, seed, clock.Elapsed.TotalSeconds, tuned.HeadSeconds, curve.GraphSeconds, OwnProcess.PeakMemoryMiB, [])
        {
            ProcessorSeconds = OwnProcess.CpuSeconds
        };
        var frozen = Fit(null);

        var (_, rows) = AccuracyJudge.Judge(
            ml, paper, seed, [(Frozen, frozen.Model), (Lora, tuned.Model)], name => name == Lora ? Frozen : null, baselines: false);
        return new TunedResult(encoder.ParameterCount, tuned.TextSeconds, tuned.Centered, frozen.Centered, training, rows);

        // Profiles less the items' mean or not, whichever the head's own validation rows like better: what tuning does shows in plain ones.
        (ITransformer Model, double TextSeconds, double HeadSeconds, bool Centered) Fit(LoraTuning? tuning)
        {
            long start = Stopwatch.GetTimestamp();
            var text = ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions { Encoder = encoder, Tuning = tuning, MaxTokens = Tokens }).Fit(view);
            double textSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            IDataView meant = text.Transform(view);
            start = Stopwatch.GetTimestamp();
            var heads = ((bool[])[true, false]).Select(center =>
            {
                var features = ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = threshold, Center = center, Seed = seed })
                    .Append(ml.Hybrid.Fuse("Whole", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning")).Fit(meant);
                var ranker = ml.Hybrid.Ranking(PaperStages.RankingOptions(settings, threshold, seed, curve) with
                {
                    FeatureColumnName = "Whole"
                }).Fit(features.Transform(meant));
                return (Features: features, Ranker: ranker, Centered: center);
            }).ToArray();
            var best = heads.MaxBy(head => head.Ranker.Model.ValidationNdcg);
            return (
                new TransformerChain<ITransformer>(before, text, best.Features, best.Ranker), textSeconds,
                Stopwatch.GetElapsedTime(start).TotalSeconds, best.Centered);
        }
    }
}

/// <summary>
/// The pair of rows of one seed. TextSeconds: tuning, and encoding the items; the flags say whether profiles are less the items' mean.
/// </summary>
internal sealed record TunedResult(
    long Parameters, double TextSeconds, bool LoraCentered, bool FrozenCentered, TrainingResult Training, List<AccuracyRow> Rows);
