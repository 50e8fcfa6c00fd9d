using System.Numerics.Tensors;
using HybridRec.MLNet.Storage;
using Microsoft.Extensions.VectorData;

namespace HybridRec.MLNet;

/// <summary>A recommender's vectors in any vector store of Microsoft.Extensions.VectorData, and searches of them.</summary>
/// <example><code>
/// RecommenderVectors vectors = recommender.ExportVectors();
/// var items = store.GetCollection&lt;string, StoredItem&gt;("items", vectors.ItemDefinition());
/// await items.StoreAsync(vectors);
/// var best = await items.RecommendAsync(recommender.QueryVector("42"), count: 10);
/// </code></example>
public static class VectorStorage
{
    private const int DefaultBatch = 1000;

    /// <summary>
    /// What a collection of items looks like: the key, title, categories, interactions, version, the vector by inner product, and that of
    /// the text by cosine where there is one.
    /// </summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="indexKind">The index of the vectors: Flat searches exactly; the others a store has are approximate.</param>
    public static VectorStoreCollectionDefinition ItemDefinition(this RecommenderVectors vectors, string indexKind = IndexKind.Flat)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var definition = new VectorStoreCollectionDefinition
        {
            Properties =
            [
                new VectorStoreKeyProperty(nameof(StoredItem.Item), typeof(string)),
                new VectorStoreDataProperty(nameof(StoredItem.Title), typeof(string)),
                new VectorStoreDataProperty(nameof(StoredItem.Categories), typeof(List<string>)) { IsIndexed = true },
                new VectorStoreDataProperty(nameof(StoredItem.Interactions), typeof(int)),
                new VectorStoreDataProperty(nameof(StoredItem.Version), typeof(string)) { IsIndexed = true },
                Vector<ReadOnlyMemory<float>>(
                    nameof(StoredItem.Vector), vectors.Dimension, DistanceFunction.DotProductSimilarity, indexKind),
            ],
        };
        if (vectors.TextDimension > 0)
        {
            definition.Properties.Add(Vector<ReadOnlyMemory<float>?>(
                nameof(StoredItem.TextVector), vectors.TextDimension, DistanceFunction.CosineSimilarity, indexKind));
        }

        return definition;
    }

    /// <summary>What a collection of users looks like: the key, version, constant and the query vector.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="indexKind">The index of the vectors: users are looked up by key, so that Flat, which is none, is enough unless users
    /// are searched.</param>
    public static VectorStoreCollectionDefinition UserDefinition(this RecommenderVectors vectors, string indexKind = IndexKind.Flat)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        return new VectorStoreCollectionDefinition
        {
            Properties =
            [
                new VectorStoreKeyProperty(nameof(StoredUser.User), typeof(string)),
                new VectorStoreDataProperty(nameof(StoredUser.Version), typeof(string)) { IsIndexed = true },
                new VectorStoreDataProperty(nameof(StoredUser.Constant), typeof(float)),
                Vector<ReadOnlyMemory<float>>(
                    nameof(StoredUser.Vector), vectors.Dimension, DistanceFunction.DotProductSimilarity, indexKind),
            ],
        };
    }

    /// <summary>
    /// Writes all items, and makes the collection where it is not there. Items that the collection has and the model has not stay: a
    /// collection a version, named after it, has none.
    /// </summary>
    /// <param name="collection">The collection, of <see cref="ItemDefinition"/>.</param>
    /// <param name="vectors">The vectors.</param>
    /// <param name="batchSize">Records of a call to the store, at least 1.</param>
    /// <param name="progress">Told after each batch: <c>Epoch</c> is the items written, of <c>Epochs</c>.</param>
    /// <param name="cancellationToken">Stops between batches; what was written stays.</param>
    /// <returns>The number of items.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public static Task<int> StoreAsync(
        this VectorStoreCollection<string, StoredItem> collection, RecommenderVectors vectors, int batchSize = DefaultBatch,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var steps = new StepProgress("UpsertItems", vectors.ItemCount, progress);
        return StoreAsync(collection, vectors.Items.Select(item => Record(item, vectors.Version)), batchSize, steps, cancellationToken);
    }

    /// <summary>Writes the query vectors of all users, and makes the collection where it is not there.</summary>
    /// <param name="collection">The collection, of <see cref="UserDefinition"/>.</param>
    /// <param name="vectors">The vectors.</param>
    /// <param name="batchSize">Records of a call to the store, at least 1.</param>
    /// <param name="progress">Told after each batch: <c>Epoch</c> is the users written, of <c>Epochs</c>.</param>
    /// <param name="cancellationToken">Stops between batches; what was written stays.</param>
    /// <returns>The number of users.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public static Task<int> StoreAsync(
        this VectorStoreCollection<string, StoredUser> collection, RecommenderVectors vectors, int batchSize = DefaultBatch,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var steps = new StepProgress("UpsertUsers", vectors.UserCount, progress);
        return StoreAsync(collection, vectors.Users.Select(user => Record(user, vectors)), batchSize, steps, cancellationToken);
    }

    /// <summary>
    /// The items of a store with the largest inner products with a query, best first: the recommender's own list, as long as
    /// <see cref="RecommenderVectors.IsExact"/> and the index is exact.
    /// </summary>
    /// <param name="items">The collection.</param>
    /// <param name="query">The vector of a user or a history, or of a text where <paramref name="options"/> name
    /// <see cref="StoredItem.TextVector"/>.</param>
    /// <param name="count">Items wanted, at least 1.</param>
    /// <param name="exclude">Ids to leave out, those the user has; as many more are asked of the store, so that no filter of the store is
    /// needed.</param>
    /// <param name="constant"><see cref="RecommenderVectors.Constant"/> or <see cref="StoredUser.Constant"/>; added to the scores, so that
    /// they are the recommender's.</param>
    /// <param name="options">A filter, the other vector; null: none, and <see cref="StoredItem.Vector"/>.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static async Task<IReadOnlyList<Recommendation>> RecommendAsync(
        this IVectorSearchable<StoredItem> items,
        ReadOnlyMemory<float> query,
        int count = 10,
        IReadOnlyCollection<string>? exclude = null,
        float constant = 0,
        VectorSearchOptions<StoredItem>? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        VectorSearchOptions<StoredItem> search = Search(options);
        HashSet<string> without = exclude is null ? [] : [.. exclude];
        var best = new List<Recommendation>(count);
        int asked = checked(count + without.Count);
        var results = items.SearchAsync(query, asked, search, cancellationToken).ConfigureAwait(false);
        await foreach (VectorSearchResult<StoredItem> found in results)
        {
            string? title = found.Record.Title is { Length: > 0 } text ? text : null;
            if (best.Count < count && !without.Contains(found.Record.Item))
                best.Add(new Recommendation(found.Record.Item, (float)(found.Score ?? 0) + constant, title));
        }

        return best;
    }

    // The caller's options stay as they are: one that names no vector is copied.
    private static VectorSearchOptions<StoredItem> Search(VectorSearchOptions<StoredItem>? options) =>
        options is { VectorProperty: not null } ? options : new VectorSearchOptions<StoredItem>
        {
            Filter = options?.Filter,
            IncludeVectors = options?.IncludeVectors ?? false,
            ScoreThreshold = options?.ScoreThreshold,
            Skip = options?.Skip ?? 0,
            VectorProperty = item => item.Vector,
        };

    private static VectorStoreVectorProperty Vector<T>(string name, int dimensions, string distance, string indexKind) =>
        new(name, typeof(T), dimensions) { DistanceFunction = distance, IndexKind = indexKind };

    private static StoredItem Record(ItemVectors item, string version) => new()
    {
        Item = item.Item,
        Title = item.Title ?? "",
        Categories = [.. item.Categories],
        Interactions = item.Interactions,
        Version = version,
        Vector = item.Vector,
        // The cosine with a vector of zeros is no number. (A plain null would become an empty memory, by the conversion from arrays.)
        TextVector = item.TextVector is { } text && TensorPrimitives.Norm<float>(text.Span) > 0 ? text : default(ReadOnlyMemory<float>?),
    };

    private static StoredUser Record(UserVector user, RecommenderVectors vectors) =>
        new() { User = user.User, Version = vectors.Version, Constant = vectors.Constant, Vector = user.Vector };

    private static async Task<int> StoreAsync<TRecord>(
        VectorStoreCollection<string, TRecord> collection,
        IEnumerable<TRecord> records,
        int batchSize,
        StepProgress steps,
        CancellationToken cancellationToken)
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        await collection.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        int written = 0;
        foreach (TRecord[] batch in records.Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await collection.UpsertAsync(batch, cancellationToken).ConfigureAwait(false);
            written += batch.Length;
            steps.Report(written);
        }

        return written;
    }
}
