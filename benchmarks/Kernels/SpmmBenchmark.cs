using BenchmarkDotNet.Attributes;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Benchmarks.Kernels;

/// <summary>One propagation over 20,000 nodes and 400,000 entries.</summary>
public class SpmmBenchmark
{
    private readonly CsrMatrix _graph = Inputs.Graph();
    private readonly CpuAggregationBackend _backend = new();
    private float[] _source = [];
    private float[] _destination = [];

    [Params(32, 64, 128, 100)]
    public int Dimension { get; set; }

    [GlobalSetup]
    public void Setup() => (_source, _destination) = (Inputs.Normal(_graph.Columns * Dimension, 1), new float[_graph.Rows * Dimension]);

    [Benchmark(Baseline = true)]
    public void Scalar() => SpmmReference.Multiply(_graph, _source, _destination, Dimension, 0, _graph.Rows);

    [Benchmark]
    public void Vector() => SpmmKernel.Multiply(_graph, _source, _destination, Dimension, 0, _graph.Rows);

    [Benchmark]
    public void VectorAllCores() => _backend.Aggregate(_graph, _source, _destination, Dimension);
}
