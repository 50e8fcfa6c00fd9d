using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Graph;

/// <summary>The feature columns of one side (users or items), read side by side as one vector.</summary>
internal sealed class FeatureColumns
{
    private readonly DataViewSchema.Column[] _columns;

    private FeatureColumns(DataViewSchema.Column[] columns)
    {
        _columns = columns;
        Width = columns.Sum(SchemaColumns.Dimension);
    }

    public int Width { get; }

    public IEnumerable<DataViewSchema.Column> Columns => _columns;

    /// <summary>The columns of a side; null when it has none.</summary>
    /// <exception cref="ArgumentException">A column is missing or is not a vector of Single with a known size.</exception>
    public static FeatureColumns? Bind(DataViewSchema schema, IEnumerable<NodeFeature> features, bool users)
    {
        DataViewSchema.Column[] columns =
            [.. features.Where(f => f.OfUsers == users)
                .Select(f => SchemaColumns.Require(schema, f.ColumnName, StageNames.GnnEmbedding, ColumnKinds.SingleVector))];
        return columns.Length == 0 ? null : new FeatureColumns(columns);
    }

    /// <summary>
    /// Reads the features of the current row into a span that is <see cref="Width"/> long; a missing (empty) vector reads as NaN.
    /// </summary>
    public Action Reader(DataViewRow row, float[] destination)
    {
        ValueGetter<VBuffer<float>>[] getters = [.. _columns.Select(row.GetGetter<VBuffer<float>>)];
        int[] widths = [.. _columns.Select(SchemaColumns.Dimension)];
        VBuffer<float> value = default;
        return () =>
        {
            int first = 0;
            for (int c = 0; c < getters.Length; c++)
            {
                getters[c](ref value);
                Span<float> slot = destination.AsSpan(first, widths[c]);
                if (value.Length == slot.Length)
                    value.CopyTo(slot);
                else
                    slot.Fill(float.NaN);
                first += widths[c];
            }
        };
    }

    /// <summary>Reads features of all nodes: the first row of each that has them.</summary>
    /// <param name="view">The rows.</param>
    /// <param name="features">The columns, of both sides.</param>
    /// <param name="options">Options of the fit.</param>
    public static SideFeatures ReadAll(IDataView view, IReadOnlyList<NodeFeature> features, GnnEmbeddingOptions options)
    {
        FeatureColumns? users = Bind(view.Schema, features, users: true);
        FeatureColumns? items = Bind(view.Schema, features, users: false);
        if (users is null && items is null)
            return new SideFeatures(null, null);
        DataViewSchema.Column userKey = view.Schema[options.UserColumnName];
        DataViewSchema.Column itemKey = view.Schema[options.ItemColumnName];
        using DataViewRowCursor cursor = view.GetRowCursor([userKey, itemKey, .. users?._columns ?? [], .. items?._columns ?? []]);
        SideReader? userReader = users is null ? null : new SideReader(users, cursor, userKey);
        SideReader? itemReader = items is null ? null : new SideReader(items, cursor, itemKey);
        for (long row = 0; cursor.MoveNext(); row++)
        {
            if ((row & 0xFFF) == 0)
                options.Training.CancellationToken.ThrowIfCancellationRequested();
            userReader?.Read();
            itemReader?.Read();
        }

        return new SideFeatures(userReader?.Table(), itemReader?.Table());
    }

    private sealed class SideReader
    {
        private readonly int _width;
        private readonly Func<int> _key;
        private readonly Action _read;
        private readonly float[] _scratch;
        private readonly float[] _rows;
        private readonly bool[] _present;

        public SideReader(FeatureColumns columns, DataViewRow row, DataViewSchema.Column key)
        {
            int count = SchemaColumns.KeyCount(key);
            _width = columns.Width;
            _key = CellReader.Key(row, key);
            _scratch = new float[_width];
            _read = columns.Reader(row, _scratch);
            _rows = new float[checked(count * _width)];
            _present = new bool[count];
        }

        public void Read()
        {
            int node = _key();
            if (node < 0 || _present[node])
                return;
            _read();
            _scratch.CopyTo(_rows.AsSpan(node * _width));
            _present[node] = true;
        }

        public NodeFeatureTable Table() => new(_rows, _present, _width);
    }
}
