using System.Globalization;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class TopKReportTests
{
    private static readonly InteractionSplit s_split = Known.RandomSplit(seed: 31, users: 60, items: 40, perUser: 16, heldOut: 6);

    [Fact]
    public void CompareTo_BetterModel_IsPairedAndSignificant()
    {
        var relevant = Known.Ml.Data.CreateEnumerable<Rating>(s_split.TestSet, reuseRowObject: false).Select(row => (row.User, row.Item))
            .ToHashSet();
        var good = Report((user, item) => (relevant.Contains((user, item)) ? 3 : 0) + Known.Noise(user, item, 10));
        var noise = Report((user, item) => Known.Noise(user, item, 10));

        var difference = good.CompareTo(noise, TopKMetric.Ndcg, 10);
        Assert.Equal(good[TopKMetric.Ndcg, 10].Value - noise[TopKMetric.Ndcg, 10].Value, difference.Difference, 1e-12);
        Assert.InRange(difference.Difference, difference.Lower, difference.Upper);
        Assert.True(difference.IsSignificant);
        Assert.Equal(60, difference.Users);
        // The same users: narrower than the interval of two separate groups would be, sqrt(a^2 + b^2).
        double Width(MetricEstimate estimate) => estimate.Upper - estimate.Lower;
        var separate = Math.Sqrt(Math.Pow(Width(good[TopKMetric.Ndcg, 10]), 2) + Math.Pow(Width(noise[TopKMetric.Ndcg, 10]), 2));
        Assert.True(difference.Upper - difference.Lower < separate);

        var reverse = noise.CompareTo(good, TopKMetric.Ndcg, 10);
        Assert.Equal(-difference.Difference, reverse.Difference, 1e-12);
    }

    [Fact]
    public void CompareTo_Itself_IsZero()
    {
        var report = Report((user, item) => Known.Noise(user, item, 10));
        Assert.Equal(new MetricDifference(TopKMetric.Recall, 20, 60, 0, 0, 0), report.CompareTo(report, TopKMetric.Recall, 20));
    }

    [Fact]
    public void CompareTo_Baseline_ComparesWithThatRow()
    {
        var report = Report((user, item) => Known.Noise(user, item, 10));
        var difference = report.CompareTo("Oracle", TopKMetric.Map, 10);
        Assert.Equal(report[TopKMetric.Map, 10].Value - report["Oracle"][TopKMetric.Map, 10].Value, difference.Difference, 1e-12);
        Assert.True(difference.IsSignificant);
    }

    [Fact]
    public void CompareTo_OtherUsers_Throws()
    {
        var other = Known.Ml.Hybrid.EvaluateTopK(
            Known.Model((_, item) => item), Known.RandomSplit(seed: 31, users: 61, items: 40, perUser: 16, heldOut: 6));
        var error = Assert.Throws<ArgumentException>(() => Report((_, item) => item).CompareTo(other, TopKMetric.Ndcg, 10));
        Assert.Contains("different users (60 and 61)", error.Message);
    }

    [Fact]
    public void CompareTo_SameUsersInAnotherOrder_MatchesThemById()
    {
        var rows = Known.Ml.Data.CreateEnumerable<Rating>(s_split.TestSet, reuseRowObject: false).Reverse().ToArray();
        var train = Known.Ml.Data.CreateEnumerable<Rating>(s_split.TrainSet, reuseRowObject: false).Reverse().ToArray();
        var reversed = new InteractionSplit(Known.Ml.Data.LoadFromEnumerable(train), Known.Ml.Data.LoadFromEnumerable(rows), "reversed");
        Func<int, int, float> score = (user, item) => Known.Noise(user, item, 1 << 20);
        var difference = Report(score).CompareTo(Known.Ml.Hybrid.EvaluateTopK(Known.Model(score), reversed), TopKMetric.Ndcg, 10);
        Assert.Equal((0.0, 0.0, 0.0), (difference.Difference, difference.Lower, difference.Upper));
    }

    [Fact]
    public void Indexer_CutOffThatWasNotMeasured_SaysWhichWere() =>
        Assert.Contains(
            "the cut-offs are 10, 20", Assert.Throws<ArgumentException>(() => Report((_, item) => item)[TopKMetric.Ndcg, 5]).Message);

    [Fact]
    public void PerUser_MetricOfTheRun_Throws() =>
        Assert.Throws<ArgumentException>(() => Report((_, item) => item).Model.PerUser(TopKMetric.Coverage, 10));

    [Fact]
    public void Rows_UnknownName_SaysWhichThereAre() =>
        Assert.Contains(
            "Model, Random, Popularity, ItemMean, Oracle",
            Assert.Throws<ArgumentException>(() => Report((_, item) => item)["Best"]).Message);

    [Fact]
    public void ToString_IsAnAlignedTable_InAnyCulture()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            var lines = Report((_, item) => item).ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(
                "random, seed 31; full ranking; 60 users (0 cold, 0 without relevant items left out), 40 items, 30.0 candidates and 6.0 " +
                "relevant a user",
                lines[0].TrimEnd());
            // Header, then five rows and the two ends of the model's interval at each of two cut-offs; all equally long.
            Assert.Equal(1 + 1 + (2 * 7), lines.Length);
            Assert.Single(lines.Skip(1).Select(line => line.TrimEnd('\r').Length).Distinct());
            Assert.Contains("Ndcg", lines[1]);
            Assert.StartsWith("Model", lines[2]);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void ToDataFrame_HasALineForEachRowAndCutOff()
    {
        var report = Report((_, item) => item);
        var frame = report.ToDataFrame();
        Assert.Equal(report.Rows.Count * report.K.Count, frame.Rows.Count);
        Assert.Equal("Model", frame["Model"][0]);
        Assert.Equal(20, frame["K"][frame.Rows.Count - 1]);
        Assert.Equal(report[TopKMetric.Ndcg, 10].Value, frame["Ndcg"][0]);
        Assert.Equal(report[TopKMetric.Ndcg, 10].Upper, frame["NdcgUpper"][0]);
    }

    [Fact]
    public void Estimate_ToString_ShowsTheInterval()
    {
        Assert.Equal("0.1235 [0.1000, 0.2000]", new MetricEstimate(0.12345678, 0.1, 0.2).ToString());
        Assert.Equal("0.5000", new MetricEstimate(0.5, double.NaN, double.NaN).ToString());
        Assert.Equal(
            "Ndcg@10: -0.0100 [-0.0200, +0.0100], 5 users", new MetricDifference(TopKMetric.Ndcg, 10, 5, -0.01, -0.02, 0.01).ToString());
    }

    private static TopKReport Report(Func<int, int, float> score) => Known.Ml.Hybrid.EvaluateTopK(Known.Model(score), s_split);
}
