using System.Globalization;

namespace HybridRec.MLNet;

/// <summary>Difference of two models on the same users, with a paired bootstrap interval.</summary>
/// <param name="Metric">What was compared.</param>
/// <param name="K">At which cut-off.</param>
/// <param name="Users">Number of users, the same for both.</param>
/// <param name="Difference">Mean over users of the first model's value minus the second's.</param>
/// <param name="Lower">Lower end of the interval of the difference; NaN when there is none.</param>
/// <param name="Upper">Upper end of the interval of the difference; NaN when there is none.</param>
public sealed record MetricDifference(TopKMetric Metric, int K, int Users, double Difference, double Lower, double Upper)
{
    /// <summary>Whether the interval excludes 0: the difference is larger than the choice of users explains.</summary>
    public bool IsSignificant => Lower > 0 || Upper < 0;

    /// <summary>For example "Ndcg@10: +0.0123 [+0.0101, +0.0145], 2999 users".</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Metric}@{K}: {Difference:+0.0000;-0.0000} [{Lower:+0.0000;-0.0000}, {Upper:+0.0000;-0.0000}], {Users} users");
}
