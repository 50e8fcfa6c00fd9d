using BenchmarkDotNet.Attributes;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Benchmarks.Kernels;

/// <summary>Dense products on one core, with the right factor packed before: 2 m n k operations each.</summary>
public class MatMulBenchmark
{
    private const int M = 512;

    private readonly float[] _left = Inputs.Normal(M * 1024, 1);
    private readonly PackedMatrix _packed = new();
    private float[] _right = [];
    private float[] _product = [];

    [Params(64, 256)]
    public int K { get; set; }

    [Params(64, 1024)]
    public int N { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _right = Inputs.Normal(K * N, 2);
        _packed.Pack(_right, K, N, transposed: false);
        _product = new float[M * N];
    }

    [Benchmark(Baseline = true)]
    public void Scalar() => MatMulReference.Multiply(_left.AsSpan(0, M * K), K, 1, _packed, _product, 0, M, accumulate: false);

    [Benchmark]
    public void Vector() => MatMulKernel.Multiply(_left.AsSpan(0, M * K), _packed, _product, M);

    [Benchmark]
    public void VectorLeftTransposed() => MatMulKernel.MultiplyTransposedLeft(_left.AsSpan(0, M * K), _packed, _product, M);

    [Benchmark]
    public void VectorWithPacking() => MatMulKernel.MultiplyTransposedRight(_left.AsSpan(0, M * K), _right, _product, M, N, K);
}
