using System.Diagnostics;

namespace HybridRec.MLNet.Experiments;

/// <summary>Runs this program again with other arguments, so that a peak of memory is that of one model alone.</summary>
internal static class OwnProcess
{
    /// <summary>Seconds of all cores that this process has used.</summary>
    public static double CpuSeconds
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    public static double PeakMemoryMiB
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 / (double)(1 << 20);
        }
    }

    /// <summary>Starts it, passes its output on, and waits.</summary>
    /// <exception cref="InvalidOperationException">It failed; its own message stands above.</exception>
    public static void Run(params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        string[] all = Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [typeof(OwnProcess).Assembly.Location, .. arguments]
            : arguments;
        using var process = Process.Start(new ProcessStartInfo(program, all) { UseShellExecute = false })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with {process.ExitCode}; see its message above.");
    }
}
