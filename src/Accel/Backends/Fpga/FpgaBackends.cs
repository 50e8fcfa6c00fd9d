namespace HybridRec.MLNet.Accel;

/// <summary>The FPGA in the registry of backends.</summary>
internal static class FpgaBackends
{
    /// <summary>On a board, by XRT.</summary>
    public const string Board = "fpga";

    /// <summary>The simulated kernels.</summary>
    public const string Simulated = "fpga-sim";

    /// <summary>The simulated kernels with their defaults.</summary>
    public static IAggregationBackend CreateSimulated()
    {
        RtlSimulation aggregation = RtlSimulation.Aggregation();
        try
        {
            return new FpgaAggregationBackend(aggregation, RtlSimulation.Sampling());
        }
        catch
        {
            aggregation.Dispose();
            throw;
        }
    }

    /// <summary>A board with both kernels in one binary.</summary>
    public static IAggregationBackend CreateBoard(AggregationSettings settings)
    {
        if (settings.Program is null)
            throw new BackendUnavailableException("The FPGA needs a binary of its kernels (.xclbin) for the board: name it in AggregationSettings.Program. '" + Simulated + "' simulates the kernels without a board.");
        var options = new XrtOptions { Xclbin = settings.Program, DeviceIndex = settings.Device is null ? 0 : Index(settings.Device) };
        XrtDevice aggregation = XrtDevice.Aggregation(options);
        try
        {
            return new FpgaAggregationBackend(aggregation, options.SamplingUnits > 0 ? XrtDevice.Sampling(options) : null);
        }
        catch
        {
            aggregation.Dispose();
            throw;
        }
    }

    private static int Index(string device) =>
        int.TryParse(device, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int index)
            ? index
            : throw new BackendUnavailableException($"'{device}' is no FPGA: XRT numbers its boards from 0; give the number that 'xrt-smi examine' shows.");
}
