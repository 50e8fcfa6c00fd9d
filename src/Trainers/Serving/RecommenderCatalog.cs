using HybridRec.MLNet;

namespace Microsoft.ML;

public static partial class HybridTrainersCatalog
{
    /// <summary>Makes a recommender over every item of <paramref name="data"/> and <paramref name="items"/>.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="model">Any model from the raw rows to a Score column; one that ends in <c>ml.Hybrid.Ranking</c> scores all items
    /// much faster.</param>
    /// <param name="data">Interactions, in the schema the model was trained on: who can be recommended to, and what they have seen.</param>
    /// <param name="items">Further items, with their text: those nobody had yet. Columns of <paramref name="data"/> it lacks are
    /// empty.</param>
    /// <param name="userColumnName">Column of user ids.</param>
    /// <param name="itemColumnName">Column of item ids.</param>
    /// <param name="titleColumnName">Text column shown with a recommendation; ignored where the data has none.</param>
    /// <exception cref="ArgumentException">The data has no user or no item.</exception>
    /// <example><code>
    /// using var recommender = ml.Hybrid.CreateRecommender(model, ratings);
    /// foreach (var movie in recommender.Recommend(user: 42, count: 10))
    ///     Console.WriteLine($"{movie.Score:F2} {movie.Title}");
    /// </code></example>
    public static Recommender CreateRecommender(
        this HybridCatalog catalog,
        ITransformer model,
        IDataView data,
        IDataView? items = null,
        string userColumnName = ColumnNames.User,
        string itemColumnName = ColumnNames.Item,
        string titleColumnName = ColumnNames.ItemTitle)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var options = new RecommenderOptions
        {
            Items = items,
            UserColumnName = userColumnName,
            ItemColumnName = itemColumnName,
            TitleColumnName = titleColumnName,
        };
        return new Recommender(catalog.Context, model, data, options, CancellationToken.None);
    }

    /// <summary>Makes a recommender with options: retrieval and precision, categories, limits of requests, a name of the version.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="model">Any model from the raw rows to a Score column; one that ends in <c>ml.Hybrid.Ranking</c> is served from
    /// vectors.</param>
    /// <param name="data">Interactions, in the schema the model was trained on: who can be recommended to, and what they have seen.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    /// <exception cref="ArgumentException">The data has no user or no item.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <example><code>
    /// using var recommender = ml.Hybrid.CreateRecommender(model, ratings, new RecommenderOptions { Version = "2026-11", CategoryColumnName
    /// = "ItemGenres" });
    /// var answer = recommender.Recommend(new RecommendationRequest { History = ["1", "260"], Count = 5, Reasons = 2 });
    /// </code></example>
    public static Recommender CreateRecommender(
        this HybridCatalog catalog,
        ITransformer model,
        IDataView data,
        RecommenderOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        return new Recommender(catalog.Context, model, data, options, cancellationToken);
    }
}
