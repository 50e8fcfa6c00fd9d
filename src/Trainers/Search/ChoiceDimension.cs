using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Search;

/// <summary>One of a few names, each equally likely.</summary>
internal sealed class ChoiceDimension : ISearchDimension
{
    private readonly string[] _values;

    public ChoiceDimension(string name, string[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0 || values.Any(string.IsNullOrEmpty) || values.Distinct(StringComparer.Ordinal).Count() != values.Length)
            throw new ArgumentException($"Search parameter '{name}' has the values '{string.Join("', '", values)}'; allowed: at least one, none empty, each once.");
        (Name, _values) = (name, [.. values]);
    }

    public string Name { get; }

    public string Range => string.Join('|', _values);

    public string Draw(ref Xoshiro256 random) => _values[random.NextInt32(_values.Length)];
}
