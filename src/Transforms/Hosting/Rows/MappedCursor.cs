using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>A cursor over a mapped view: moves its input and adds columns.</summary>
internal sealed class MappedCursor(DataViewRowCursor input, RowBinding binding) : DataViewRowCursor
{
    private bool _disposed;

    public override DataViewSchema Schema => binding.Schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => !_disposed && input.MoveNext();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => binding.Getter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => binding.IsActive(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            input.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
