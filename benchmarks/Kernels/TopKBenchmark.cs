using BenchmarkDotNet.Attributes;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Benchmarks.Kernels;

/// <summary>The best of 40,000 scores.</summary>
public class TopKBenchmark
{
    private readonly float[] _scores = Inputs.Normal(40_000, 1);
    private readonly int[] _excluded = [.. Inputs.Integers(50, 40_000, 2).Order()];
    private int[] _indices = [];
    private float[] _top = [];

    [Params(20, 200)]
    public int K { get; set; }

    [GlobalSetup]
    public void Setup() => (_indices, _top) = (new int[K], new float[K]);

    [Benchmark(Baseline = true)]
    public int Scalar() => TopKReference.Select(_scores, _excluded, _indices, _top);

    [Benchmark]
    public int Vector() => TopKKernel.Select(_scores, _excluded, _indices, _top);
}
