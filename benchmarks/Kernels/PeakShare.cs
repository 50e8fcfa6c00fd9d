using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Benchmarks.Kernels;

/// <summary>
/// Dense products against what one core can multiply at all: a loop of independent fused multiply-adds on registers, measured in the
/// same run. Each figure is the best of many short runs, so that other work on the machine takes no part in it.
/// </summary>
internal static class PeakShare
{
    private const int Accumulators = 12;

    public static void Print()
    {
        double peak = Best(100, () => MultiplyAdds(20_000), 2.0 * 20_000 * Accumulators * Vector512<float>.Count);
        Line("registers only", peak, peak);
        foreach ((int m, int n, int k) in ((int, int, int)[])[(128, 64, 64), (128, 1024, 64), (128, 64, 1024), (256, 256, 256)])
        {
            float[] left = Inputs.Normal(m * k, 1);
            float[] right = Inputs.Normal(k * n, 2);
            float[] product = new float[m * n];
            var packed = new PackedMatrix();
            packed.Pack(right, k, n, transposed: false);
            double work = 2.0 * m * n * k;
            Line($"A B    {m} x {n} x {k}", Best(400, () => MatMulKernel.Multiply(left, packed, product, m), work), peak);
            Line($"A^T B  {m} x {n} x {k}", Best(400, () => MatMulKernel.MultiplyTransposedLeft(left, packed, product, m), work), peak);
            Line(
                $"A B^T  {m} x {n} x {k}, packing included",
                Best(400, () => MatMulKernel.MultiplyTransposedRight(left, right, product, m, n, k), work), peak);
        }
    }

    private static void Line(string what, double gigaFlops, double peak) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-48}{gigaFlops,8:0.0} GFLOP/s{100 * gigaFlops / peak,6:0} %"));

    private static double Best(int repetitions, Action run, double operations)
    {
        for (int i = 0; i < 60; i++)
            run();
        // The compiler's best code is installed some 100 ms after the 30th call.
        Thread.Sleep(300);
        long best = long.MaxValue;
        for (int i = 0; i < repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }
        return operations / (best / (double)Stopwatch.Frequency) / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float MultiplyAdds(int rounds)
    {
        var x = Vector512.Create(0.999f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int round = 0; round < rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, x);
            b = Vector512.FusedMultiplyAdd(b, x, x);
            c = Vector512.FusedMultiplyAdd(c, x, x);
            d = Vector512.FusedMultiplyAdd(d, x, x);
            e = Vector512.FusedMultiplyAdd(e, x, x);
            f = Vector512.FusedMultiplyAdd(f, x, x);
            g = Vector512.FusedMultiplyAdd(g, x, x);
            h = Vector512.FusedMultiplyAdd(h, x, x);
            i = Vector512.FusedMultiplyAdd(i, x, x);
            j = Vector512.FusedMultiplyAdd(j, x, x);
            k = Vector512.FusedMultiplyAdd(k, x, x);
            l = Vector512.FusedMultiplyAdd(l, x, x);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
