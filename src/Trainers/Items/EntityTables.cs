using HybridRec.MLNet.Data;
using Microsoft.ML;

namespace HybridRec.MLNet.Items;

/// <summary>
/// The users and items that can be ranked: a dense code for each id, and one representative raw row (the first seen) for each.
/// </summary>
internal sealed class EntityTables
{
    private EntityTables(EntityIndex users, EntityIndex items, EntityTable userRows, EntityTable itemRows, ColumnOwners owners)
    {
        Owners = owners;
        Users = users;
        Items = items;
        UserRows = userRows;
        ItemRows = itemRows;
    }

    /// <summary>User ids and their codes.</summary>
    public EntityIndex Users { get; }

    /// <summary>Item ids and their codes.</summary>
    public EntityIndex Items { get; }

    /// <summary>Number of users.</summary>
    public int UserCount => Users.Count;

    /// <summary>Number of items.</summary>
    public int ItemCount => Items.Count;

    /// <summary>
    /// One raw row a user, in code order; the item columns are those of the user's first row. An <see cref="IDataView"/>.
    /// </summary>
    public EntityTable UserRows { get; }

    /// <summary>
    /// One raw row an item, in code order; the user columns are those of the item's first row. An <see cref="IDataView"/>.
    /// </summary>
    public EntityTable ItemRows { get; }

    /// <summary>Which columns describe the user.</summary>
    public ColumnOwners Owners { get; }

    /// <summary>The users and items of some interactions, and further items that nobody had yet.</summary>
    /// <param name="interactions">Rows with a user and an item; their schema is that of the tables.</param>
    /// <param name="items">Rows with an item and whatever else is known about it; columns that are absent take their default value.</param>
    /// <param name="userColumn">Column of user ids.</param>
    /// <param name="itemColumn">Column of item ids.</param>
    public static EntityTables Create(
        IDataView interactions, IDataView? items = null, string userColumn = ColumnNames.User, string itemColumn = ColumnNames.Item)
        => Create(EntitySource.Of(interactions, items), userColumn, itemColumn, out _);

    /// <summary>The users and items of several views; an id's row is the first one in the order of the sources.</summary>
    /// <param name="sources">At least one; the schema of the first is that of the tables.</param>
    /// <param name="userColumn">Column of user ids.</param>
    /// <param name="itemColumn">Column of item ids.</param>
    /// <param name="codes">For each source, the codes of its rows.</param>
    public static EntityTables Create(IReadOnlyList<EntitySource> sources, string userColumn, string itemColumn, out PairCodes[] codes)
    {
        var users = EntityIndex.FromIds([]);
        var items = EntityIndex.FromIds([]);
        var knownUsers = new int[sources.Count];
        var knownItems = new int[sources.Count];
        codes = new PairCodes[sources.Count];
        for (var s = 0; s < sources.Count; s++)
        {
            (knownUsers[s], knownItems[s]) = (users.Count, items.Count);
            codes[s] = new PairCodes(
                Codes(users, sources[s].View, userColumn, sources[s].Users), Codes(items, sources[s].View, itemColumn, sources[s].Items));
        }

        var schema = VisibleColumns(sources[0].View.Schema);
        var userRows = new EntityTable(schema, users.Count);
        var itemRows = new EntityTable(schema, items.Count);
        for (var s = 0; s < sources.Count; s++)
            EntityTable.Collect(sources[s].View, userRows, codes[s].Users, knownUsers[s], itemRows, codes[s].Items, knownItems[s]);
        DataViewSchema[] itemViews = [.. sources.Where(source => !source.Users).Select(source => source.View.Schema)];
        return new EntityTables(
            users, items, userRows, itemRows,
            new ColumnOwners(sources[0].View, codes[0], userRows, itemRows, itemViews, (userColumn, itemColumn)));
    }

    private static int[] Codes(EntityIndex index, IDataView view, string column, bool extend)
    {
        if (extend)
            return index.Extend(view, column);
        return view.Schema.GetColumnOrNull(column) is null ? [] : index.Encode(view, column);
    }

    private static DataViewSchema VisibleColumns(DataViewSchema schema)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in schema.Where(column => !column.IsHidden))
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }
}
