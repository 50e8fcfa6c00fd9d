using BenchmarkDotNet.Attributes;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Benchmarks.Kernels;

/// <summary>One Adam update of a million parameters.</summary>
public class AdamBenchmark
{
    private readonly float[] _parameters = Inputs.Normal(1 << 20, 1);
    private readonly float[] _gradient = Inputs.Normal(1 << 20, 2);
    private readonly float[] _m = new float[1 << 20];
    private readonly float[] _v = new float[1 << 20];

    [Benchmark(Baseline = true)]
    public void Scalar() => AdamReference.Step(_parameters, _gradient, _m, _v, new AdamFactors(new AdamStep()));

    [Benchmark]
    public void Vector() => AdamKernel.Step(_parameters, _gradient, _m, _v, new AdamStep());
}
