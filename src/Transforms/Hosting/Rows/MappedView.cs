using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// A lazy view: the input's columns and those a <see cref="RowMapper"/> adds. Each cursor has its own getters and scratch.
/// </summary>
internal sealed class MappedView(IDataView source, RowMapper mapper, RowTransformer? transformer = null) : IDataView
{
    /// <summary>The view that is extended.</summary>
    public IDataView Source => source;

    /// <summary>What extends it; null where that is a loader's join and not a stage of a pipeline.</summary>
    public RowTransformer? Transformer => transformer;

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = mapper.ActiveOutputs(columnsNeeded);
        DataViewRowCursor cursor = source.GetRowCursor(Inputs(active), rand);
        return new MappedCursor(cursor, mapper.Bind(cursor, active));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = mapper.ActiveOutputs(columnsNeeded);
        DataViewRowCursor[] cursors = source.GetRowCursorSet(Inputs(active), n, rand);
        return Array.ConvertAll(cursors, DataViewRowCursor (cursor) => new MappedCursor(cursor, mapper.Bind(cursor, active)));
    }

    private IEnumerable<DataViewSchema.Column> Inputs(bool[] active)
    {
        bool[] needed = mapper.NeededInputs(active);
        return mapper.InputSchema.Where(column => needed[column.Index]);
    }
}
