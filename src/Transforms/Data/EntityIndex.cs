using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>
/// The distinct ids of a column and their dense codes 0, 1, 2, ... in order of first appearance. Ids are compared as invariant text, so
/// that the Int32 id 7, the text id "7" and a key whose value is 7 are one entity. Safe to read from many threads once no
/// more <see cref="Extend"/> runs.
/// </summary>
internal sealed class EntityIndex
{
    private readonly List<string> _ids = [];
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private EntityIndex() => _lookup = _codes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Number of distinct ids.</summary>
    internal int Count => _ids.Count;

    /// <summary>Reads the column once. A missing id (key 0, empty text) has code -1 and is not an entity.</summary>
    /// <param name="view">Any data.</param>
    /// <param name="column">A text, integer or key column.</param>
    /// <param name="codes">The code of every row, in row order.</param>
    internal static EntityIndex Read(IDataView view, string column, out int[] codes)
    {
        var index = new EntityIndex();
        codes = Scan(view, column, index.GetOrAdd);
        return index;
    }

    /// <summary>An index of the given ids, in the given order; an id given twice keeps its first code.</summary>
    internal static EntityIndex FromIds(IEnumerable<string> ids)
    {
        var index = new EntityIndex();
        foreach (string id in ids)
            index.GetOrAdd(id);
        return index;
    }

    /// <summary>
    /// Adds the ids of another view behind the ones already known, and gives the code of every row of it. Not thread-safe.
    /// </summary>
    internal int[] Extend(IDataView view, string column) => Scan(view, column, GetOrAdd);

    /// <summary>The codes of another view's rows; -1 where the id is missing or unknown here.</summary>
    internal int[] Encode(IDataView view, string column) => Scan(view, column, id => TryGetCode(id, out int code) ? code : -1);

    /// <summary>Invariant text of the id with this code.</summary>
    internal string IdOf(int code) => _ids[code];

    /// <summary>The code of an id given as text; false when it is unknown.</summary>
    internal bool TryGetCode(ReadOnlySpan<char> id, out int code) => _lookup.TryGetValue(id, out code);

    private int GetOrAdd(ReadOnlySpan<char> id)
    {
        if (_lookup.TryGetValue(id, out int code))
            return code;
        string text = id.ToString();
        _ids.Add(text);
        _codes.Add(text, _ids.Count - 1);
        return _ids.Count - 1;
    }

    private delegate int Coder(ReadOnlySpan<char> id);

    private static int[] Scan(IDataView view, string name, Coder coder)
    {
        var column = IdColumn.Require(view.Schema, name);
        var codes = new List<int>(checked((int)(view.GetRowCount() ?? 0)));
        using var cursor = view.GetRowCursor([column]);
        var getter = IdColumn.MakeGetter(cursor, column);
        while (cursor.MoveNext())
        {
            var id = getter();
            codes.Add(id.IsEmpty ? -1 : coder(id));
        }
        return codes.ToArray();
    }
}
