using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Data;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Serving;

/// <summary>Makes the snapshot that follows another one when rows come in: only what is new goes through the chain.</summary>
internal static class SnapshotRefresh
{
    /// <summary>The snapshot with further interactions, users and items, and with items that are known better.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="old">The snapshot of before; it is not changed.</param>
    /// <param name="rows">New interactions, in the schema of the data.</param>
    /// <param name="items">Items that are new or have another text; null: none.</param>
    /// <param name="version">Its name.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    /// <exception cref="NotSupportedException">The model scores items by no vectors.</exception>
    public static ServingSnapshot Run(
        MLContext ml, ServingSnapshot old, IDataView rows, IDataView? items, string version, CancellationToken cancellationToken)
    {
        if (old.Scorer is not HeadServingScorer head)
        {
            throw new NotSupportedException(
                "Refresh adds vectors to the tables of a chain that ends in ml.Hybrid.Ranking; this model has none. "
                + "Make a new one with Swap.");
        }

        RecommenderOptions options = old.Options;
        ITransformer model = old.Model.Model;
        EntityTables tables = EntityTables.Create(
            EntitySource.Of(rows, items), options.UserColumnName, options.ItemColumnName, out PairCodes[] codes);
        cancellationToken.ThrowIfCancellationRequested();

        int[] newUsers = [.. Enumerable.Range(0, tables.UserCount).Where(code => !old.Users.TryGetCode(tables.Users.IdOf(code), out _))];
        IEnumerable<string> ids = Enumerable.Range(0, old.Users.Count).Select(old.Users.IdOf);
        var users = EntityIndex.FromIds(ids.Concat(newUsers.Select(tables.Users.IdOf)));
        (int[] rowOf, int count, List<ItemChange> changes) = Changes(old.Items, tables.Items, items is null ? [] : [.. codes[1].Items]);

        InteractionPairs added = InteractionPairs.From(
            codes[0], code => users.TryGetCode(tables.Users.IdOf(code), out int user) ? user : -1, code => rowOf[code]);
        InteractionPairs pairs = old.Pairs.With(added);
        (string, string) columns = (options.TitleColumnName, options.CategoryColumnName);
        ItemDirectory directory = old.Items.With(pairs.Counts(count), tables.ItemRows, columns, changes);
        var taken = InteractionGraph.FromPairs(users.Count, count, pairs.Users, pairs.Rows);
        // With scores of the pair the new interactions of known users count too.
        if (newUsers.Length > 0 || changes.Count > 0 || head.Pairs.Count > 0)
        {
            var fresh = (FusedItemScorer)ItemScorers.Create(ml, model, tables);
            head = HeadScorerBuilder.Extend(head, fresh, newUsers, count, changes, taken, options, cancellationToken);
        }

        return new ServingSnapshot(version, options, old.Model)
        {
            Users = users,
            Items = directory,
            Pairs = pairs,
            Taken = taken,
            Scorer = head,
            Texts = changes.Count == 0 ? old.Texts : old.Texts?.With(model, tables.ItemRows, count, changes, options),
        };
    }

    // The row of each item of the refresh, and those of them that go through the chain: new ones, and those described again.
    private static (int[] RowOf, int Count, List<ItemChange> Changes) Changes(
        ItemDirectory known, EntityIndex items, HashSet<int> described)
    {
        var changes = new List<ItemChange>();
        int[] rowOf = new int[items.Count];
        int count = known.Count;
        for (int code = 0; code < rowOf.Length; code++)
        {
            string id = items.IdOf(code);
            bool isKnown = known.TryGetRow(id, out int row);
            rowOf[code] = isKnown ? row : count++;
            if (!isKnown || described.Contains(code))
                changes.Add(new ItemChange(rowOf[code], code, id));
        }

        return (rowOf, count, changes);
    }
}
