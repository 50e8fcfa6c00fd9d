using Microsoft.ML;

namespace HybridRec.MLNet.Catalogues;

/// <summary>The users and items that can be ranked: a dense code for each id, and one representative raw row for each.</summary>
internal sealed class Catalogue
{
    internal Catalogue(EntityTable userRows, EntityTable itemRows)
    {
        UserRows = userRows;
        ItemRows = itemRows;
    }

    /// <summary>Number of users.</summary>
    public int UserCount => (int)UserRows.RowCount;

    /// <summary>Number of items.</summary>
    public int ItemCount => (int)ItemRows.RowCount;

    /// <summary>One raw row a user, in code order; the item columns are those of the user's first interaction. An <see cref="IDataView"/>.</summary>
    public EntityTable UserRows { get; }

    /// <summary>One raw row an item, in code order; the user columns are those of the item's first interaction. An <see cref="IDataView"/>.</summary>
    public EntityTable ItemRows { get; }
}
