using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Conformance;

/// <summary>Seeded graphs and numbers for the conformance table of backends.</summary>
public static class BackendGraphs
{
    /// <summary>A matrix with rows of given degrees over random columns, and weights of both signs.</summary>
    public static CsrMatrix OfDegrees(int columns, IReadOnlyList<int> degrees, int seed)
    {
        var random = Xoshiro256.Stream(seed);
        var offsets = new int[degrees.Count + 1];
        var indices = new List<int>();
        for (int row = 0; row < degrees.Count; row++)
        {
            if (degrees[row] >= columns)
            {
                indices.AddRange(Enumerable.Range(0, columns));
            }
            else
            {
                var chosen = new SortedSet<int>();
                while (chosen.Count < degrees[row])
                    chosen.Add(random.NextInt32(columns));
                indices.AddRange(chosen);
            }

            offsets[row + 1] = indices.Count;
        }

        var values = new float[indices.Count];
        foreach (ref float value in values.AsSpan())
            value = (float)random.NextNormal();
        return new CsrMatrix(degrees.Count, columns, offsets, [.. indices], values);
    }

    /// <summary>A square matrix whose degrees fall as a power of the rank, down to rows without entries.</summary>
    public static CsrMatrix PowerLaw(int nodes, int seed) =>
        OfDegrees(nodes, [.. Enumerable.Range(0, nodes).Select(rank => (int)(nodes * 0.4 * Math.Pow(rank + 1, -0.9)))], seed);

    /// <summary>
    /// Degrees around the lengths where pieces of work end: nothing, one, pairs, the 508 that fit into 32 bits, and 10,000.
    /// </summary>
    public static CsrMatrix Mixed(int seed) =>
        OfDegrees(10_000, [0, 1, 2, 3, 0, 0, 16, 17, 10_000, 1, 508, 509, 510, 1016, 1017, 64, 0], seed);

    /// <summary>Normal numbers.</summary>
    public static float[] Normal(int count, int seed)
    {
        var random = Xoshiro256.Stream(seed);
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = (float)random.NextNormal();
        return values;
    }

    /// <summary>Any bytes, -128 among them.</summary>
    public static sbyte[] Bytes(int count, int seed)
    {
        var random = Xoshiro256.Stream(seed);
        var values = new sbyte[count];
        foreach (ref sbyte value in values.AsSpan())
            value = (sbyte)(random.NextInt32(256) - 128);
        return values;
    }

    /// <summary>Any weights, -32768 among them.</summary>
    public static short[] Weights(int count, int seed)
    {
        var random = Xoshiro256.Stream(seed);
        var values = new short[count];
        foreach (ref short value in values.AsSpan())
            value = (short)(random.NextInt32(65_536) - 32_768);
        return values;
    }

    /// <summary>The same number many times.</summary>
    public static T[] Same<T>(int count, T value)
    {
        var values = new T[count];
        Array.Fill(values, value);
        return values;
    }
}
