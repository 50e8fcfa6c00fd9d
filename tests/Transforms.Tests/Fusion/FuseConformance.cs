using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Fusion;

public sealed class FuseConformance : EstimatorConformance<FuseTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["UserGraph", "ItemGraph", "Label"];

    protected override IEstimator<FuseTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph", "Label");

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        ml.Transforms.Categorical.OneHotEncoding("UserGraph", "User").Append(ml.Transforms.Categorical.OneHotEncoding("ItemGraph", "Item"));
}
