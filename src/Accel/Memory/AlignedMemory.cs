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
    public static Memory<float> Allocate(int length) => Allocate<float>(length);

    /// <inheritdoc cref="Allocate(int)"/>
    /// <typeparam name="T">Type of the elements; 64 has to be a multiple of its size.</typeparam>
    public static unsafe Memory<T> Allocate<T>(int length)
        where T : unmanaged
    {
        Guard.AtLeast(length, 0, nameof(length));
        // Pinned: an array that the collector may move would not stay aligned.
        T[] array = GC.AllocateArray<T>(checked(length + (LineBytes / sizeof(T))), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        int skip = (int)((LineBytes - (address % LineBytes)) % LineBytes) / sizeof(T);
        return array.AsMemory(skip, length);
    }
}
