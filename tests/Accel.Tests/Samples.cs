namespace HybridRec.MLNet.Accel.Tests;

/// <summary>Seeded inputs for the tests.</summary>
internal static class Samples
{
    /// <summary>Lengths around every vector width and unrolling, where remainder code goes wrong.</summary>
    public static readonly int[] Lengths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129];

    public static TheoryData<int> AwkwardLengths => [.. Lengths];

    public static float[] Normal(int count, int seed, float scale = 1)
    {
        var random = Xoshiro256.Stream(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = scale * (float)random.NextNormal();
        return values;
    }

    public static int[] Integers(int count, int bound, int seed)
    {
        var random = Xoshiro256.Stream(seed);
        int[] values = new int[count];
        for (int i = 0; i < count; i++)
            values[i] = random.NextInt32(bound);
        return values;
    }

    /// <summary>A matrix with an empty row, and one row of 10,000 entries when there are that many columns.</summary>
    public static CsrMatrix Matrix(int rows, int columns, int entries, int seed, int longRow = -1)
    {
        int[] r = Integers(entries, rows, seed);
        int[] c = Integers(entries, columns, seed + 1);
        float[] v = Normal(entries, seed + 2);
        if (longRow >= 0)
        {
            int[] every = [.. Enumerable.Range(0, columns)];
            r = [.. r, .. every.Select(_ => longRow)];
            c = [.. c, .. every];
            v = [.. v, .. Normal(columns, seed + 3)];
        }
        return CsrMatrix.FromCoordinates(rows, columns, r, c, v);
    }

    public static double[] Product(CsrMatrix a, float[] x, int d)
    {
        double[] y = new double[a.Rows * d];
        for (int row = 0; row < a.Rows; row++)
        {
            for (int e = a.RowOffsets[row]; e < a.RowOffsets[row + 1]; e++)
            {
                for (int j = 0; j < d; j++)
                    y[(row * d) + j] += (double)a.Values[e] * x[(a.ColumnIndices[e] * d) + j];
            }
        }
        return y;
    }
}
