using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>Options of <c>ml.Hybrid.CreateRecommender</c>.</summary>
public sealed record RecommenderOptions
{
    internal const string Stage = "CreateRecommender";

    /// <summary>Column of user ids.</summary>
    /// <value>User</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>Column of item ids.</summary>
    /// <value>Item</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>Text column shown with a recommendation; ignored where the data has none.</summary>
    /// <value>ItemTitle</value>
    public string TitleColumnName { get; init; } = ColumnNames.ItemTitle;

    /// <summary>Text column of an item's categories, joined by <c>|</c>, <c>,</c> or <c>;</c>. Ignored where the data has none.</summary>
    /// <value>ItemGenres</value>
    public string CategoryColumnName { get; init; } = "ItemGenres";

    /// <summary>Further items, with their text: those nobody had yet. Columns of the data it lacks are empty.</summary>
    /// <value>none</value>
    public IDataView? Items { get; init; }

    /// <summary>Name of this version of the model, given with every answer.</summary>
    /// <value>a number that counts up</value>
    public string? Version { get; init; }

    /// <summary>How the best items are found.</summary>
    /// <value>Automatic: Exact up to a million items, Approximate beyond</value>
    public RetrievalMode Retrieval { get; init; }

    /// <summary>
    /// The numbers of the table that is scanned. Int8 keeps every item whose score, with the proven error of its rounding, may be among the
    /// best, and scores those in Single: the lists are those
    /// of Single, in a fraction of the time.
    /// </summary>
    /// <value>Int8; Single is the other one allowed</value>
    public EmbeddingPrecision Precision { get; init; } = EmbeddingPrecision.Int8;

    /// <summary>Candidates that an MLP ranks in TwoStage and Approximate retrieval, at least 1.</summary>
    /// <value>500</value>
    public int Candidates { get; init; } = 500;

    /// <summary>The share of the exact ten best that the approximate index is calibrated to find, in (0, 1].</summary>
    /// <value>0.99</value>
    public double TargetRecall { get; init; } = 0.99;

    /// <summary>
    /// Makes the approximate index; null: an inverted file of 8-bit rows, which needs no package (Jegou, Douze and Schmid, TPAMI 2011).
    /// <c>HnswIndexFactory</c> of HybridRec.MLNet.Hnsw is another.
    /// </summary>
    /// <value>null</value>
    public IVectorIndexFactory? Index { get; init; }

    /// <summary>
    /// Whether to prepare text queries, where the model has an <c>LlmEmbedding</c> of an item column: a table of the items' text vectors.
    /// </summary>
    /// <value>true</value>
    public bool TextQueries { get; init; } = true;

    /// <summary>The most items a request may ask for, at least 1.</summary>
    /// <value>1000</value>
    public int MaxCount { get; init; } = 1000;

    /// <summary>The most ids in the history of a request, at least 1; also of each of its lists of ids and categories, times ten.</summary>
    /// <value>1000</value>
    public int MaxHistory { get; init; } = 1000;

    /// <summary>The most characters in the text of a request, at least 1.</summary>
    /// <value>10000</value>
    public int MaxTextLength { get; init; } = 10_000;

    /// <summary>
    /// Whether the model is disposed when it is replaced or the recommender is disposed, and the last request that uses it has ended.
    /// </summary>
    /// <value>false: it stays the caller's</value>
    public bool OwnsModel { get; init; }

    /// <summary>Threads of building; 0 takes all cores. A request runs on its caller's thread.</summary>
    /// <value>0</value>
    public int Threads { get; init; }

    /// <summary>Draws the sample that the approximate index is clustered by.</summary>
    /// <value>1</value>
    public int Seed { get; init; } = 1;

    internal RecommenderOptions Checked()
    {
        foreach (var (name, value) in new[] { (nameof(UserColumnName), UserColumnName), (nameof(ItemColumnName), ItemColumnName) })
        {
            if (string.IsNullOrEmpty(value))
                throw new OptionCheck(Stage).Refusal(name, "empty", "the name of a column");
        }

        if (!Enum.IsDefined(Retrieval))
            throw new OptionCheck(Stage).Refusal(nameof(Retrieval), Retrieval.ToString(), "Automatic, Exact, TwoStage or Approximate");
        if (Precision is not (EmbeddingPrecision.Int8 or EmbeddingPrecision.Single))
            throw new OptionCheck(Stage).Refusal(nameof(Precision), Precision.ToString(), "Int8 or Single");
        if (Version is { Length: 0 })
            throw new OptionCheck(Stage).Refusal(nameof(Version), "empty", "a name, or null for a number");
        new OptionCheck(Stage).Require(Candidates >= 1, Candidates, "1 or more", nameof(Candidates));
        new OptionCheck(Stage).Require(TargetRecall is > 0 and <= 1, TargetRecall, "above 0 and at most 1", nameof(TargetRecall));
        new OptionCheck(Stage).Require(MaxCount >= 1, MaxCount, "1 or more", nameof(MaxCount));
        new OptionCheck(Stage).Require(MaxHistory >= 1, MaxHistory, "1 or more", nameof(MaxHistory));
        new OptionCheck(Stage).Require(MaxTextLength >= 1, MaxTextLength, "1 or more", nameof(MaxTextLength));
        new OptionCheck(Stage).Require(Threads >= 0, Threads, "0 or more", nameof(Threads));
        return this;
    }
}
