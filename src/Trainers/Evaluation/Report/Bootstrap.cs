using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// Percentile bootstrap of means over users (Efron, Bootstrap methods: another look at the jackknife, 1979): users are drawn with
/// replacement, the mean is taken again, and the interval holds the middle share of those means. One draw serves every
/// column, so columns can be compared.
/// </summary>
internal static class Bootstrap
{
    /// <summary>The mean of each column and its interval.</summary>
    /// <param name="columns">Values by user; all of one length.</param>
    /// <param name="samples">Number of resamples; 0 gives NaN for the ends.</param>
    /// <param name="confidence">Share of the means inside the interval.</param>
    /// <param name="seed">Seed; the same users drawn for the same seed, number of users and resamples.</param>
    /// <param name="threads">Number of threads; 0 for all cores.</param>
    /// <param name="cancellation">Checked between resamples.</param>
    public static MetricEstimate[] Means(
        IReadOnlyList<double[]> columns, int samples, double confidence, int seed, int threads, CancellationToken cancellation = default)
    {
        var users = columns.Count == 0 ? 0 : columns[0].Length;
        if (users == 0)
            return [.. columns.Select(_ => new MetricEstimate(double.NaN, double.NaN, double.NaN))];

        var means = new double[columns.Count][];
        for (var c = 0; c < means.Length; c++)
            means[c] = new double[samples];
        Parallelism.For(samples, threads, sample =>
        {
            cancellation.ThrowIfCancellationRequested();
            var times = Draw(users, seed, sample);
            for (var c = 0; c < columns.Count; c++)
                means[c][sample] = TensorPrimitives.Dot<double>(times, columns[c]) / users;
        });
        return [.. columns.Select((column, c) => Interval(TensorPrimitives.Sum<double>(column) / users, means[c], confidence))];
    }

    private static double[] Draw(int users, int seed, int sample)
    {
        var random = Xoshiro256.Stream(seed, sample);
        var times = new double[users];
        for (var draw = 0; draw < users; draw++)
            times[random.NextInt32(users)]++;
        return times;
    }

    private static MetricEstimate Interval(double value, double[] means, double confidence)
    {
        if (means.Length == 0)
            return new MetricEstimate(value, double.NaN, double.NaN);
        Array.Sort(means);
        var tail = (1 - confidence) / 2;
        return new MetricEstimate(value, Quantile(means, tail), Quantile(means, 1 - tail));
    }

    // Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
    private static double Quantile(double[] ascending, double share)
    {
        var at = share * (ascending.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, ascending.Length - 1);
        return ascending[below] + ((at - below) * (ascending[above] - ascending[below]));
    }
}
