using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Reads neighbouring elements of a row as floats, whatever it is made of; the tests of the type cost nothing once compiled.</summary>
internal static unsafe class SpmmLoad
{
    /// <summary>Sixteen elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sixteen<T>(T* row)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Vector512.Load((float*)row);
        Vector256<ushort> upper = Vector256.Load((ushort*)row);
        if (Avx512F.IsSupported)
            return (Avx512F.ConvertToVector512UInt32(upper) << 16).AsSingle();
        (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(upper);
        return (Vector512.Create(low, high) << 16).AsSingle();
    }

    /// <summary>Eight elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight<T>(T* row)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Vector256.Load((float*)row);
        Vector128<ushort> upper = Vector128.Load((ushort*)row);
        if (Avx2.IsSupported)
            return (Avx2.ConvertToVector256Int32(upper) << 16).AsSingle();
        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(upper);
        return (Vector256.Create(low, high) << 16).AsSingle();
    }

    /// <summary>One element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float One<T>(T* row)
        where T : unmanaged => typeof(T) == typeof(float) ? *(float*)row : ((BFloat16*)row)->ToSingle();
}
