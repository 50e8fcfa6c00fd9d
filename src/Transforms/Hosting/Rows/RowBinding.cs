using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>The getters of one row or cursor: passed through from the input, or made on demand, once each.</summary>
internal sealed class RowBinding(
    DataViewSchema inputSchema, DataViewSchema outputSchema, IReadOnlyList<OutputColumn> columns, DataViewRow input, bool[] active)
{
    private readonly Delegate?[] _getters = new Delegate?[columns.Count];

    public DataViewSchema Schema => outputSchema;

    public bool IsActive(DataViewSchema.Column column) => active[Checked(column)];

    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        int index = Checked(column);
        if (!active[index])
            throw new InvalidOperationException(
                $"Column '{column.Name}' is not active in this cursor; name it when the cursor is requested.");
        int inputs = inputSchema.Count;
        if (index < inputs)
            return input.GetGetter<TValue>(inputSchema[index]);
        Delegate getter = _getters[index - inputs] ??= columns[index - inputs].MakeGetter(input);
        return getter as ValueGetter<TValue> ?? throw WrongType(column, typeof(TValue));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static InvalidOperationException WrongType(DataViewSchema.Column column, Type asked) =>
        new($"Column '{column.Name}' has values of type {column.Type.RawType}; a getter of {asked} was asked for.");

    private int Checked(DataViewSchema.Column column)
    {
        if ((uint)column.Index >= (uint)active.Length || outputSchema[column.Index].Name != column.Name)
            throw new ArgumentException(
                $"Column '{column.Name}' (index {column.Index}) is not a column of this row; take columns from its Schema.",
                nameof(column));
        return column.Index;
    }
}
