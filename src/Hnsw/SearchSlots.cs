using System.Diagnostics;
using System.Numerics;

namespace HybridRec.MLNet.Hnsw;

/// <summary>
/// How many searches a graph of USearch takes at once: it makes a slot for each core that the process may run on, and refuses a search that
/// finds none.
/// </summary>
internal static class SearchSlots
{
    /// <summary>The slots of a graph that is made now.</summary>
    public static int Count => Math.Clamp(Cores(), 1, Environment.ProcessorCount);

    // .NET's own count can be set to more (DOTNET_PROCESSOR_COUNT), or be less where a container's share is.
    private static int Cores()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
            return Environment.ProcessorCount;
        using var self = Process.GetCurrentProcess();
        return BitOperations.PopCount(unchecked((ulong)self.ProcessorAffinity));
    }
}
