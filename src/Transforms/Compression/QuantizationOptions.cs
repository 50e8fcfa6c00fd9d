using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How an ONNX encoder is made INT8 (<see cref="WeightPrecision.Int8"/>).</summary>
public sealed record QuantizationOptions
{
    /// <summary>Where the scales of the layers' inputs come from.</summary>
    /// <value>The default is <see cref="ActivationScaling.Dynamic"/>.</value>
    public ActivationScaling Scaling { get; init; } = ActivationScaling.Dynamic;

    /// <summary>
    /// Bits of a matrix weight: 7 (-63..63) or 8 (-127..127), one byte each. Without VNNI an x64 processor adds pairs of products in 16
    /// bits that saturate: two products of an input (up to 255) with a weight of 8 bits can exceed them, of 7 bits never. 8 is finer and
    /// exact on processors with VNNI only. Token tables always have 8.
    /// </summary>
    /// <value>The default is 7.</value>
    public int WeightBits { get; init; } = 7;

    /// <summary>
    /// The error budget: the mean of 1 - cos(float vector, INT8 vector) over the sample texts may be at most this. While it is more, the
    /// layers that cost most by themselves stay float.
    /// </summary>
    /// <value>The default is 0.01.</value>
    public double MaxError { get; init; } = 0.01;

    /// <summary>
    /// Texts on which error, speed and, with <see cref="ActivationScaling.Static"/>, ranges are measured: spread evenly over the column.
    /// </summary>
    /// <value>The default is 64.</value>
    public int SampleTexts { get; init; } = 64;

    internal void Validate()
    {
        var check = new OptionCheck("Quantization");
        check.Require(WeightBits is 7 or 8, WeightBits, "7 or 8", nameof(WeightBits));
        check.Require(MaxError is > 0 and <= 2, MaxError, "above 0 and at most 2", nameof(MaxError));
        check.Between(SampleTexts, 1, 100_000, nameof(SampleTexts));
        check.Defined(Scaling, nameof(Scaling));
    }
}
