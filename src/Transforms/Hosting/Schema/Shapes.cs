using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// Schema shapes by public API. The constructor of <see cref="SchemaShape.Column"/> is internal to ML.NET, but a chain being fitted
/// turns the schema of its input into a shape and hands it to each estimator; a probe in such a chain gives the shape of any schema.
/// </summary>
internal static class Shapes
{
    /// <summary>The shape of a schema, annotations included. Reads no data.</summary>
    public static SchemaShape Of(DataViewSchema schema)
    {
        var probe = new Probe();
        new EstimatorChain<ITransformer>().Append(probe).Fit(new SchemaOnlyView(schema));
        return probe.Seen!;
    }

    /// <summary>The shape of one column.</summary>
    public static SchemaShape.Column Column(string name, DataViewType type, DataViewSchema.Annotations? annotations = null)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(name, type, annotations);
        return Of(builder.ToSchema())[0];
    }

    /// <summary>A scalar of this type.</summary>
    public static SchemaShape.Column Scalar(string name, DataViewType type) => Column(name, type);

    /// <summary>A vector of Single with a known size; a shape does not say which.</summary>
    public static SchemaShape.Column Vector(string name, bool slotNames = false) =>
        Column(name, new VectorDataViewType(NumberDataViewType.Single, 1), slotNames ? ColumnAnnotations.SlotNames([""]) : null);

    /// <summary>The input's shape with columns added; one of the same name is replaced.</summary>
    public static SchemaShape Append(SchemaShape input, params IReadOnlyList<SchemaShape.Column> added)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SchemaShape(input.Where(column => added.All(other => other.Name != column.Name)).Concat(added));
    }

    /// <summary>The column of this name, which must be of one of the allowed kinds.</summary>
    /// <exception cref="ArgumentException">The column is missing or of another kind.</exception>
    public static SchemaShape.Column Require(SchemaShape shape, string name, string stage, ColumnKinds allowed) =>
        Optional(shape, name, stage, allowed) ?? throw ColumnCheck.Missing(stage, name, shape.Select(column => column.Name));

    /// <summary>As <see cref="Require"/>, but null when there is no column of this name.</summary>
    /// <exception cref="ArgumentException">The column is there, but of another kind.</exception>
    public static SchemaShape.Column? Optional(SchemaShape shape, string? name, string stage, ColumnKinds allowed)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int index = name is null ? -1 : IndexOf(shape, name);
        if (index < 0)
            return null;
        SchemaShape.Column column = shape[index];
        if ((ColumnCheck.Classify(column) & allowed) == 0)
            throw ColumnCheck.WrongType(stage, name!, Describe(column), allowed);
        return column;
    }

    private static int IndexOf(SchemaShape shape, string name)
    {
        for (int i = 0; i < shape.Count; i++)
            if (shape[i].Name == name)
                return i;
        return -1;
    }

    private static string Describe(SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString() ?? column.ItemType.RawType.Name;
        return column.Kind == SchemaShape.Column.VectorKind.Scalar ? item : $"{column.Kind}<{item}>";
    }

    private sealed class Probe : IEstimator<ITransformer>
    {
        public SchemaShape? Seen { get; private set; }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Seen = inputSchema;

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();
    }

    private sealed class SchemaOnlyView(DataViewSchema schema) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => schema;

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            throw new NotSupportedException("A schema without rows.");

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            throw new NotSupportedException("A schema without rows.");
    }
}
