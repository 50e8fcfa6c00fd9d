using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Items;

/// <summary>
/// A data view over in-memory <see cref="TableColumn"/>s: each column says which of its rows stands at a position of the view.
/// </summary>
internal abstract class TableView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public bool CanShuffle => false;

    /// <summary>Number of rows of the view.</summary>
    internal abstract long RowCount { get; }

    /// <summary>Getter of a column for the row at <paramref name="position"/>.</summary>
    internal abstract Delegate MakeGetter(int column, Func<long> position);

    public long? GetRowCount() => RowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly TableView _view;
        private readonly Delegate?[] _getters;
        private long _position = -1;

        public Cursor(TableView view, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _view = view;
            _getters = new Delegate?[view.Schema.Count];
            foreach (var column in columnsNeeded)
                _getters[column.Index] = view.MakeGetter(column.Index, () => _position);
        }

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => _view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

        public override bool MoveNext()
        {
            if (_position + 1 >= _view.RowCount)
                return false;
            _position++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref value) => value = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _getters[column.Index] switch
        {
            ValueGetter<TValue> getter => getter,
            null => throw new InvalidOperationException(
                $"Column '{column.Name}' is not active in this cursor; name it when the cursor is opened."),
            var other => throw new InvalidOperationException(
                $"Column '{column.Name}' holds {other.GetType().GetGenericArguments()[0].Name}, not {typeof(TValue).Name}."),
        };
    }
}
