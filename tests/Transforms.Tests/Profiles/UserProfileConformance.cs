using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Profiles;

public sealed class UserProfileConformance : TrainingConformance<UserProfileTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        base.Preparation(ml).Append(ml.Transforms.Categorical.OneHotEncoding("ItemMeaning", "ItemText"));

    protected override IEstimator<UserProfileTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.UserProfile(new() { Seed = settings.Seed, CancellationToken = settings.Cancellation });
}
