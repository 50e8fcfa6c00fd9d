using System.Collections.Concurrent;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>
/// The simulated kernels under test. HYBRIDREC_FPGA_SIM names their library; unset, the tests are skipped and
/// say so; set but wrong, they fail.
/// </summary>
internal static class FpgaLibrary
{
    private static readonly ConcurrentDictionary<SimulationOptions, Lazy<FpgaAggregationBackend>> s_backends = new();

    /// <summary>Path of the library; skips the test without one.</summary>
    public static string Path
    {
        get
        {
            string? path = Environment.GetEnvironmentVariable(SimulationOptions.LibraryVariable);
            Assert.SkipWhen(
                string.IsNullOrEmpty(path), $"{SimulationOptions.LibraryVariable} is not set: the simulated FPGA was not built. Where " +
                    "Verilator is, let it be what 'bash eng/build-fpga-sim.sh' prints.");
            return path;
        }
    }

    /// <summary>The kernels in the library.</summary>
    public static string[] Kernels => SimulationLibrary.Load(Path).Kernels.Split(',');

    /// <summary>A backend on simulated devices, made once for its options.</summary>
    public static FpgaAggregationBackend Shared(SimulationOptions options)
    {
        _ = Path;
        return s_backends.GetOrAdd(options, static o => new(() => Create(o))).Value;
    }

    /// <summary>A backend of its own.</summary>
    public static FpgaAggregationBackend Create(SimulationOptions options)
    {
        _ = Path;
        return new FpgaAggregationBackend(RtlSimulation.Aggregation(options), RtlSimulation.Sampling(options));
    }

    /// <summary>The same kernels behind the functions of XRT.</summary>
    public static XrtOptions Xrt(string folder, string kernels = "hr_agg_kernel=agg16x1 hr_sample_kernel=sample", int units = 1)
    {
        string binary = System.IO.Path.Combine(folder, "kernels.xclbin");
        File.WriteAllText(binary, "hr-sim-xclbin " + kernels);
        return new XrtOptions { Xclbin = binary, Library = Path, AggregationUnits = units };
    }
}
