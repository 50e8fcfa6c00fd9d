namespace HybridRec.MLNet.Experiments.Latency;

/// <summary>How long requests took, in milliseconds: nearest-rank percentiles of all that were measured, none left out.</summary>
internal sealed record Percentiles(int Requests, double Mean, double Deviation, double P50, double P95, double P99, double Most)
{
    /// <summary>Summarizes times.</summary>
    /// <param name="milliseconds">One for each request; sorted by this.</param>
    public static Percentiles Of(double[] milliseconds)
    {
        if (milliseconds.Length == 0)
            throw new ArgumentException("Nothing was measured.", nameof(milliseconds));
        Array.Sort(milliseconds);
        double mean = milliseconds.Average();
        double variance = milliseconds.Length < 2
            ? 0
            : milliseconds.Sum(value => (value - mean) * (value - mean)) / (milliseconds.Length - 1);
        return new Percentiles(milliseconds.Length, mean, Math.Sqrt(variance), At(0.5), At(0.95), At(0.99), milliseconds[^1]);

        double At(double share) => milliseconds[Math.Max(0, (int)Math.Ceiling(share * milliseconds.Length) - 1)];
    }

    public override string ToString() => FormattableString.Invariant(
        $"p50 {P50:F3}, p95 {P95:F3}, p99 {P99:F3} ms, mean {Mean:F3} ± {Deviation:F3}, most {Most:F3}, {Requests} requests");
}
