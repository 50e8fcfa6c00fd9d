using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>Looks up the columns of a concrete schema, with errors that name what is wrong.</summary>
internal static class SchemaColumns
{
    /// <summary>The column of this name, which must be of one of the allowed kinds.</summary>
    /// <param name="schema">The schema to look in.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="stage">The component, for the message.</param>
    /// <param name="allowed">The accepted kinds.</param>
    /// <exception cref="ArgumentException">The column is missing or of another kind.</exception>
    public static DataViewSchema.Column Require(DataViewSchema schema, string name, string stage, ColumnKinds allowed) =>
        Optional(schema, name, stage, allowed) ?? throw ColumnCheck.Missing(stage, name, Names(schema));

    /// <summary>As <see cref="Require"/>, but null when there is no column of this name.</summary>
    /// <exception cref="ArgumentException">The column is there, but of another kind.</exception>
    public static DataViewSchema.Column? Optional(DataViewSchema schema, string? name, string stage, ColumnKinds allowed)
    {
        if (name is null || schema.GetColumnOrNull(name) is not { } column)
            return null;
        if ((ColumnCheck.Classify(column.Type) & allowed) == 0)
            throw ColumnCheck.WrongType(stage, name, column.Type.ToString() ?? column.Type.RawType.Name, allowed);
        return column;
    }

    /// <summary>The number of values of a key column.</summary>
    /// <exception cref="ArgumentException">The column has more values than an array can index.</exception>
    public static int KeyCount(DataViewSchema.Column column)
    {
        ulong count = ((KeyDataViewType)column.Type).Count;
        return count <= (ulong)Array.MaxLength
            ? (int)count
            : throw new ArgumentException(
                $"Key column '{column.Name}' has {count} values; at most {Array.MaxLength} are supported. Map it with MapValueToKey.");
    }

    /// <summary>The size of a vector column, or 1 of a scalar.</summary>
    public static int Dimension(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;

    private static IEnumerable<string> Names(DataViewSchema schema) =>
        schema.Where(column => !column.IsHidden).Select(column => column.Name);
}
