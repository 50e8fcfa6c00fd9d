using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Fusion;

/// <summary>Roles that the names do not tell must survive saving, as an annotation of the fused column.</summary>
public sealed class FuseOptionsConformance : EstimatorConformance<FuseTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["Taste", "Kind", "Label"];

    protected override IEstimator<FuseTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.Fuse(new FuseOptions
        {
            OutputColumnName = "Z",
            UserColumnNames = ["Taste"],
            ItemColumnNames = ["Kind"],
            ContextColumnNames = ["Label"]
        });

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        ml.Transforms.Categorical.OneHotEncoding("Taste", "User").Append(ml.Transforms.Categorical.OneHotEncoding("Kind", "Item"));
}
