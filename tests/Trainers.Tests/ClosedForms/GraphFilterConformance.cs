using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.ClosedForms;

public sealed class AutomaticConformance : TrainingConformance<GraphFilterTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter(new() { Threads = settings.Threads, CancellationToken = settings.Cancellation });
}

public sealed class TurboCfConformance : TrainingConformance<GraphFilterTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter(
            new() { Filter = ClosedForm.TurboCf(alpha: 0.5f), Threads = settings.Threads, CancellationToken = settings.Cancellation });
}

public sealed class PairPartConformance : TrainingConformance<GraphFilterTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter("FilterScore", new()
        {
            Filter = ClosedForm.Ease(ridge: 5),
            Threads = settings.Threads,
            CancellationToken = settings.Cancellation,
        });
}

public sealed class EaseConformance : TrainingConformance<GraphFilterTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter(
            new() { Filter = ClosedForm.Ease(ridge: 5), Threads = settings.Threads, CancellationToken = settings.Cancellation });
}

public sealed class TextAwareEaseConformance : TrainingConformance<GraphFilterTransformer>
{
    // Its texts are read in fitting only, so that a fitted model works without them: User and Item alone are needed by both.
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        base.Preparation(ml).Append(ml.Transforms.Categorical.OneHotEncoding("ItemMeaning", "ItemText"));

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter(new()
        {
            Filter = ClosedForm.TextAwareEase("ItemMeaning"),
            Threads = settings.Threads,
            CancellationToken = settings.Cancellation,
        });
}

public sealed class BlurringSharpeningConformance : TrainingConformance<GraphFilterTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter(
            new() { Filter = ClosedForm.BlurringSharpening(), Threads = settings.Threads, CancellationToken = settings.Cancellation });
}

public sealed class ItemKnnConformance : TrainingConformance<GraphFilterTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter(
            new() { Filter = ClosedForm.ItemKnn(), Threads = settings.Threads, CancellationToken = settings.Cancellation });
}

public sealed class UserKnnConformance : TrainingConformance<GraphFilterTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter(
            new() { Filter = ClosedForm.UserKnn(), Threads = settings.Threads, CancellationToken = settings.Cancellation });
}

public sealed class IalsConformance : TrainingConformance<GraphFilterTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GraphFilterTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GraphFilter(
            new() { Filter = ClosedForm.Ials(dimension: 5), Threads = settings.Threads, CancellationToken = settings.Cancellation });
}
