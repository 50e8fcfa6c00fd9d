using System.Diagnostics;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// The bandwidth of main memory in the way of STREAM: a[i] = b[i] + s * c[i] over arrays far larger than the caches,
/// counted as 12 bytes an element (the line fetched before it is written is not counted, as in STREAM).
/// </summary>
internal static class StreamTriad
{
    private const int Elements = 48 << 20;

    private const int Chunks = 64;

    /// <summary>The best of some runs, in GB/s (10^9 bytes).</summary>
    public static double Measure(int threads, int repetitions = 5)
    {
        float[] a = new float[Elements];
        float[] b = new float[Elements];
        float[] c = new float[Elements];
        double best = 0;
        for (int r = 0; r < repetitions; r++)
        {
            long start = Stopwatch.GetTimestamp();
            Parallelism.For(Chunks, threads, chunk =>
            {
                var part = new Range(chunk * (Elements / Chunks), (chunk + 1) * (Elements / Chunks));
                TensorPrimitives.MultiplyAdd(c.AsSpan(part), 3f, b.AsSpan(part), a.AsSpan(part));
            });
            best = Math.Max(best, 12.0 * Elements / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9);
        }
        return best;
    }
}
