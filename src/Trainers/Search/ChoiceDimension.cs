using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Search;

/// <summary>One of a few names, each equally likely.</summary>
internal sealed class ChoiceDimension : ISearchDimension
{
    private readonly string[] _values;

    public ChoiceDimension(string name, string[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        bool legal = values.Length > 0 && !values.Any(string.IsNullOrEmpty)
            && values.Distinct(StringComparer.Ordinal).Count() == values.Length;
        new OptionCheck($"Search parameter '{name}'").Require(
            legal, $"['{string.Join("', '", values)}']", "at least one value, none empty, each once", nameof(values));
        (Name, _values) = (name, [.. values]);
    }

    public string Name { get; }

    public string Range => string.Join('|', _values);

    public string Draw(ref Xoshiro256 random) => _values[random.NextInt32(_values.Length)];
}
