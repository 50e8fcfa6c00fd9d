using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// The vectors of the texts of a batch of pairs. Each distinct text of a batch runs once; those of a frozen transformer once in all.
/// </summary>
internal sealed class PairEmbedding : IDisposable
{
    private const int TextsAtATime = 64, TextsOfLikeLength = 32;

    private readonly TuningParameters _parameters;
    private readonly TorchFittedEncoder _start;
    private readonly int[][] _tokens;
    private readonly Tensor? _pooled;

    /// <param name="parameters">What is trained.</param>
    /// <param name="start">Settings and tokenizer.</param>
    /// <param name="tokens">Tokens of each text.</param>
    /// <param name="frozen">Whether the transformer stays as it is.</param>
    /// <param name="cancellation">Checked between batches.</param>
    public PairEmbedding(TuningParameters parameters, TorchFittedEncoder start, int[][] tokens, bool frozen, CancellationToken cancellation)
    {
        (_parameters, _start, _tokens) = (parameters, start, tokens);
        if (!frozen)
            return;
        int width = start.Model.PooledSize;
        float[] pooled = new float[tokens.Length * width];
        using var still = no_grad();
        foreach (var batch in TokenBatches.Of(tokens, start.Model.Tokenizer.PaddingId, TextsAtATime, canPad: true))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            float[] rows = TensorTransfer.ToArray(start.Model.Pooled(parameters.Model, batch, start.Settings, start.PromptTokens));
            for (int b = 0; b < batch.Count; b++)
                rows.AsSpan(b * width, width).CopyTo(pooled.AsSpan(batch.Texts[b] * width));
        }
        _pooled = TensorTransfer.ToTensor(pooled, [tokens.Length, width], start.Model.Model.Weights.Device).DetachFromDisposeScope();
    }

    /// <summary>The vectors of several lists of texts, which may have texts in common.</summary>
    /// <param name="tape">See <see cref="TransformerModel.Hidden"/>.</param>
    /// <param name="lists">Indices of texts.</param>
    /// <returns>A tensor [texts, dimension] a list.</returns>
    public Tensor[] Embed(LayerTape? tape, params int[][] lists)
    {
        // Longest first, in parts of like length: padding costs as much as text.
        int[] texts = [.. lists.SelectMany(list => list).Distinct().OrderByDescending(t => _tokens[t].Length).ThenBy(t => t)];
        var device = _start.Model.Model.Weights.Device;
        var pooled = _pooled is not null
            ? _pooled.index_select(0, tensor(Array.ConvertAll(texts, t => (long)t), device: device))
            : cat([.. texts.Chunk(TextsOfLikeLength).Select(part =>
                _start.Model.Pooled(
                    _parameters.Model, TokenBatches.Batch(_tokens, part, _start.Model.Tokenizer.PaddingId), _start.Settings,
                    _start.PromptTokens, tape))]);
        var vectors = _parameters.Projection is { } projection ? nn.functional.linear(pooled, projection) : pooled;
        var rowOf = texts.Select((text, row) => (text, row)).ToDictionary(p => p.text, p => (long)p.row);
        return [.. lists.Select(list => vectors.index_select(0, tensor(Array.ConvertAll(list, text => rowOf[text]), device: device)))];
    }

    public void Dispose() => _pooled?.Dispose();
}
