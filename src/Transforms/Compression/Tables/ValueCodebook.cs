namespace HybridRec.MLNet.Compression;

/// <summary>
/// A few values that stand for many: one-dimensional k-means by Lloyd's algorithm on the sorted values, started from evenly spaced centers,
/// which keep the few large values that matter most (Han, Mao and Dally 2016, section 3.2). Ascending; deterministic.
/// </summary>
internal static class ValueCodebook
{
    private const int MostIterations = 100;

    /// <param name="values">The values; any order.</param>
    /// <param name="size">Most centers.</param>
    public static float[] Fit(ReadOnlySpan<float> values, int size)
    {
        float[] sorted = values.ToArray();
        Array.Sort(sorted);
        float[] distinct = FewDistinct(sorted, size);
        if (distinct.Length <= size)
            return distinct;
        double[] sums = new double[sorted.Length + 1];
        for (int i = 0; i < sorted.Length; i++)
            sums[i + 1] = sums[i] + sorted[i];
        double low = sorted[0], high = sorted[^1];
        float[] centers = [.. Enumerable.Range(0, size).Select(k => (float)(low + ((high - low) * k / (size - 1))))];
        for (int iteration = 0; iteration < MostIterations && Move(centers, sorted, sums); iteration++)
        {
        }
        return centers;
    }

    /// <summary>Number of the center nearest to each value; of two as near, the smaller.</summary>
    public static void Assign(ReadOnlySpan<float> values, float[] centers, Span<byte> codes, int first)
    {
        float[] bounds = Bounds(centers);
        for (int i = 0; i < values.Length; i++)
        {
            int at = Array.BinarySearch(bounds, values[i]);
            codes[i] = (byte)(first + (at < 0 ? ~at : at));
        }
    }

    private static bool Move(float[] centers, float[] sorted, double[] sums)
    {
        float[] bounds = Bounds(centers);
        bool moved = false;
        for (int k = 0, begin = 0; k < centers.Length; k++)
        {
            int end = k == bounds.Length ? sorted.Length : FirstAbove(sorted, bounds[k]);
            if (end > begin)
            {
                float mean = (float)((sums[end] - sums[begin]) / (end - begin));
                moved |= mean != centers[k];
                centers[k] = mean;
            }
            begin = end;
        }
        return moved;
    }

    private static float[] Bounds(float[] centers)
    {
        float[] bounds = new float[Math.Max(0, centers.Length - 1)];
        for (int k = 0; k < bounds.Length; k++)
            bounds[k] = (float)(((double)centers[k] + centers[k + 1]) / 2);
        return bounds;
    }

    private static int FirstAbove(float[] sorted, float bound)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] <= bound)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The distinct values, or one more of them than the size.</summary>
    private static float[] FewDistinct(float[] sorted, int size)
    {
        var distinct = new List<float>();
        foreach (float value in sorted)
            if (distinct.Count == 0 || value != distinct[^1])
            {
                distinct.Add(value);
                if (distinct.Count > size)
                    break;
            }
        return [.. distinct];
    }
}
