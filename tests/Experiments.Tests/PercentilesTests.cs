using HybridRec.MLNet.Experiments.Latency;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>The figures of a latency row, against hand-made ones.</summary>
public sealed class PercentilesTests
{
    [Fact]
    public void Of_HundredTimes_NearestRanks()
    {
        double[] times = [.. Enumerable.Range(1, 100).Select(i => (double)i).Reverse()];
        Percentiles percentiles = Percentiles.Of(times);
        Assert.Equal((50.0, 95.0, 99.0, 100.0), (percentiles.P50, percentiles.P95, percentiles.P99, percentiles.Most));
        Assert.Equal(50.5, percentiles.Mean, 12);
        Assert.Equal(Math.Sqrt(101 * 100 / 12.0), percentiles.Deviation, 10); // of a sample: n (n + 1) / 12
        Assert.Equal(100, percentiles.Requests);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 2, 2)]
    [InlineData(3, 2, 3, 3)]
    [InlineData(20, 10, 19, 20)] // 95 % of 20 are 19 exactly
    [InlineData(101, 51, 96, 100)]
    public void Of_AnyNumberOfTimes_SmallestThatCoversTheShare(int count, double p50, double p95, double p99)
    {
        Percentiles percentiles = Percentiles.Of([.. Enumerable.Range(1, count).Select(i => (double)i)]);
        Assert.Equal((p50, p95, p99), (percentiles.P50, percentiles.P95, percentiles.P99));
    }

    [Fact]
    public void Of_OneTime_HasNoDeviation() => Assert.Equal(0, Percentiles.Of([3]).Deviation);

    [Fact]
    public void Of_Nothing_SaysSo() => Assert.Throws<ArgumentException>(() => Percentiles.Of([]));

    [Fact]
    public void ToString_AnyCulture_HasPoints()
    {
        var before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("de-DE");
            Assert.StartsWith("p50 1.500,", Percentiles.Of([1.5]).ToString(), StringComparison.Ordinal);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }
}
