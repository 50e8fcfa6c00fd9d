using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Data;

/// <summary>
/// Text columns known once per user or per item, joined to the rows of a view by id. The table is in memory; the rows are not.
/// </summary>
internal sealed class SideTable(string[] columns)
{
    private readonly Dictionary<string, string[]> _rows = new(StringComparer.Ordinal);
    private readonly string[] _unknown = [.. columns.Select(_ => "")];

    internal int Count => _rows.Count;

    internal IReadOnlyCollection<KeyValuePair<string, string[]>> Rows => _rows;

    internal void Set(string id, params string[] values) => _rows[id] = values;

    internal string[] Find(ReadOnlySpan<char> id) =>
        _rows.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out string[]? values) ? values : _unknown;

    internal bool Contains(string id) => _rows.ContainsKey(id);

    /// <summary>The view with this table's columns; empty text where the id is missing or unknown.</summary>
    internal IDataView Join(IDataView view, string idColumn)
    {
        var id = IdColumn.Require(view.Schema, idColumn);
        var added = columns.Select((name, index) => new OutputColumn(
            name, TextDataViewType.Instance, null, [id.Index], row => Getter(row, id, index)));
        return new MappedView(view, new RowMapper([.. added], view.Schema));
    }

    private ValueGetter<ReadOnlyMemory<char>> Getter(DataViewRow row, DataViewSchema.Column id, int index)
    {
        var getter = IdColumn.MakeGetter(row, id);
        return (ref ReadOnlyMemory<char> value) => value = Find(getter())[index].AsMemory();
    }
}
