namespace HybridRec.MLNet.Accel;

/// <summary>The FPGA in the registry of backends, on a board and simulated.</summary>
/// <example><code>
/// FpgaBackend.Register();
/// var options = new GnnEmbeddingOptions { Aggregation = AggregationBackend.FpgaSimulated(), Precision = EmbeddingPrecision.Int8 };
/// </code></example>
public static class FpgaBackend
{
    /// <summary>On a board, by XRT.</summary>
    public const string Board = "fpga";

    /// <summary>The simulated kernels.</summary>
    public const string Simulated = "fpga-sim";

    /// <summary>
    /// Makes both known to <see cref="AggregationBackends"/>; "auto" takes the board where it is cheapest, the simulation is taken by name
    /// only. Call it once, when the application starts; again does no harm.
    /// </summary>
    public static void Register()
    {
        AggregationBackends.Register(Simulated, _ => CreateSimulated());
        AggregationBackends.Register(Board, CreateBoard);
    }

    // The simulated kernels with their defaults.
    private static IAggregationBackend CreateSimulated()
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

    // A board with both kernels in one binary.
    private static IAggregationBackend CreateBoard(AggregationSettings settings)
    {
        if (settings.Program is null)
            throw new BackendUnavailableException(
                "The FPGA needs a binary of its kernels (.xclbin) for the board: name it in AggregationSettings.Program. '" + Simulated +
                "' simulates the kernels without a board.");
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
            : throw new BackendUnavailableException(
                $"'{device}' is no FPGA: XRT numbers its boards from 0; give the number that 'xrt-smi examine' shows.");
}
