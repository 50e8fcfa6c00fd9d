using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// Which users and items a model has no key for, although they are in its training rows: MapValueToKey stops at its maximum number of
/// keys, and whoever comes later is nobody to the stages behind it.
/// </summary>
internal static class ModelKeys
{
    /// <summary>Whether each row of a table has a missing key; null where the model makes no key of the column.</summary>
    /// <param name="model">From raw rows to scores.</param>
    /// <param name="table">One row an entity.</param>
    /// <param name="columnName">The column of ids.</param>
    public static bool[]? Missing(ITransformer model, EntityTable table, string columnName)
    {
        if (table.Schema.GetColumnOrNull(columnName) is not { } raw || raw.Type is KeyDataViewType)
            return null;
        // The stages up to the one that makes the key, no further: what comes behind may be dear.
        IDataView view = table;
        foreach (ITransformer stage in ChainStages.Of(model))
        {
            if (!stage.IsRowToRowMapper)
                return null;
            view = stage.Transform(view);
            if (view.Schema.GetColumnOrNull(columnName) is { Type: KeyDataViewType } key)
                return Read(view, key, table.RowCount);
        }
        return null;
    }

    private static bool[]? Read(IDataView view, DataViewSchema.Column key, long count)
    {
        var missing = new bool[count];
        using var cursor = view.GetRowCursor([key]);
        var keyOf = CellReader.Key(cursor, key);
        int row = 0;
        while (cursor.MoveNext())
        {
            if (row == count)
                return null;
            missing[row++] = keyOf() < 0;
        }
        return row == count ? missing : null;
    }
}
