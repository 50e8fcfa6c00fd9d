using HybridRec.MLNet.Serving;

namespace HybridRec.MLNet;

/// <content>The vectors of the version in service, for stores and searches outside of it.</content>
public sealed partial class Recommender
{
    /// <summary>
    /// The vector q of a user in the items' space: a DotProduct or Linear head scores an item x by <c>q . x</c> and a constant; for an MLP
    /// it is the part past the hidden layers, that candidates are
    /// retrieved by. A vector store searches with it by inner product.
    /// </summary>
    /// <param name="user">The user's id, as invariant text.</param>
    /// <exception cref="UnknownIdException">The data does not have the user.</exception>
    /// <exception cref="NotSupportedException">The model has no vectors.</exception>
    public float[] QueryVector(string user)
    {
        ServingSnapshot snapshot = Enter();
        try
        {
            return snapshot.Users.TryGetCode(user, out int code)
                ? snapshot.Scorer.QueryVector(code)
                : throw new UnknownIdException("user", user, "Only users of the data have vectors.");
        }
        finally
        {
            snapshot.Exit();
        }
    }

    /// <summary>The vector of an item, by which <see cref="QueryVector(string)"/> finds it.</summary>
    /// <param name="item">The item's id, as invariant text.</param>
    /// <exception cref="UnknownIdException">There is no such item.</exception>
    /// <exception cref="NotSupportedException">The model has no vectors.</exception>
    public float[] ItemVector(string item)
    {
        ServingSnapshot snapshot = Current;
        return snapshot.Items.TryGetRow(item, out int row)
            ? snapshot.Scorer.ItemVector(row).ToArray()
            : throw new UnknownIdException("item", item, "Only items of the data have vectors.");
    }

    /// <summary>
    /// The vector of someone who has some items and is no user of the data, as <see cref="QueryVector(string)"/> gives it for users.
    /// </summary>
    /// <param name="history">Ids of items; unknown ones take no part.</param>
    /// <param name="cancellationToken">Stops the regression, which the first history of a version pays for.</param>
    /// <exception cref="ArgumentException">The data has no item of the history, or there are more than
    /// <see cref="RecommenderOptions.MaxHistory"/>.</exception>
    /// <exception cref="NotSupportedException">The model has no vectors, or its data nobody who has an item.</exception>
    public float[] QueryVector(IReadOnlyCollection<string> history, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ServingSnapshot snapshot = Current;
        if (history.Count > snapshot.Options.MaxHistory)
            throw new ArgumentException($"The history has {history.Count} entries; at most {snapshot.Options.MaxHistory} are allowed.");
        int[] rows = RequestRows.Of(history, snapshot.Items);
        return rows.Length > 0
            ? snapshot.Scorer.QueryVector(rows, cancellationToken)
            : throw new ArgumentException("The data has no item of the history: there is nothing to make a vector of.");
    }

    /// <summary>
    /// The vector of a text, of length 1, whose cosine with an item's <see cref="ItemVectors.TextVector"/> says how alike the texts are.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Stops the encoder.</param>
    /// <exception cref="ArgumentException">The text is blank or too long, or the encoder knows nothing of it.</exception>
    /// <exception cref="NotSupportedException">The recommender answers no texts.</exception>
    public float[] TextVector(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ServingSnapshot snapshot = Enter();
        try
        {
            RequestCheck.Text(text, snapshot);
            float[] vector = new float[snapshot.Texts!.Vectors.Dimension];
            return snapshot.Texts.TryEncode(text, vector, cancellationToken)
                ? vector
                : throw new ArgumentException("The encoder knows nothing of the text.");
        }
        finally
        {
            snapshot.Exit();
        }
    }

    /// <summary>
    /// All vectors of the version in service, for a vector store or a file. They stay those of that version, whatever is swapped in
    /// meanwhile, and are made as they are enumerated.
    /// </summary>
    /// <exception cref="NotSupportedException">The model has no vectors.</exception>
    /// <example><code>
    /// RecommenderVectors vectors = recommender.ExportVectors();
    /// foreach (ItemVectors item in vectors.Items)
    ///     index.Add(item.Item, item.Vector);
    /// </code></example>
    public RecommenderVectors ExportVectors()
    {
        ServingSnapshot snapshot = Current;
        return snapshot.Scorer is HeadServingScorer head ? new RecommenderVectors(snapshot, head) : throw ServingScorer.NoVectors();
    }
}
