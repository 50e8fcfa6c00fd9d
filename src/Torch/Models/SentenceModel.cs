using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// A transformer with pooling, an optional projection (the Dense module of sentence-transformers, without bias and activation) and
/// normalization: one vector a text. Shared by an encoder and the transformers fitted with it, and closed when the last of them is
/// disposed. Encoding is safe on several threads.
/// </summary>
internal sealed class SentenceModel : IDisposable
{
    private int _references = 1;

    /// <param name="model">Taken over.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="settings">Pooling and the rest.</param>
    /// <param name="projection">[dimension, pooled], taken over; null for none.</param>
    public SentenceModel(TransformerModel model, TextTokenizer tokenizer, OnnxEncoderSettings settings, Tensor? projection)
    {
        (Model, Tokenizer, Settings, Projection) = (model, tokenizer, settings, projection);
        if (settings.Pooling.Count == 0)
            throw new InvalidOperationException(
                $"The model '{settings.Name}' gives one vector a token, and nothing says how to pool them: add modules.json and " +
                "1_Pooling/config.json to its folder (sentence-transformers writes them), or set EncoderOptions.Pooling to one of " +
                $"{string.Join(", ", Enum.GetNames<PoolingMode>())}.");
        if (settings.MaxTokens > model.Config.MaxPositions)
            throw new ArgumentException($"The model '{settings.Name}' has positions for {model.Config.MaxPositions} tokens; MaxTokens is " +
                $"{settings.MaxTokens}. Set it to at most that.");
        if (projection is not null && (projection.shape.Length != 2 || projection.shape[1] != PooledSize))
            throw new InvalidDataException($"The projection of '{settings.Name}' has the shape [{string.Join(", ", projection.shape)}]; " +
                $"expected [dimension, {PooledSize}].");
    }

    public TransformerModel Model { get; }

    public TextTokenizer Tokenizer { get; }

    public OnnxEncoderSettings Settings { get; }

    public Tensor? Projection { get; }

    public int PooledSize => Model.Config.HiddenSize * Settings.Pooling.Count;

    public int Dimension => Projection is null ? PooledSize : (int)Projection.shape[0];

    public SentenceModel AddReference()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _references) <= 0, this);
        Interlocked.Increment(ref _references);
        return this;
    }

    /// <summary>The vectors of a batch.</summary>
    /// <returns>[batch, dimension].</returns>
    public Tensor Embed(TokenBatch batch, OnnxEncoderSettings settings, int promptTokens)
    {
        var vectors = Pooled(Model, batch, settings, promptTokens);
        if (Projection is not null)
            vectors = nn.functional.linear(vectors, Projection);
        return settings.Normalize ? nn.functional.normalize(vectors) : vectors;
    }

    /// <summary>
    /// What a transformer of this model's configuration gives before projection and normalization; with gradients where they are asked for.
    /// </summary>
    /// <param name="model">The transformer.</param>
    /// <param name="batch">The texts.</param>
    /// <param name="settings">Pooling.</param>
    /// <param name="promptTokens">Tokens that pooling leaves out.</param>
    /// <param name="tape">See <see cref="TransformerModel.Hidden"/>.</param>
    /// <returns>[batch, pooled size].</returns>
    public Tensor Pooled(TransformerModel model, TokenBatch batch, OnnxEncoderSettings settings, int promptTokens, LayerTape? tape = null)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _references) <= 0, this);
        if (Array.Exists(batch.Ids, id => id < 0 || id >= model.Config.VocabularySize))
            throw new InvalidDataException(
                $"The tokenizer of '{settings.Name}' gives the id {batch.Ids.First(id => id < 0 || id >= model.Config.VocabularySize)}; " +
                    $"the model has ids 0 to {model.Config.VocabularySize - 1}. Tokenizer and model do not belong together.");
        var device = model.Weights.Device;
        long[] shape = [batch.Count, batch.Length];
        var hidden = model.Hidden(
            tensor(batch.Ids, shape, device: device), tensor(batch.Mask, shape, device: device).to(ScalarType.Bool), tape);
        Tensor[] pooled = [.. settings.Pooling.Select(mode => TensorPooling.Pool(hidden, batch.Lengths, promptTokens, mode))];
        return pooled.Length == 1 ? pooled[0] : cat(pooled, 1);
    }

    /// <summary>A copy of the weights that may be trained without changing this model.</summary>
    public SentenceModel Copy()
    {
        using var scope = NewDisposeScope();
        return new SentenceModel(
            TransformerModel.Create(Model.Config, Model.Weights.Copy()), Tokenizer, Settings,
            Projection?.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>A copy with another projection, which is taken over.</summary>
    public SentenceModel WithProjection(Tensor projection)
    {
        var copy = Copy();
        copy.Projection?.Dispose();
        return new SentenceModel(copy.Model, Tokenizer, Settings, projection);
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        Model.Weights.Dispose();
        Projection?.Dispose();
    }
}
