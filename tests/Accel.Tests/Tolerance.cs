namespace HybridRec.MLNet.Accel.Tests;

/// <summary>Named error budgets: how far a kernel may be from its scalar twin or from double precision, and why.</summary>
internal static class Tolerance
{
    /// <summary>Half of the distance between 1 and the next float.</summary>
    public const double Rounding = 5.96e-8;

    /// <summary>
    /// A sum of n float products in any order, n up to some hundreds, relative to the sum of absolute products: n roundings at most;
    /// 64 of them is far above what random signs give and far below any wrong term.
    /// </summary>
    public const double FloatSum = 64 * Rounding;

    /// <summary>Exp, log and two chained sums of up to some thousands of terms.</summary>
    public const double SoftmaxStep = 2e-5;

    /// <summary>A central difference of a double-precision loss with step 1e-3 against a float gradient.</summary>
    public const double FiniteDifference = 2e-3;

    public static void AssertSum(double expected, double actual, double magnitude, string what = "") =>
        Assert.True(
            Math.Abs(expected - actual) <= FloatSum * Math.Max(magnitude, 1e-6),
            FormattableString.Invariant($"{what} expected {expected:R}, got {actual:R}; allowed {FloatSum * magnitude:E2}"));

    /// <summary>Relative to the largest value: gradients of one table share a scale.</summary>
    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double relative, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 1e-12;
        foreach (double value in expected)
            largest = Math.Max(largest, Math.Abs(value));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= relative * largest,
                FormattableString.Invariant($"{what}[{i}] expected {expected[i]:R}, got {actual[i]:R}; allowed {relative * largest:E2}"));
        }
    }

    public static void AssertClose(float[] expected, float[] actual, double relative, string what = "") =>
        AssertClose(Array.ConvertAll(expected, x => (double)x), actual, relative, what);
}
