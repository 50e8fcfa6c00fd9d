using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Finds items by a text: the cosine of its vector with those of the items' texts, all by the encoder of the model's own LlmEmbedding.
/// </summary>
internal sealed class TextSearch
{
    private readonly LlmEmbeddingTransformer _stage;
    private readonly VectorTable _vectors;

    private TextSearch(LlmEmbeddingTransformer stage, VectorTable vectors) => (_stage, _vectors) = (stage, vectors);

    /// <summary>The vectors of the items' texts, by row.</summary>
    public VectorTable Vectors => _vectors;

    /// <summary>Makes the search; null when the model has no text of items.</summary>
    /// <param name="model">From raw rows to scores.</param>
    /// <param name="items">Raw rows of the items.</param>
    /// <param name="codeOfRow">The raw row of each row.</param>
    /// <param name="options">Precision and threads.</param>
    public static TextSearch? Create(ITransformer model, EntityTable items, int[] codeOfRow, RecommenderOptions options)
    {
        if (StageOf(model) is not { } stage)
            return null;
        float[] read = Read(model, stage, items), ordered = new float[read.Length];
        int width = stage.Dimension;
        for (int row = 0; row < codeOfRow.Length; row++)
            read.AsSpan(codeOfRow[row] * width, width).CopyTo(ordered.AsSpan(row * width));
        return new TextSearch(stage, VectorTable.Normalized(ordered, width, options.Precision == EmbeddingPrecision.Int8, options.Threads));
    }

    /// <summary>The search with rows that are new or have another text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="items">Raw rows of the items that changed.</param>
    /// <param name="count">Rows afterwards.</param>
    /// <param name="changes">The items that are new or have another text.</param>
    /// <param name="options">Precision and threads.</param>
    public TextSearch With(ITransformer model, EntityTable items, int count, IReadOnlyList<ItemChange> changes, RecommenderOptions options)
    {
        int width = _stage.Dimension;
        float[] read = Read(model, _stage, items), all = new float[count * width];
        _vectors.Values.CopyTo(all);
        foreach (ItemChange change in changes)
            read.AsSpan(change.Code * width, width).CopyTo(all.AsSpan(change.Row * width));
        return new TextSearch(_stage, VectorTable.Normalized(all, width, options.Precision == EmbeddingPrecision.Int8, options.Threads));
    }

    /// <summary>The rows whose texts are most like a text.</summary>
    /// <param name="text">The text, not blank.</param>
    /// <param name="filter">Which rows may come.</param>
    /// <param name="rows">Receives the rows; its length is K.</param>
    /// <param name="scores">Receives the cosines.</param>
    /// <param name="found">How many were found.</param>
    /// <param name="cancellationToken">Stops the encoder.</param>
    /// <returns>False when the encoder makes nothing of the text.</returns>
    public bool TrySearch(
        string text, ServingFilter filter, Span<int> rows, Span<float> scores, out int found, CancellationToken cancellationToken)
    {
        float[] query = new float[_stage.Dimension];
        found = 0;
        if (!TryEncode(text, query, cancellationToken))
            return false;
        found = filter.Allowed is null
            ? _vectors.Search(query, filter.Excluded, rows, scores)
            : _vectors.Rank(query, filter.Rows(), rows, scores);
        return true;
    }

    /// <summary>The vector of a text, of length 1.</summary>
    /// <param name="text">The text, not blank.</param>
    /// <param name="vector">Receives it.</param>
    /// <param name="cancellationToken">Stops the encoder.</param>
    /// <returns>False when the encoder makes nothing of the text.</returns>
    public bool TryEncode(string text, float[] vector, CancellationToken cancellationToken)
    {
        _stage.EncodeMany([text], vector, cancellationToken);
        float length = TensorPrimitives.Norm<float>(vector);
        if (!(length > 0) || !float.IsFinite(length))
            return false;
        TensorPrimitives.Divide(vector, length, vector);
        return true;
    }

    // The chain says whose text it is, where its vectors are fused; else the name of the text's column does.
    private static LlmEmbeddingTransformer? StageOf(ITransformer model)
    {
        ITransformer[] stages = [.. ChainStages.Of(model)];
        LlmEmbeddingTransformer[] texts = [.. stages.OfType<LlmEmbeddingTransformer>()];
        HashSet<string> ofItems = stages is [.., HybridRankingTransformer { Model: var head }]
            ? [.. head.Map.Layout.Parts.Where(part => part.Role == ColumnRole.Item).Select(part => part.Column)]
            : [];
        return texts.FirstOrDefault(stage => ofItems.Contains(stage.OutputColumnName))
            ?? texts.FirstOrDefault(stage => ColumnRoles.IsItems(stage.InputColumnName));
    }

    private static float[] Read(ITransformer model, LlmEmbeddingTransformer stage, EntityTable items)
    {
        ITransformer[] until = [.. ChainStages.Of(model).TakeWhile(other => !ReferenceEquals(other, stage)), stage];
        IDataView view = new TransformerChain<ITransformer>(until).Transform(items);
        DataViewSchema.Column column = view.Schema[stage.OutputColumnName];
        float[] rows = new float[checked((int)items.RowCount * stage.Dimension)];
        VBuffer<float> vector = default;
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        for (int first = 0; first < rows.Length && cursor.MoveNext(); first += stage.Dimension)
        {
            getter(ref vector);
            vector.CopyTo(rows.AsSpan(first, stage.Dimension));
        }

        return rows;
    }
}
