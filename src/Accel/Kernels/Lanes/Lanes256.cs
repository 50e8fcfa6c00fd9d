using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Registers of 256 bits: 8 floats.</summary>
internal readonly unsafe struct Lanes256 : IMathLanes<Vector256<float>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ref float first, nuint index) => Vector256.LoadUnsafe(ref first, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> vector, float* to) => vector.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Fill(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FusedMultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Above(Vector256<float> a, Vector256<float> limit) => Vector256.GreaterThan(a, limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector256<float> mask) => mask.AsInt32() != Vector256<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Vector256<float> mask) => mask.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Lower(uint* words) => (Vector256.Load(words) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Upper(uint* words) => (Vector256.Load(words) & Vector256.Create(0xFFFF0000u)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> vector, ref float first, nuint index) => vector.StoreUnsafe(ref first, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Root(Vector256<float> a) => Vector256.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> a) => Vector256.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AtLeast(Vector256<float> a, Vector256<float> limit) => Vector256.GreaterThanOrEqual(a, limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Round(Vector256<float> a, Vector256<float> most) =>
        Vector256.Min(Vector256.Max(Vector256.Round(a), -most), most);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, sbyte* to)
    {
        Vector256<short> low = Vector256.Narrow(Vector256.ConvertToInt32(a), Vector256.ConvertToInt32(b));
        Vector256<short> high = Vector256.Narrow(Vector256.ConvertToInt32(c), Vector256.ConvertToInt32(d));
        Vector256.Narrow(low, high).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Vector256<float> lower, Vector256<float> upper, uint* to) =>
        ((Rounded(lower) >>> 16) | (Rounded(upper) & Vector256.Create(0xFFFF0000u))).Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rounded(Vector256<float> values)
    {
        Vector256<uint> bits = values.AsUInt32();
        Vector256<uint> rounded = bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One);
        return Vector256.ConditionalSelect(Vector256.Equals(values, values).AsUInt32(), rounded, bits | Vector256.Create(0x400000u));
    }
}
