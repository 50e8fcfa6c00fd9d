using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Data;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Serving;

/// <summary>Makes snapshots: the chain runs once for every user and item, and what it gives is kept.</summary>
internal static class SnapshotBuilder
{
    /// <summary>Items beyond which Automatic takes the approximate index.</summary>
    public const int MostExactItems = 1_000_000;

    /// <summary>Queries that calibrate the index.</summary>
    public const int CalibrationQueries = 256;

    /// <summary>Length of the lists that calibrate it.</summary>
    public const int CalibrationDepth = 10;

    /// <summary>A snapshot of a model and its data. Rows of the item table are in the order of popularity.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="model">From raw rows to a Score column.</param>
    /// <param name="data">Interactions.</param>
    /// <param name="options">Options, checked.</param>
    /// <param name="version">Its name.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    public static ServingSnapshot Build(MLContext ml, ITransformer model, IDataView data, RecommenderOptions options, string version, CancellationToken cancellationToken)
    {
        EntityTables tables = EntityTables.Create(Sources(data, options.Items), options.UserColumnName, options.ItemColumnName, out PairCodes[] codes);
        if (tables.UserCount == 0 || tables.ItemCount == 0)
            throw new ArgumentException($"The data has no row with both a '{options.UserColumnName}' and an '{options.ItemColumnName}': there is nothing to recommend to or from.");
        cancellationToken.ThrowIfCancellationRequested();

        InteractionPairs byCode = Pairs(codes[0], code => code, code => code);
        int[] counts = byCode.Counts(tables.ItemCount);
        int[] codeOfRow = [.. Enumerable.Range(0, counts.Length).OrderByDescending(item => counts[item])];
        int[] rowOf = new int[counts.Length];
        for (int row = 0; row < rowOf.Length; row++)
            rowOf[codeOfRow[row]] = row;
        var pairs = new InteractionPairs(byCode.Users, [.. byCode.Rows.Select(code => rowOf[code])]);
        var ids = EntityIndex.FromIds(codeOfRow.Select(tables.Items.IdOf));
        var directory = new ItemDirectory(ids, Texts(options.TitleColumnName), Texts(options.CategoryColumnName), pairs.Counts(counts.Length));

        ServingScorer scorer = Scorer(ItemScorers.Create(ml, model, tables), codeOfRow, pairs, options, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        TextSearch? texts = options.TextQueries ? TextSearch.Create(model, tables.ItemRows, codeOfRow, options) : null;
        return new ServingSnapshot(version, options, new SharedModel(model, options.OwnsModel), tables.Users, directory, pairs, scorer, texts);

        string[]? Texts(string column) => ItemDirectory.ReadText(tables.ItemRows, column) is { } read ? [.. codeOfRow.Select(code => read[code])] : null;
    }

    /// <summary>The snapshot with further interactions, users and items, and with items that are known better; only these go through the chain.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="old">The snapshot of before; it is not changed.</param>
    /// <param name="rows">New interactions, in the schema of the data.</param>
    /// <param name="items">Items that are new or have another text; null: none.</param>
    /// <param name="version">Its name.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    /// <exception cref="NotSupportedException">The model scores items by no vectors.</exception>
    public static ServingSnapshot Refresh(MLContext ml, ServingSnapshot old, IDataView rows, IDataView? items, string version, CancellationToken cancellationToken)
    {
        if (old.Scorer is not HeadServing head)
            throw new NotSupportedException("Refresh adds vectors to the tables of a chain that ends in ml.Hybrid.Ranking; this model has none. Make a new one with Swap.");
        RecommenderOptions options = old.Options;
        ITransformer model = old.Model.Model;
        EntityTables tables = EntityTables.Create(Sources(rows, items), options.UserColumnName, options.ItemColumnName, out PairCodes[] codes);
        cancellationToken.ThrowIfCancellationRequested();

        string[] newUsers = [.. Enumerable.Range(0, tables.UserCount).Select(tables.Users.IdOf).Where(id => !old.Users.TryGetCode(id, out _))];
        var users = EntityIndex.FromIds([.. Enumerable.Range(0, old.Users.Count).Select(old.Users.IdOf), .. newUsers]);
        HashSet<int> described = items is null ? [] : [.. codes[1].Items];
        var changes = new List<(int Row, int Code, string Id)>();
        int[] rowOf = new int[tables.ItemCount];
        int count = old.Items.Count;
        for (int code = 0; code < rowOf.Length; code++)
        {
            string id = tables.Items.IdOf(code);
            bool known = old.Items.TryGetRow(id, out int row);
            rowOf[code] = known ? row : count++;
            if (!known || described.Contains(code))
                changes.Add((rowOf[code], code, id));
        }

        InteractionPairs added = Pairs(codes[0], code => users.TryGetCode(tables.Users.IdOf(code), out int user) ? user : -1, code => rowOf[code]);
        var pairs = new InteractionPairs([.. old.Pairs.Users, .. added.Users], [.. old.Pairs.Rows, .. added.Rows]);
        ItemDirectory directory = old.Items.With(pairs.Counts(count), tables.ItemRows, (options.TitleColumnName, options.CategoryColumnName), changes);
        if (newUsers.Length > 0 || changes.Count > 0)
            head = Extend(head, (FusedItemScorer)ItemScorers.Create(ml, model, tables), tables, newUsers, count, changes, options, cancellationToken);
        TextSearch? texts = changes.Count == 0 ? old.Texts : old.Texts?.With(model, tables.ItemRows, count, changes, options);
        return new ServingSnapshot(version, options, old.Model, users, directory, pairs, head, texts);
    }

    private static HeadServing Extend(
        HeadServing old, FusedItemScorer fresh, EntityTables tables, string[] newUsers, int count, List<(int Row, int Code, string Id)> changes, RecommenderOptions options,
        CancellationToken cancellationToken)
    {
        int userWidth = old.Weights.Shape.UserDimension, width = old.Dimension;
        RequireFinite(fresh.Users, "user");
        RequireFinite(fresh.Items, "item");
        float[] users = new float[old.Users.Length + (newUsers.Length * userWidth)];
        old.Users.CopyTo(users, 0);
        for (int i = 0; i < newUsers.Length; i++)
        {
            tables.Users.TryGetCode(newUsers[i], out int code);
            fresh.Users.AsSpan(code * userWidth, userWidth).CopyTo(users.AsSpan(old.Users.Length + (i * userWidth)));
        }

        Memory<float> items = AlignedMemory.Allocate(checked(count * width));
        old.Items.Values.CopyTo(items);
        foreach (var (row, code, _) in changes)
            fresh.Items.AsSpan(code * width, width).CopyTo(items.Span[(row * width)..]);
        return old.With(users, Table(items, width, options), [.. changes.Select(change => change.Row)], options.Threads, cancellationToken);
    }

    private static ServingScorer Scorer(IItemScorer scorer, int[] codeOfRow, InteractionPairs pairs, RecommenderOptions options, CancellationToken cancellationToken)
    {
        // Numbers that are not finite have no place in a table that is searched; scored one by one they come last.
        if (scorer is not FusedItemScorer fused || fused.Weights.Shape.ItemDimension == 0 || !IsFinite(fused.Users) || !IsFinite(fused.Items))
            return new ScorerServing(scorer, codeOfRow);
        int width = fused.Weights.Shape.ItemDimension, userWidth = fused.Weights.Shape.UserDimension;
        Memory<float> items = AlignedMemory.Allocate(fused.Items.Length);
        for (int row = 0; row < codeOfRow.Length; row++)
            fused.Items.AsSpan(codeOfRow[row] * width, width).CopyTo(items.Span[(row * width)..]);
        var taken = InteractionGraph.FromPairs(fused.UserCount, codeOfRow.Length, pairs.Users, pairs.Rows);
        return new HeadServing(fused.Weights, fused.Users, Table(items, width, options), HistoryProjection.Fit(fused.Users, userWidth, items, width, taken), options, cancellationToken);
    }

    // The approximate index has its own table in 8 bits.
    private static VectorTable Table(Memory<float> items, int width, RecommenderOptions options)
    {
        bool approximate = options.Retrieval == RetrievalMode.Approximate || (options.Retrieval == RetrievalMode.Automatic && items.Length / width > MostExactItems);
        return new VectorTable(items, width, options.Precision == EmbeddingPrecision.Int8 && !approximate, options.Threads);
    }

    private static void RequireFinite(float[] vectors, string whose)
    {
        if (!IsFinite(vectors))
            throw new InvalidDataException($"Refresh: the chain gave {whose} vectors that are not finite; the recommender stays as it was. Look at the features of the new rows.");
    }

    // Of no numbers IsFiniteAll says false.
    private static bool IsFinite(float[] vectors) => vectors.Length == 0 || TensorPrimitives.IsFiniteAll<float>(vectors);

    private static List<EntitySource> Sources(IDataView data, IDataView? items)
    {
        List<EntitySource> sources = [new(data)];
        if (items is not null)
            sources.Add(new EntitySource(items, Users: false));
        return sources;
    }

    private static InteractionPairs Pairs(PairCodes codes, Func<int, int> user, Func<int, int> row)
    {
        (int User, int Item)[] pairs = [.. codes.Users.Zip(codes.Items).Where(pair => pair.First >= 0 && pair.Second >= 0)];
        return new InteractionPairs([.. pairs.Select(pair => user(pair.User))], [.. pairs.Select(pair => row(pair.Item))]);
    }
}
