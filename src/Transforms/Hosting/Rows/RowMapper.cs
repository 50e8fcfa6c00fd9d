using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// The columns of a transformer bound to one input schema. ML.NET compares schemas by reference, so one mapper has exactly one
/// <see cref="OutputSchema"/> instance and every view and row made from it carries that instance.
/// </summary>
internal sealed class RowMapper : IRowToRowMapper
{
    private readonly IReadOnlyList<OutputColumn> _columns;

    public RowMapper(IReadOnlyList<OutputColumn> columns, DataViewSchema input)
    {
        _columns = columns;
        InputSchema = input;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (OutputColumn column in _columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] needed = NeededInputs(ActiveOutputs(dependingColumns));
        return InputSchema.Where(column => needed[column.Index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!ReferenceEquals(input.Schema, InputSchema))
            throw new ArgumentException(
                "The row has another schema than the one this mapper was made for; ask for a mapper of the row's schema.", nameof(input));
        return new MappedRow(input, Bind(input, ActiveOutputs(activeColumns)));
    }

    /// <summary>Which output columns are requested, by output index.</summary>
    public bool[] ActiveOutputs(IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            if (column.Index >= active.Length || column.Name != OutputSchema[column.Index].Name)
                throw new ArgumentException(
                    $"Column '{column.Name}' (index {column.Index}) is not a column of this view; take columns from its Schema.",
                    nameof(columns));
            active[column.Index] = true;
        }
        return active;
    }

    /// <summary>Which input columns the requested output columns are made of, by input index.</summary>
    public bool[] NeededInputs(bool[] activeOutputs)
    {
        bool[] needed = activeOutputs[..InputSchema.Count];
        for (int i = 0; i < _columns.Count; i++)
            if (activeOutputs[InputSchema.Count + i])
                foreach (int input in _columns[i].Inputs)
                    needed[input] = true;
        return needed;
    }

    public RowBinding Bind(DataViewRow input, bool[] activeOutputs) =>
        new(InputSchema, OutputSchema, _columns, input, activeOutputs);
}
