using System.Globalization;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Expected times, <c>launch + transfer / link + edges * overhead + gathered / bandwidth</c>. The constants are orders of magnitude of
/// present hardware, the processor's taken from runs of <c>aggregate</c>; they are constants, and nothing is measured at run time, so that
/// the same call goes to the same backend every time.
/// </summary>
internal static class CostModel
{
    private const double Giga = 1e9;
    private const double CacheBytes = 32 << 20;
    private const double CachedBandwidth = 25 * Giga;
    private const double MemoryBandwidth = 6 * Giga;
    private const double EdgeOverhead = 3e-9;
    private const double ProcessorLaunch = 10e-6;
    private const double SoftwareDeviceLaunch = 150e-6;
    private const double SoftwareDeviceSlowdown = 2;

    // 46 us and 10.7 GB/s are in the profile of FlowGNN's runs on a U50, the only published ones of such calls.
    private const double DeviceLaunch = 60e-6;
    private const double DeviceLink = 10 * Giga;
    private const double DeviceBandwidth = 150 * Giga;

    /// <summary>The processor by this library's kernels.</summary>
    public static AggregationEstimate Processor(AggregationWork work, int threads)
    {
        bool cached = work.TableBytes <= CacheBytes;
        double each = EdgeOverhead + (work.RowBytes / (cached ? CachedBandwidth : MemoryBandwidth));
        double seconds = ProcessorLaunch + (work.Edges * each / Math.Max(1, threads));
        return Estimate(
            seconds, $"no launch, no transfer, a table that {(cached ? "fits into" : "is larger than")} the caches, {threads} threads");
    }

    /// <summary>A device of OpenCL that is the processor itself.</summary>
    public static AggregationEstimate ProcessorAsDevice(AggregationWork work, int threads)
    {
        double seconds = SoftwareDeviceLaunch + (Processor(work, threads).Time.Value * SoftwareDeviceSlowdown);
        return Estimate(
            seconds,
            $"the processor again, behind a launch of {Microseconds(SoftwareDeviceLaunch)} us and a compiler that reaches half of the speed of the kernels of this library");
    }

    /// <summary>A device with memory of its own.</summary>
    public static AggregationEstimate Device(AggregationWork work)
    {
        long bytes = work.TableBytes + work.WeightBytes + work.ResultBytes;
        double seconds = DeviceLaunch + (bytes / DeviceLink) + (work.GatheredBytes / DeviceBandwidth);
        return Estimate(seconds, $"a launch of {Microseconds(DeviceLaunch)} us and {bytes / 1e6:F2} MB to transfer");
    }

    private static AggregationEstimate Estimate(double seconds, FormattableString reason) =>
        new(new Figure(seconds, "s", Provenance.Modeled), reason.ToString(CultureInfo.InvariantCulture));

    private static int Microseconds(double seconds) => (int)Math.Round(seconds * 1e6);
}
