using System.Numerics;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// The generator xoshiro256** (Blackman and Vigna 2018), seeded through SplitMix64. Each (seed, epoch, chunk) is a stream of
/// its own, so that what a chunk draws depends neither on the thread that runs it nor on the chunks before it. A mutable
/// struct: pass it by reference.
/// </summary>
internal struct Xoshiro256
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    private Xoshiro256(ulong key)
    {
        _a = SplitMix64(ref key);
        _b = SplitMix64(ref key);
        _c = SplitMix64(ref key);
        _d = SplitMix64(ref key);
    }

    /// <summary>The stream of a chunk of an epoch.</summary>
    public static Xoshiro256 Stream(long seed, int epoch = 0, int chunk = 0)
    {
        // Each part is mixed before the next is added: neighboring numbers give unrelated streams.
        ulong key = (ulong)seed;
        key = SplitMix64(ref key) ^ (uint)epoch;
        key = SplitMix64(ref key) ^ (uint)chunk;
        return new Xoshiro256(key);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number in [0, <paramref name="bound"/>), every one as likely (Lemire 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt32(int bound)
    {
        Guard.AtLeast(bound, 1, nameof(bound));
        ulong product = (ulong)(uint)bound * (uint)(NextBits() >> 32);
        if ((uint)product < (uint)bound)
        {
            // The lowest 2^32 mod bound products belong to numbers that would come up once too often.
            uint surplus = (uint)-bound % (uint)bound;
            while ((uint)product < surplus)
                product = (ulong)(uint)bound * (uint)(NextBits() >> 32);
        }
        return (int)(product >> 32);
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A standard normal number (polar method of Marsaglia; the second of the pair is dropped to keep no state).</summary>
    public double NextNormal()
    {
        while (true)
        {
            double x = (2 * NextDouble()) - 1;
            double y = (2 * NextDouble()) - 1;
            double square = (x * x) + (y * y);
            if (square is > 0 and < 1)
                return x * Math.Sqrt(-2 * Math.Log(square) / square);
        }
    }

    /// <summary>Puts the values in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
