using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>The code that drives a board, over a shim with XRT's functions.</summary>
public sealed class FpgaXrtConformance : BackendConformance, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybridrec-xrt");
    private FpgaAggregationBackend? _backend;

    protected override IAggregationBackend Backend =>
        _backend ??=
            new FpgaAggregationBackend(XrtDevice.Aggregation(FpgaLibrary.Xrt(_folder.FullName, "hr_agg_kernel=agg16x4", units: 4)));

    public void Dispose()
    {
        _backend?.Dispose();
        _folder.Delete(recursive: true);
    }
}

public sealed class FpgaXrtSamplingConformance : SamplingConformance, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybridrec-xrt");
    private FpgaAggregationBackend? _backend;

    protected override IAggregationBackend Backend => _backend ??= Create();

    public void Dispose()
    {
        _backend?.Dispose();
        _folder.Delete(recursive: true);
    }

    private FpgaAggregationBackend Create()
    {
        XrtOptions options = FpgaLibrary.Xrt(_folder.FullName);
        return new FpgaAggregationBackend(XrtDevice.Aggregation(options), XrtDevice.Sampling(options));
    }
}
