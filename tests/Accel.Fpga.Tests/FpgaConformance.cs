using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

public sealed class Fpga16LanesConformance : BackendConformance
{
    protected override IAggregationBackend Backend => FpgaLibrary.Shared(new());
}

public sealed class Fpga32LanesConformance : BackendConformance
{
    protected override IAggregationBackend Backend => FpgaLibrary.Shared(new() { Lanes = 32, Latency = 160, Jitter = 40 });
}

public sealed class Fpga64LanesConformance : BackendConformance
{
    protected override IAggregationBackend Backend =>
        FpgaLibrary.Shared(new() { Lanes = 64, Latency = 20, Jitter = 100, StallProbability = 0.1 });
}

public sealed class FpgaFourUnitsConformance : BackendConformance
{
    protected override IAggregationBackend Backend => FpgaLibrary.Shared(new() { Units = 4, Latency = 30 });
}

public sealed class FpgaSamplingConformance : SamplingConformance
{
    protected override IAggregationBackend Backend => FpgaLibrary.Shared(new());
}

public sealed class FpgaSamplingUnderStallsConformance : SamplingConformance
{
    protected override IAggregationBackend Backend => FpgaLibrary.Shared(new() { Latency = 7, Jitter = 90, StallProbability = 0.4 });
}
