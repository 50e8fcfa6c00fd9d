using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Experiments.Latency;

/// <summary>
/// The processor time of the calling thread: unlike wall time it does not count the time in which other work has the core.
/// </summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    /// <summary>Milliseconds; NaN where the system has no such clock (elsewhere than on Linux).</summary>
    public static double Milliseconds =>
        OperatingSystem.IsLinux() && Get(ThreadCpuTime, out Time time) == 0 ? (time.Seconds * 1e3) + (time.Nanoseconds * 1e-6) : double.NaN;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Get(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
