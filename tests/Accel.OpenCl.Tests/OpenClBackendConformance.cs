using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Backends;

public sealed class OpenClBackendConformance : BackendConformance
{
    protected override IAggregationBackend Backend => OpenClForTests.Shared;
}

public sealed class OpenClSamplingConformance : SamplingConformance
{
    protected override IAggregationBackend Backend => OpenClForTests.Shared;
}
