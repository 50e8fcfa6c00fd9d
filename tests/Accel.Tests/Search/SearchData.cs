namespace HybridRec.MLNet.Accel.Tests.Search;

/// <summary>Rows in clusters of unequal size and length, and queries near some of them.</summary>
internal static class SearchData
{
    public static float[] Clustered(int rows, int d, int clusters, int seed)
    {
        float[] centers = Samples.Normal(clusters * d, seed), values = Samples.Normal(rows * d, seed + 1, 0.4f);
        var random = Xoshiro256.Stream(seed + 2);
        for (int row = 0; row < rows; row++)
        {
            int cluster = (int)(clusters * random.NextDouble() * random.NextDouble());
            float length = (float)Math.Exp(0.5 * random.NextNormal());
            for (int j = 0; j < d; j++)
                values[(row * d) + j] = length * (values[(row * d) + j] + centers[(cluster * d) + j]);
        }

        return values;
    }

    /// <summary>The best rows by dot products in double precision, sorted; equal ones by row.</summary>
    public static int[] Best(float[] values, int d, float[] query, int[] excluded, int k) =>
        [.. Enumerable.Range(0, values.Length / d).Where(row => !excluded.Contains(row))
            .OrderByDescending(row => Dot(values, d, query, row)).ThenBy(row => row).Take(k)];

    public static double Dot(float[] values, int d, float[] query, int row)
    {
        double sum = 0;
        for (int j = 0; j < d; j++)
            sum += (double)values[(row * d) + j] * query[j];
        return sum;
    }
}
