using System.Globalization;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Search;

/// <summary>A whole number, each equally likely, or on a logarithmic scale.</summary>
internal sealed class IntegerDimension : ISearchDimension
{
    private readonly int _low;
    private readonly int _high;
    private readonly bool _logarithmic;

    public IntegerDimension(string name, int low, int high, bool logarithmic)
    {
        var check = new OptionCheck($"Search parameter '{name}'");
        check.Require(
            low <= high, high, string.Create(CultureInfo.InvariantCulture, $"{nameof(low)}, which is {low}, or more"), nameof(high));
        check.Require(!logarithmic || low > 0, low, "above 0, since the scale is logarithmic", nameof(low));
        (Name, _low, _high, _logarithmic) = (name, low, high, logarithmic);
    }

    public string Name { get; }

    public string Range => string.Create(CultureInfo.InvariantCulture, $"{_low}..{_high} whole{(_logarithmic ? " log" : "")}");

    public string Draw(ref Xoshiro256 random)
    {
        // Each whole number owns the unit above it, so that the ends are as likely as the middle.
        double drawn = RealDimension.OnScale(random.NextDouble(), _low, _high + 1.0, _logarithmic);
        return Math.Min(_high, (long)Math.Floor(drawn)).ToString(CultureInfo.InvariantCulture);
    }
}
