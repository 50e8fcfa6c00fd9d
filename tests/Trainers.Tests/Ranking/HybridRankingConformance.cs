using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Ranking;

public sealed class HybridRankingConformance : TrainingConformance<HybridRankingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["Features"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) => base.Preparation(ml)
        .Append(ml.Transforms.Categorical.OneHotEncoding("ItemMeaning", "ItemText"))
        .Append(ml.Hybrid.UserProfile("UserMeaning", "ItemMeaning"))
        .Append(ml.Hybrid.Fuse("Features", "UserMeaning", "ItemMeaning"));

    // The preparation is fitted before the estimator sees the rows, so its Holdout is that of serving: false everywhere.
    protected override IEstimator<HybridRankingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.Ranking(new()
        {
            Head = RankingHead.Mlp([8]),
            HoldoutColumnName = "None",
            Training = new() { Threads = settings.Threads, CancellationToken = settings.Cancellation, Epochs = 4 }
        });
}
