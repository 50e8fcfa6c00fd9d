using HybridRec.MLNet.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Vectors without what all of them share: z = W (h - m) in place of h, with m the mean and C = U diag(v) U^T the covariance of the pooled
/// vectors h of texts, and W = diag(max(v, floor max(v)))^-p U^T. m goes into the bias of the last normalization, which every token vector
/// and so each pooled one has as an addend; W is the Dense module of sentence-transformers.
/// </summary>
internal static class Whitening
{
    private const int TextsAtATime = 64;

    /// <summary>A model of its own with the same transformer.</summary>
    /// <exception cref="NotSupportedException">The mean cannot be taken off by a bias, or there is a projection already.</exception>
    /// <exception cref="ArgumentException">There are fewer texts with tokens than 2.</exception>
    public static SentenceModel Of(
        TorchFittedEncoder encoder, IReadOnlyList<string> texts, double power, double floor, CancellationToken cancellation)
    {
        var model = encoder.Model;
        if (model.Model is not BertModel bert)
            throw new NotSupportedException($"'{encoder.Name}' is a {model.Model.Config.Family}; only BERT encoders are whitened: their " +
                "last normalization has a bias that takes the mean.");
        if (model.Projection is not null
            || model.Settings.Pooling is not [PoolingMode.Mean or PoolingMode.Cls or PoolingMode.WeightedMean or PoolingMode.LastToken])
            throw new NotSupportedException(
                $"'{encoder.Name}' has " +
                $"{(model.Projection is null ? $"the pooling {string.Join(" + ", model.Settings.Pooling)}" : "a projection")}; only " +
                "encoders without projection and with one of Mean, Cls, WeightedMean and LastToken are whitened.");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor pooled = Pooled(encoder, texts, cancellation), mean = pooled.mean([0L], keepdim: true), centered = pooled - mean;
        var (values, vectors) = linalg.eigh(centered.t().matmul(centered).Over(pooled.shape[0]));
        using Scalar least = values.max().item<float>() * floor, exponent = -power; // held while they are read (see Held)
        var scales = values.clamp_min(least).pow(exponent);
        var whitened = model.WithProjection((vectors * scales).t().contiguous().DetachFromDisposeScope());
        string bias = bert.Prefix + bert.LayerPrefix(bert.Config.Layers - 1) + "output.LayerNorm.bias";
        whitened.Model.Weights.Set(bias, whitened.Model.Weights[bias] - mean.squeeze(0));
        return whitened;
    }

    private static Tensor Pooled(TorchFittedEncoder encoder, IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        var model = encoder.Model;
        int[][] tokens = [.. TokenBatches.Tokenize(
            model.Tokenizer, encoder.Settings,
            [.. texts.Where(text => !TextKey.IsBlank(text)).Distinct(StringComparer.Ordinal)]).Where(ids => ids.Length > 0)];
        if (tokens.Length < 2)
            throw new ArgumentException(
                $"{tokens.Length} of the {texts.Count} texts have tokens and differ; whitening needs at least 2, and many times the " +
                $"dimension ({model.Dimension}) to mean something.",
                nameof(texts));
        var parts = new List<Tensor>();
        foreach (var batch in TokenBatches.Of(tokens, model.Tokenizer.PaddingId, TextsAtATime, canPad: true))
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            parts.Add(model.Pooled(model.Model, batch, encoder.Settings, encoder.PromptTokens).MoveToOuterDisposeScope());
        }
        return cat(parts);
    }
}
