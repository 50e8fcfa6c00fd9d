using HybridRec.MLNet.Text;
using Microsoft.Extensions.AI;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Torch;

/// <summary>An encoder that is taught when a pipeline is fitted, on the texts of its column.</summary>
internal sealed class DistilledTorchEncoder : TextEncoder
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _teacher;
    private readonly TorchFittedEncoder _start;
    private readonly EncoderDistillation _options;

    public DistilledTorchEncoder(
        IEmbeddingGenerator<string, Embedding<float>> teacher, TorchFittedEncoder start, EncoderDistillation options)
    {
        options.Validate(start.Model.Model.Config.Layers);
        (_teacher, _start, _options) = (teacher, start.With(null, null), options);
    }

    public override string Name => _start.Name + "-student";

    /// <inheritdoc/>
    public override int? Dimension => _start.Dimension;

    internal override FittedEncoder? Ready => null;

    internal override FittedEncoder Fit(IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"The encoder '{Name}' is taught in a pipeline, whose context gives the seed and hears of it.");

    internal override FittedEncoder Fit(
        IHost host, int seed, IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken)
    {
        // The stage's own length and prompt, so that training sees the tokens that encoding will.
        using var start = _start.With(maxTokens, prompt);
        return DistillationTask.Student(_teacher, start, texts, _options, host, seed, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _start.Dispose();
        base.Dispose();
    }
}
