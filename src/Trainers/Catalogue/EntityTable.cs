using Microsoft.ML;

namespace HybridRec.MLNet.Catalogues;

/// <summary>One representative raw row for each user or each item, in the order of their codes.</summary>
internal sealed class EntityTable : TableView
{
    private readonly TableColumn[] _columns;
    private readonly int _rows;

    public EntityTable(DataViewSchema schema, int rows)
        : base(schema)
    {
        _rows = rows;
        _columns = [.. schema.Select(column => TableColumn.Create(column.Type, rows))];
    }

    internal override long RowCount => _rows;

    /// <summary>The values of a column, by entity code.</summary>
    internal TableColumn this[int column] => _columns[column];

    internal override Delegate MakeGetter(int column, Func<long> position) => _columns[column].MakeGetter(() => (int)position());
}
