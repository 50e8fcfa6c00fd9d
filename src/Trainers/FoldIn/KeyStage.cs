using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace HybridRec.MLNet.FoldIn;

/// <summary>The columns of a fitted MapValueToKey, taken apart so that their values can grow.</summary>
internal sealed class KeyStage
{
    private readonly List<(string Output, string Input, KeyValues Values)> _columns = [];

    /// <param name="stage">The fitted mapping.</param>
    /// <param name="input">The schema before it.</param>
    /// <exception cref="ArgumentException">The mapping reads one of its own columns, or has values that cannot be extended.</exception>
    public KeyStage(ValueToKeyMappingTransformer stage, DataViewSchema input)
    {
        IRowToRowMapper mapper = ((ITransformer)stage).GetRowToRowMapper(input);
        foreach (DataViewSchema.Column column in mapper.OutputSchema)
        {
            if (column.IsHidden || column.Type is not KeyDataViewType)
                continue;
            DataViewSchema.Column source = mapper.GetDependencies([column]).Single();
            if (source.Type.Equals(column.Type))
                continue; // passed through
            if (_columns.Any(earlier => earlier.Output == source.Name))
            {
                throw new ArgumentException(
                    $"MapValueToKey makes '{source.Name}' and '{column.Name}' from columns of the same names at once; "
                    + "use one MapValueToKey a column.");
            }

            _columns.Add((column.Name, source.Name, KeyValues.Read(column)));
        }
    }

    /// <summary>Whether the stage makes a column.</summary>
    public bool Makes(string output) => _columns.Any(column => column.Output == output);

    /// <summary>The values of a column.</summary>
    public KeyValues this[string output] => _columns.Single(column => column.Output == output).Values;

    /// <summary>Adds the new values of a view to some of the columns.</summary>
    public void Extend(MLContext ml, IDataView rows, IReadOnlySet<string> outputs)
    {
        foreach (var (output, input, values) in _columns.Where(column => outputs.Contains(column.Output)))
        {
            var mapping = ml.Transforms.Conversion.MapValueToKey(output, input, maximumNumberOfKeys: int.MaxValue);
            IDataView mapped = mapping.Fit(rows).Transform(rows);
            values.AddAll(KeyValues.Read(mapped.Schema[output]), input);
        }
    }

    /// <summary>The mapping with the values of now.</summary>
    public IEnumerable<ITransformer> ToStages(MLContext ml) =>
        _columns.Select(column => column.Values.ToMapping(ml, column.Output, column.Input));
}
