using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Registers of 128 bits: 4 floats.</summary>
internal readonly unsafe struct Lanes128 : IMathLanes<Vector128<float>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(ref float first, nuint index) => Vector128.LoadUnsafe(ref first, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> vector, float* to) => vector.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fill(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FusedMultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Above(Vector128<float> a, Vector128<float> limit) => Vector128.GreaterThan(a, limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector128<float> mask) => mask.AsInt32() != Vector128<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Vector128<float> mask) => mask.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Lower(uint* words) => (Vector128.Load(words) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Upper(uint* words) => (Vector128.Load(words) & Vector128.Create(0xFFFF0000u)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> vector, ref float first, nuint index) => vector.StoreUnsafe(ref first, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Root(Vector128<float> a) => Vector128.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> a) => Vector128.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AtLeast(Vector128<float> a, Vector128<float> limit) => Vector128.GreaterThanOrEqual(a, limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Round(Vector128<float> a, Vector128<float> most) =>
        Vector128.Min(Vector128.Max(Vector128.Round(a), -most), most);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, sbyte* to)
    {
        Vector128<short> low = Vector128.Narrow(Vector128.ConvertToInt32(a), Vector128.ConvertToInt32(b));
        Vector128<short> high = Vector128.Narrow(Vector128.ConvertToInt32(c), Vector128.ConvertToInt32(d));
        Vector128.Narrow(low, high).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Vector128<float> lower, Vector128<float> upper, uint* to) =>
        ((Rounded(lower) >>> 16) | (Rounded(upper) & Vector128.Create(0xFFFF0000u))).Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rounded(Vector128<float> values)
    {
        Vector128<uint> bits = values.AsUInt32();
        Vector128<uint> rounded = bits + Vector128.Create(0x7FFFu) + ((bits >>> 16) & Vector128<uint>.One);
        return Vector128.ConditionalSelect(Vector128.Equals(values, values).AsUInt32(), rounded, bits | Vector128.Create(0x400000u));
    }
}
