namespace HybridRec.MLNet;

/// <summary>
/// What making an encoder INT8 changed: size, error and speed before and after. Speed is that of this machine, at the time.
/// </summary>
public sealed record QuantizationReport
{
    /// <summary>Bytes of the float model.</summary>
    public required long FloatBytes { get; init; }

    /// <summary>Bytes of the INT8 model.</summary>
    public required long Int8Bytes { get; init; }

    /// <summary>Mean of 1 - cos(float vector, INT8 vector) over the sample texts, 0 to 2.</summary>
    public required double MeanError { get; init; }

    /// <summary>Largest 1 - cos(float vector, INT8 vector) of a sample text, 0 to 2.</summary>
    public required double WorstError { get; init; }

    /// <summary>Tokens a second of the float model on the sample texts, tokenization included.</summary>
    public required double FloatTokensPerSecond { get; init; }

    /// <summary>Tokens a second of the INT8 model on the sample texts, tokenization included.</summary>
    public required double Int8TokensPerSecond { get; init; }

    /// <summary>Layers and tables that are INT8 now.</summary>
    public required IReadOnlyList<string> Int8Layers { get; init; }

    /// <summary>Layers and tables that could be INT8 and stayed float, most sensitive first.</summary>
    public required IReadOnlyList<string> FloatLayers { get; init; }

    /// <summary>The options in effect.</summary>
    public required QuantizationOptions Options { get; init; }

    /// <summary>One line of it all.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"INT8 ({Options.Scaling}, {Options.WeightBits} bits): {FloatBytes / 1e6:F2} to {Int8Bytes / 1e6:F2} MB ") +
            FormattableString.Invariant($"({(double)FloatBytes / Int8Bytes:F2}x smaller), error {MeanError:E2} (worst {WorstError:E2}), ")
        + FormattableString.Invariant($"{FloatTokensPerSecond:N0} to {Int8TokensPerSecond:N0} tokens/s ") +
            FormattableString.Invariant($"({Int8TokensPerSecond / FloatTokensPerSecond:F2}x), {Int8Layers.Count} layers INT8, float: ")
        + (FloatLayers.Count == 0 ? "none" : string.Join(", ", FloatLayers));
}
