using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Data;

/// <summary>Rows of a file, read anew at every pass: nothing of it is held in memory, whatever its size.</summary>
internal sealed class StreamingView : IDataView
{
    private readonly IHost _host;
    private readonly IReadOnlyList<StreamColumn> _columns;
    private readonly Func<RowReader> _open;
    private long _logged;

    private StreamingView(MLContext context, IReadOnlyList<StreamColumn> columns, Func<RowReader> open)
    {
        _host = ((IHostEnvironment)context).Register("HybridData");
        _columns = columns;
        _open = open;
        var schema = new DataViewSchema.Builder();
        foreach (var column in columns)
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        Schema = schema.ToSchema();
    }

    /// <summary>
    /// Opens the file and looks at its first row, so that a wrong file is an error here and not at the first pass over it.
    /// </summary>
    internal static StreamingView Create(MLContext context, IReadOnlyList<StreamColumn> columns, Func<RowReader> open)
    {
        using var reader = open();
        if (!reader.Read())
            throw reader.FirstSkipped ?? reader.File.Malformed(0, "no row (the file is empty)", "at least one row");
        return new(context, columns, open);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private void LogSkipped(RowReader reader)
    {
        // Every pass meets the same rows: say it once.
        if (reader.Skipped <= Interlocked.Read(ref _logged))
            return;
        Interlocked.Exchange(ref _logged, reader.Skipped);
        using var channel = _host.Start("Loading");
        channel.Warning(
            MessageSensitivity.UserData,
            $"{reader.Skipped} malformed rows left out of {reader.File.DisplayName}; the first: {reader.FirstSkipped!.Message}");
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly StreamingView _view;
        private readonly RowReader _reader;
        private readonly Delegate?[] _getters;
        private long _position = -1;
        private bool _disposed;

        internal Cursor(StreamingView view, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _view = view;
            _reader = view._open();
            _getters = new Delegate?[view.Schema.Count];
            foreach (var column in columnsNeeded)
                _getters[column.Index] = view._columns[column.Index].MakeGetter(_reader);
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

        public override bool MoveNext()
        {
            if (_disposed || !_reader.Read())
            {
                Dispose();
                _position = -1;
                return false;
            }
            _position++;
            return true;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _getters[column.Index] switch
        {
            ValueGetter<TValue> getter => getter,
            null => throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was opened."),
            _ => throw new InvalidOperationException($"Column '{column.Name}' has type {column.Type}, not {typeof(TValue).Name}."),
        };

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_disposed)
            {
                _disposed = true;
                _view.LogSkipped(_reader);
                _reader.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
