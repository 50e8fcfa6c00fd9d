namespace HybridRec.MLNet.Text;

/// <summary>The shape of a BERT-family encoder, in the terms of its <c>config.json</c>.</summary>
internal sealed record BertShape
{
    /// <summary>Rows of the token table (<c>vocab_size</c>).</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Length of a token vector (<c>hidden_size</c>).</summary>
    public required int Dimension { get; init; }

    /// <summary>Transformer layers (<c>num_hidden_layers</c>).</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads (<c>num_attention_heads</c>); a divisor of the dimension.</summary>
    public required int Heads { get; init; }

    /// <summary>Width of the feed-forward part (<c>intermediate_size</c>).</summary>
    public required int Intermediate { get; init; }

    /// <summary>Longest text in tokens (<c>max_position_embeddings</c>).</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Added to the variance (<c>layer_norm_eps</c>).</summary>
    public float LayerNormEpsilon { get; init; } = 1e-12f;

    /// <summary><c>gelu</c> (by erf), <c>gelu_new</c> (by tanh) or <c>relu</c> (<c>hidden_act</c>).</summary>
    public string Activation { get; init; } = "gelu";

    /// <exception cref="ArgumentOutOfRangeException">A number is not possible.</exception>
    /// <exception cref="NotSupportedException">The activation is none of the known.</exception>
    public BertShape Checked()
    {
        foreach (var (name, value) in ((string, int)[])[
            (nameof(Vocabulary), Vocabulary), (nameof(Dimension), Dimension), (nameof(Layers), Layers), (nameof(Heads), Heads),
            (nameof(Intermediate), Intermediate), (nameof(MaxTokens), MaxTokens)])
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        if (Dimension % Heads != 0)
            throw new ArgumentOutOfRangeException(nameof(Heads), Heads, $"Heads has to divide the dimension {Dimension}.");
        return Activation is "gelu" or "gelu_new" or "gelu_pytorch_tanh" or "relu" ? this
            : throw new NotSupportedException($"The activation '{Activation}' is none of gelu, gelu_new, gelu_pytorch_tanh and relu.");
    }
}
