using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Data;

/// <summary>
/// The rows of a view that belong to one part of a split, in the view's order and with its schema. Holds one
/// byte a row, shared by the parts.
/// </summary>
internal sealed class RowFilterView : IDataView
{
    private readonly IDataView _source;
    private readonly byte[] _parts;
    private readonly byte _part;
    private readonly long _count;

    internal RowFilterView(IDataView source, byte[] parts, byte part)
    {
        _source = source;
        _parts = parts;
        _part = part;
        _count = parts.AsSpan().Count(part);
    }

    public DataViewSchema Schema => _source.Schema;

    // Rows are known by their number, so the source must be read in its own order.
    public bool CanShuffle => false;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, _source.GetRowCursor(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(RowFilterView view, DataViewRowCursor input) : DataViewRowCursor
    {
        private long _row = -1;
        private long _position = -1;
        private bool _disposed;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        public override long Batch => input.Batch;

        public override bool MoveNext()
        {
            while (!_disposed && input.MoveNext())
            {
                if (++_row >= view._parts.Length)
                    throw Changed("more");
                if (view._parts[_row] != view._part)
                    continue;
                _position++;
                return true;
            }
            if (!_disposed && _row + 1 < view._parts.Length)
                throw Changed("fewer");
            _position = -1;
            return false;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_disposed)
                input.Dispose();
            _disposed = true;
            base.Dispose(disposing);
        }

        private InvalidOperationException Changed(string which) => new(
            $"The data has {which} rows than the {view._parts.Length} it had when it was split. Split it again, or split a copy that " +
            "does not change.");
    }
}
