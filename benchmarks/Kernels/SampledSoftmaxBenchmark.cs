using BenchmarkDotNet.Attributes;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Benchmarks.Kernels;

/// <summary>A step of 2,048 anchors against 1,024 negatives, d = 64: three products of 0.27 GFLOP and two million exponentials.</summary>
public class SampledSoftmaxBenchmark
{
    private const int Batch = 2048, Negatives = 1024, Dimension = 64;

    private readonly SampledSoftmax _softmax = new(Batch, Negatives, Dimension);
    private readonly float[] _anchors = Inputs.Normal(Batch * Dimension, 1);
    private readonly float[] _positives = Inputs.Normal(Batch * Dimension, 2);
    private readonly float[] _negatives = Inputs.Normal(Negatives * Dimension, 3);
    private readonly int[] _positiveIds = Inputs.Integers(Batch, 40_000, 4);
    private readonly int[] _negativeIds = Inputs.Integers(Negatives, 40_000, 5);
    private readonly float[] _anchorGradient = new float[Batch * Dimension];
    private readonly float[] _positiveGradient = new float[Batch * Dimension];
    private readonly float[] _negativeGradient = new float[Negatives * Dimension];

    [Benchmark(Baseline = true)]
    public double Scalar() => SampledSoftmaxReference.Step(
        Dimension, Batch, Negatives, _anchors, _positives, _negatives, _positiveIds, _negativeIds, 8f, _anchorGradient, _positiveGradient,
        _negativeGradient);

    [Benchmark]
    public double Vector() => Run(1);

    [Benchmark]
    public double VectorAllCores() => Run(0);

    private double Run(int threads) => _softmax.Step(
        Batch, Negatives, _anchors, _positives, _negatives, _positiveIds, _negativeIds, 8f, _anchorGradient, _positiveGradient,
        _negativeGradient, threads);
}
