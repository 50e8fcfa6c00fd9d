using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Data;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Serving;

/// <summary>Makes snapshots: the chain runs once for every user and item, and what it gives is kept.</summary>
internal static class SnapshotBuilder
{
    /// <summary>
    /// A snapshot of a model and its data. Rows of the item table are in the order of popularity, equal ones in the order of their ids, so
    /// that equal scores come by ascending row.
    /// </summary>
    /// <param name="ml">Context.</param>
    /// <param name="model">From raw rows to a Score column.</param>
    /// <param name="data">Interactions.</param>
    /// <param name="options">Options, checked, with a seed.</param>
    /// <param name="version">Its name.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    /// <exception cref="ArgumentException">The data has no user or no item.</exception>
    public static ServingSnapshot Build(
        MLContext ml, ITransformer model, IDataView data, RecommenderOptions options, string version, CancellationToken cancellationToken)
    {
        EntityTables tables = EntityTables.Create(
            EntitySource.Of(data, options.Items), options.UserColumnName, options.ItemColumnName, out PairCodes[] codes);
        if (tables.UserCount == 0 || tables.ItemCount == 0)
        {
            throw new ArgumentException(
                $"The data has no row with both a '{options.UserColumnName}' and an '{options.ItemColumnName}': "
                + "there is nothing to recommend to or from.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        InteractionPairs byCode = InteractionPairs.From(codes[0], code => code, code => code);
        int[] counts = byCode.Counts(tables.ItemCount);
        int[] codeOfRow = [.. Enumerable.Range(0, counts.Length).OrderByDescending(item => counts[item])
            .ThenBy(tables.Items.IdOf, IdOrder.Comparer)];
        int[] rowOf = new int[counts.Length];
        for (int row = 0; row < rowOf.Length; row++)
            rowOf[codeOfRow[row]] = row;
        var pairs = new InteractionPairs(byCode.Users, [.. byCode.Rows.Select(code => rowOf[code])]);
        var taken = InteractionGraph.FromPairs(tables.UserCount, tables.ItemCount, pairs.Users, pairs.Rows);
        var ids = EntityIndex.FromIds(codeOfRow.Select(tables.Items.IdOf));
        string[]? titles = Texts(options.TitleColumnName), categories = Texts(options.CategoryColumnName);
        var directory = new ItemDirectory(ids, titles, categories, pairs.Counts(counts.Length));

        IItemScorer scorer = ItemScorers.Create(ml, model, tables);
        HeadServingScorer? head = scorer is FusedItemScorer fused
            ? HeadScorerBuilder.TryBuild(fused, model, codeOfRow, taken, options, cancellationToken)
            : null;
        cancellationToken.ThrowIfCancellationRequested();
        TextSearch? texts = options.TextQueries ? TextSearch.Create(model, tables.ItemRows, codeOfRow, options) : null;
        return new ServingSnapshot(version, options, new SharedModel(model, options.OwnsModel))
        {
            Users = tables.Users,
            Items = directory,
            Pairs = pairs,
            Taken = taken,
            Scorer = head is null ? new ModelServingScorer(scorer, codeOfRow) : head,
            Texts = texts,
        };

        string[]? Texts(string column) =>
            ItemDirectory.ReadText(tables.ItemRows, column) is { } read ? [.. codeOfRow.Select(code => read[code])] : null;
    }
}
