using HybridRec.MLNet.Evaluation;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class BootstrapTests
{
    [Fact]
    public void Means_OfManyExperiments_CoverTheTruthAboutAsOftenAsPromised()
    {
        // 200 experiments of 60 users whose values have mean 0.3 by construction; a 90 % interval should miss about 20 times.
        var random = new Random(7);
        var covered = 0;
        for (var experiment = 0; experiment < 200; experiment++)
        {
            var values = Enumerable.Range(0, 60).Select(_ => random.NextDouble() < 0.3 ? 1.0 : 0.0).ToArray();
            var mean = Bootstrap.Means([values], 400, 0.9, experiment, 1)[0];
            covered += mean.Lower <= 0.3 && 0.3 <= mean.Upper ? 1 : 0;
        }
        Assert.InRange(covered, 165, 195);
    }

    [Fact]
    public void Means_Interval_HasTheWidthOfTheStandardError()
    {
        // Half the 400 values are 0, half 1: the standard error is 0.5 / 20, and a 95 % interval is 1.96 of them to each side.
        var values = Enumerable.Range(0, 400).Select(i => (double)(i % 2)).ToArray();
        var mean = Bootstrap.Means([values], 4000, 0.95, 1, 0)[0];
        Assert.Equal(0.5, mean.Value, 1e-12);
        Assert.Equal(0.5 - (1.96 * 0.025), mean.Lower, 0.004);
        Assert.Equal(0.5 + (1.96 * 0.025), mean.Upper, 0.004);
    }

    [Fact]
    public void Means_OfOneSeed_AreTheSameForAnyNumberOfThreads()
    {
        var random = new Random(3);
        double[][] columns =
        [
            [.. Enumerable.Range(0, 100).Select(_ => random.NextDouble())], [.. Enumerable.Range(0, 100).Select(_ => random.NextDouble())]
        ];
        var one = Bootstrap.Means(columns, 300, 0.95, 5, 1);
        Assert.Equal(one, Bootstrap.Means(columns, 300, 0.95, 5, 3));
        Assert.NotEqual(one, Bootstrap.Means(columns, 300, 0.95, 6, 1));
    }

    [Fact]
    public void Means_WithoutUsers_AreNaN() =>
        Assert.Equal(new MetricEstimate(double.NaN, double.NaN, double.NaN), Bootstrap.Means([[]], 100, 0.95, 1, 1)[0]);

    [Fact]
    public void Means_WithoutSamples_HaveNoInterval() =>
        Assert.Equal(new MetricEstimate(2, double.NaN, double.NaN), Bootstrap.Means([[1, 3]], 0, 0.95, 1, 1)[0]);

    [Fact]
    public void Means_OfEqualValues_HaveNoWidth() =>
        Assert.Equal(new MetricEstimate(0.25, 0.25, 0.25), Bootstrap.Means([[0.25, 0.25, 0.25]], 50, 0.95, 1, 1)[0]);
}
