using System.Globalization;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Search;

/// <summary>A real number, drawn evenly or on a logarithmic scale.</summary>
internal sealed class RealDimension : ISearchDimension
{
    private readonly double _low;
    private readonly double _high;
    private readonly bool _logarithmic;

    public RealDimension(string name, double low, double high, bool logarithmic)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low >= high || (logarithmic && low <= 0))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Search parameter '{name}' has the range {low} to {high}; allowed: finite numbers, the first below the second{(logarithmic ? " and above 0, since its scale is logarithmic" : "")}."));
        (Name, _low, _high, _logarithmic) = (name, low, high, logarithmic);
    }

    public string Name { get; }

    public string Range => string.Create(CultureInfo.InvariantCulture, $"{_low:R}..{_high:R}{(_logarithmic ? " log" : "")}");

    public string Draw(ref Xoshiro256 random) => OnScale(random.NextDouble(), _low, _high, _logarithmic).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The value at a share of the way from low to high.</summary>
    public static double OnScale(double share, double low, double high, bool logarithmic) => logarithmic
        ? Math.Clamp(low * Math.Pow(high / low, share), low, high)
        : low + (share * (high - low));
}
