using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Conformance;

/// <summary>A view that calls back before it is read and after its last row, and may claim other column types than it has.</summary>
internal sealed class GuardedView(IDataView source, Action? onRead = null, Action? onEnd = null, DataViewSchema? schema = null) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => schema ?? source.Schema;

    /// <summary>A view that must not be read.</summary>
    public static GuardedView Unreadable(IDataView source) => new(source, onRead: ReadFails);

    /// <summary>A view whose column has another type; it must not be read.</summary>
    public static GuardedView Retyped(IDataView source, string column, DataViewType type)
    {
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column old in source.Schema.Where(old => !old.IsHidden))
            builder.AddColumn(old.Name, old.Name == column ? type : old.Type, old.Name == column ? null : old.Annotations);
        return new GuardedView(source, onRead: ReadFails, schema: builder.ToSchema());
    }

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        onRead?.Invoke();
        return new Cursor(source.GetRowCursor(columnsNeeded, rand), onEnd);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static void ReadFails() => Assert.Fail("The data was read, although only its schema was needed.");

    private sealed class Cursor(DataViewRowCursor source, Action? onEnd) : DataViewRowCursor
    {
        public override DataViewSchema Schema => source.Schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool MoveNext()
        {
            bool moved = source.MoveNext();
            if (!moved)
                onEnd?.Invoke();
            return moved;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => source.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}
