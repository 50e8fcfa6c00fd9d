using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Embedding tables that begin on a cache line. The runtime aligns arrays to 8 bytes, so that a row of 64 floats usually touches five
/// cache lines and every 512-bit load two; a table from here touches four and one, and gathers faster for it.
/// </summary>
internal static class AlignedMemory
{
    private const int LineBytes = 64;

    /// <summary>Zeros, collected like any array. Kernels take any memory; this one is only faster.</summary>
    /// <param name="length">Number of elements.</param>
    public static unsafe Memory<float> Allocate(int length)
    {
        Guard.AtLeast(length, 0, nameof(length));
        const int Slack = LineBytes / sizeof(float);
        // Pinned: an array that the collector may move would not stay aligned.
        float[] array = GC.AllocateArray<float>(checked(length + Slack), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        int skip = (int)((LineBytes - (address % LineBytes)) % LineBytes / sizeof(float));
        return array.AsMemory(skip, length);
    }
}
