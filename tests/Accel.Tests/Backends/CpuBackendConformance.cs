using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Backends;

public sealed class CpuBackendConformance : BackendConformance
{
    protected override IAggregationBackend Backend { get; } = new CpuAggregationBackend();
}

public sealed class CpuOneThreadConformance : BackendConformance
{
    protected override IAggregationBackend Backend { get; } = new CpuAggregationBackend(1);
}

public sealed class CpuSamplingConformance : SamplingConformance
{
    protected override IAggregationBackend Backend { get; } = new CpuAggregationBackend();
}
