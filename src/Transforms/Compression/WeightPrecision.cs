namespace HybridRec.MLNet;

/// <summary>How the weights of a text encoder are stored and multiplied.</summary>
public enum WeightPrecision
{
    /// <summary>As the model has them: 32 bits.</summary>
    Single,

    /// <summary>
    /// 8 bits: matrices symmetric with a scale for each output channel, W_kj ~ s_j q_kj, token tables with a scale for each row; about a
    /// quarter of the size. Layers whose rounding costs too much stay as they are (see <see cref="QuantizationOptions.MaxError"/>).
    /// </summary>
    Int8,
}
