using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Distillation;

/// <summary>A student of towers whose teacher is a whole pipeline from raw rows.</summary>
public sealed class RankingDistillationConformance : TrainingConformance<HybridRankingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["Features"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) => base.Preparation(ml)
        .Append(ml.Transforms.Categorical.OneHotEncoding("ItemMeaning", "ItemText"))
        .Append(ml.Hybrid.UserProfile("UserMeaning", "ItemMeaning"))
        .Append(ml.Hybrid.Fuse("Features", "UserMeaning", "ItemMeaning"));

    protected override IEstimator<HybridRankingTransformer> Estimator(MLContext ml, ConformanceSettings settings)
    {
        var ratings = Checkerboard.View(ml, Checkerboard.TrainRows);
        var teacher = Preparation(ml).Append(ml.Hybrid.Ranking(new() { Head = RankingHead.DotProduct() })).Fit(ratings);
        return ml.Hybrid.Ranking(new()
        {
            HoldoutColumnName = "None",
            Head = RankingHead.TwoTower(4),
            Distillation = new(teacher, ratings) { TopItems = 4, SampledItems = 4 },
            Training = new() { Epochs = 4, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
    }
}
