using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>Options of <c>ml.Hybrid.CreateRecommender</c>.</summary>
public sealed record RecommenderOptions
{
    /// <summary>Column of user ids.</summary>
    /// <value>The default is User.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>Column of item ids.</summary>
    /// <value>The default is Item.</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>Text column shown with a recommendation; ignored where the data has none.</summary>
    /// <value>The default is ItemTitle.</value>
    public string TitleColumnName { get; init; } = ColumnNames.ItemTitle;

    /// <summary>Text column of an item's categories, joined by <c>|</c>, <c>,</c> or <c>;</c>. Ignored where the data has none.</summary>
    /// <value>The default is ItemGenres.</value>
    public string CategoryColumnName { get; init; } = "ItemGenres";

    /// <summary>Further items, with their text: those nobody had yet. Columns of the data it lacks are empty.</summary>
    /// <value>The default is null: none.</value>
    public IDataView? Items { get; init; }

    /// <summary>Name of this version of the model, given with every answer.</summary>
    /// <value>The default is null: a number that counts up.</value>
    public string? Version { get; init; }

    /// <summary>How the best items are found.</summary>
    /// <value>The default is Automatic: Exact up to a million items, Approximate beyond.</value>
    public RetrievalMode Retrieval { get; init; }

    /// <summary>
    /// The numbers of the table that is scanned. Int8 keeps every item whose score, with the proven error of its rounding, may be among the
    /// best, and scores those in Single: the lists are those
    /// of Single, in a fraction of the time.
    /// </summary>
    /// <value>The default is Int8; Single is the other one allowed.</value>
    public EmbeddingPrecision Precision { get; init; } = EmbeddingPrecision.Int8;

    /// <summary>Candidates that an MLP ranks in TwoStage and Approximate retrieval, at least 1.</summary>
    /// <value>The default is 500.</value>
    public int Candidates { get; init; } = 500;

    /// <summary>The share of the exact ten best that the approximate index is calibrated to find, in (0, 1].</summary>
    /// <value>The default is 0.99.</value>
    public double TargetRecall { get; init; } = 0.99;

    /// <summary>
    /// Makes the approximate index; null: an inverted file of 8-bit rows, which needs no package (Jegou, Douze and Schmid, TPAMI 2011).
    /// <c>HnswIndexFactory</c> of HybridRec.MLNet.Hnsw is another.
    /// </summary>
    /// <value>The default is null.</value>
    public IVectorIndexFactory? Index { get; init; }

    /// <summary>
    /// Whether to prepare text queries, where the model has an <c>LlmEmbedding</c> of an item column: a table of the items' text vectors.
    /// </summary>
    /// <value>The default is true.</value>
    public bool TextQueries { get; init; } = true;

    /// <summary>The most items a request may ask for, at least 1.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxCount { get; init; } = 1000;

    /// <summary>The most ids in the history of a request, at least 1; also of each of its lists of ids and categories, times ten.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxHistory { get; init; } = 1000;

    /// <summary>The most characters in the text of a request, at least 1.</summary>
    /// <value>The default is 10,000.</value>
    public int MaxTextLength { get; init; } = 10_000;

    /// <summary>
    /// Whether the model is disposed when it is replaced or the recommender is disposed, and the last request that uses it has ended.
    /// </summary>
    /// <value>The default is false: it stays the caller's.</value>
    public bool OwnsModel { get; init; }

    /// <summary>Threads of building; 0 takes all cores. A request runs on its caller's thread.</summary>
    /// <value>The default is 0.</value>
    public int Threads { get; init; }

    /// <summary>Draws the sample that the approximate index is clustered by.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    /// <summary>Refuses illegal options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(StageNames.CreateRecommender);
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(ItemColumnName, nameof(ItemColumnName));
        check.Defined(Retrieval, nameof(Retrieval));
        check.Require(Precision is EmbeddingPrecision.Int8 or EmbeddingPrecision.Single, Precision, "Int8 or Single", nameof(Precision));
        check.Require(Version is not { Length: 0 }, "empty", "a name, or null for a number", nameof(Version));
        check.AtLeast(Candidates, 1, nameof(Candidates));
        check.Require(TargetRecall is > 0 and <= 1, TargetRecall, "above 0 and at most 1", nameof(TargetRecall));
        check.AtLeast(MaxCount, 1, nameof(MaxCount));
        check.AtLeast(MaxHistory, 1, nameof(MaxHistory));
        check.AtLeast(MaxTextLength, 1, nameof(MaxTextLength));
        check.AtLeast(Threads, 0, nameof(Threads));
    }
}
