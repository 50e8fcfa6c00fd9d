using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.FoldIn;

/// <inheritdoc cref="KeyValues"/>
/// <typeparam name="T">Type of the values.</typeparam>
internal sealed class KeyValues<T> : KeyValues
    where T : IEquatable<T>, IParsable<T>
{
    private readonly List<T> _values = [];
    private readonly Dictionary<T, int> _keys = [];

    public KeyValues(IEnumerable<T> values)
    {
        foreach (T value in values)
            Add(value);
    }

    public override int Count => _values.Count;

    public override void AddAll(KeyValues other, string column)
    {
        if (other is not KeyValues<T> same)
        {
            throw new ArgumentException(
                $"Column '{column}' has values of type {other.GetType().GenericTypeArguments[0].Name}; "
                + $"the model was trained on {typeof(T).Name}. Convert the column.");
        }

        foreach (T value in same._values)
            Add(value);
    }

    public override int Find(string id, string column) => _keys.TryGetValue(Parse(id, column), out int key) ? key : -1;

    public override int FindOrAdd(string id, string column) => Add(Parse(id, column));

    public override string IdOf(int key) => string.Create(CultureInfo.InvariantCulture, $"{_values[key]}");

    public override ITransformer ToMapping(MLContext ml, string outputColumn, string inputColumn)
    {
        var row = SchemaDefinition.Create(typeof(KeyRow<T>));
        row[nameof(KeyRow<T>.Value)].ColumnName = inputColumn;
        IDataView view = ml.Data.LoadFromEnumerable(_values.Select(value => new KeyRow<T> { Value = value }), row);

        // Keys are given in the order in which values occur.
        return ml.Transforms.Conversion.MapValueToKey(outputColumn, inputColumn, maximumNumberOfKeys: int.MaxValue).Fit(view);
    }

    private int Add(T value)
    {
        if (_keys.TryGetValue(value, out int key))
            return key;
        _keys.Add(value, _values.Count);
        _values.Add(value);
        return _values.Count - 1;
    }

    private static T Parse(string id, string column)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return T.TryParse(id, CultureInfo.InvariantCulture, out T? value)
            ? value
            : throw new ArgumentException($"'{id}' is no id of column '{column}', whose ids are of type {typeof(T).Name}.", nameof(id));
    }
}
