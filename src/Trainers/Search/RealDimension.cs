using System.Globalization;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Search;

/// <summary>A real number, drawn evenly or on a logarithmic scale.</summary>
internal sealed class RealDimension : ISearchDimension
{
    private readonly double _low;
    private readonly double _high;
    private readonly bool _logarithmic;

    public RealDimension(string name, double low, double high, bool logarithmic)
    {
        var check = new OptionCheck($"Search parameter '{name}'");
        check.Finite(low, nameof(low));
        check.Finite(high, nameof(high));
        check.Require(low < high, high, string.Create(CultureInfo.InvariantCulture, $"above {nameof(low)}, which is {low}"), nameof(high));
        check.Require(!logarithmic || low > 0, low, "above 0, since the scale is logarithmic", nameof(low));
        (Name, _low, _high, _logarithmic) = (name, low, high, logarithmic);
    }

    public string Name { get; }

    public string Range => string.Create(CultureInfo.InvariantCulture, $"{_low:R}..{_high:R}{(_logarithmic ? " log" : "")}");

    public string Draw(ref Xoshiro256 random) =>
        OnScale(random.NextDouble(), _low, _high, _logarithmic).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The value at a share of the way from low to high.</summary>
    public static double OnScale(double share, double low, double high, bool logarithmic) => logarithmic
        ? Math.Clamp(low * Math.Pow(high / low, share), low, high)
        : low + (share * (high - low));
}
