using System.Globalization;

namespace HybridRec.MLNet;

/// <summary>A measured value and its bootstrap interval over users.</summary>
/// <param name="Value">The mean over users, or for <see cref="TopKMetric.Coverage"/> and <see cref="TopKMetric.Gini"/> the value of the
/// run; NaN when there is no user.</param>
/// <param name="Lower">Lower end of the interval; NaN when there is none.</param>
/// <param name="Upper">Upper end of the interval; NaN when there is none.</param>
public readonly record struct MetricEstimate(double Value, double Lower, double Upper)
{
    /// <summary>The value and its interval, four digits after the point.</summary>
    public override string ToString() => double.IsNaN(Lower)
        ? Value.ToString("F4", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Value:F4} [{Lower:F4}, {Upper:F4}]");
}
