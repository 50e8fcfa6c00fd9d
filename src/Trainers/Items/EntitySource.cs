using Microsoft.ML;

namespace HybridRec.MLNet.Items;

/// <summary>A view that an <see cref="EntityTables"/> is made from.</summary>
/// <param name="View">The rows.</param>
/// <param name="Users">Whether its users belong to the tables; else they are only looked up.</param>
/// <param name="Items">Whether its items belong to the tables; else they are only looked up.</param>
internal sealed record EntitySource(IDataView View, bool Users = true, bool Items = true)
{
    /// <summary>Some interactions, and further items that nobody had yet.</summary>
    /// <param name="interactions">Rows with a user and an item.</param>
    /// <param name="items">Rows with an item; null: none.</param>
    public static EntitySource[] Of(IDataView interactions, IDataView? items) =>
        items is null ? [new(interactions)] : [new(interactions), new(items, Users: false)];
}

/// <summary>The codes of a source's rows, in row order; -1 where an id is missing or unknown.</summary>
/// <param name="Users">User codes; empty when the source has no user column.</param>
/// <param name="Items">Item codes; empty when the source has no item column.</param>
internal sealed record PairCodes(int[] Users, int[] Items);
