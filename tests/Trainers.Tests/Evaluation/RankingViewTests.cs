using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class RankingViewTests
{
    [Fact]
    public void RankingView_FiveStars_EvaluatesWithDefaultArguments()
    {
        var scored = Known.Model((_, item) => -item).Transform(Known.Ratings((1, 1, 5), (1, 2, 1), (1, 3, 3)));
        var view = Known.Ml.Hybrid.RankingView(scored);
        Assert.Equal([4f, 0f, 2f], Known.Floats(view, "Label"));
        // ML.NET's default gains of grades 4, 0, 2: 31, 0, 7.
        var metrics = Known.Ml.Ranking.Evaluate(view);
        var ideal = 31 + (7 / Math.Log2(3));
        Assert.Equal((31 + (7 / 2.0)) / ideal, metrics.NormalizedDiscountedCumulativeGains[2], 1e-9);
    }

    [Fact]
    public void RankingView_InterleavedUsers_BecomeContiguousInOldOrder()
    {
        var scored = Known.Model((_, item) => item).Transform(Known.Ratings((7, 1, 5), (8, 2, 4), (7, 3, 2), (9, 4, 1), (8, 5, 3)));
        var view = Known.Ml.Hybrid.RankingView(scored);
        // User 9 has grade 0 only and is left out.
        Assert.Equal([1u, 1u, 2u, 2u], view.GetColumn<uint>("GroupId"));
        Assert.Equal([1f, 3f, 2f, 5f], Known.Floats(view, "Score"));
        Assert.Equal([4f, 1f, 3f, 2f], Known.Floats(view, "Label"));
        Assert.Equal(5, Known.Ml.Hybrid.RankingView(scored, new RankingViewOptions { DropUsersWithoutRelevant = false }).GetRowCount());
    }

    [Fact]
    public void RankingView_Threshold_MakesBinaryGrades()
    {
        var scored = Known.Model((_, item) => item).Transform(Known.Ratings((1, 1, 5), (1, 2, 3.5f), (1, 3, 4)));
        Assert.Equal(
            [1f, 0f, 1f], Known.Floats(Known.Ml.Hybrid.RankingView(scored, new RankingViewOptions { RelevanceThreshold = 4 }), "Label"));
    }

    [Fact]
    public void RankingView_ThresholdThatNoLabelReaches_IsRefused()
    {
        var scored = Known.Model((_, item) => item).Transform(Known.Ratings((1, 1, 5), (1, 2, 3.5f)));
        string message = Assert.Throws<ArgumentException>(
            () => Known.Ml.Hybrid.RankingView(scored, new RankingViewOptions { RelevanceThreshold = 6 })).Message;
        Assert.Contains("reaches RelevanceThreshold 6", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5f, 0f)]
    [InlineData(1.5f, 0f)]
    [InlineData(2f, 1f)]
    [InlineData(4.5f, 3f)]
    [InlineData(5f, 4f)]
    public void RankingView_HalfStars_RoundDown(float stars, float grade)
    {
        var scored = Known.Model((_, item) => item).Transform(Known.Ratings((1, 1, stars), (1, 2, 5)));
        Assert.Equal(grade, Known.Floats(Known.Ml.Hybrid.RankingView(scored), "Label")[0]);
    }

    [Fact]
    public void RankingView_NaNScore_RanksLastInsteadOfDisappearing()
    {
        // The only relevant item has no score: ML.NET would drop its row and call the rest perfect.
        var scored = Known.Model((_, item) => item == 1 ? float.NaN : item).Transform(Known.Ratings((1, 1, 5), (1, 2, 1)));
        var view = Known.Ml.Hybrid.RankingView(scored);
        Assert.Equal([float.MinValue, 2f], Known.Floats(view, "Score"));
        Assert.Equal(1 / Math.Log2(3), Known.Ml.Ranking.Evaluate(view).NormalizedDiscountedCumulativeGains[9], 1e-9);
    }

    [Fact]
    public void RankingView_UsersUnknownToTheModel_StayApart()
    {
        // Both test users are unknown to the key mapping, where they are one missing key.
        var chain = Known.Ml.Transforms.Conversion.MapValueToKey("User").Fit(Known.Ratings((1, 1, 1)))
            .Append(Known.Ml.Transforms.CopyColumns("Score", "Label").Fit(Known.Ratings()));
        var view = Known.Ml.Hybrid.RankingView(chain.Transform(Known.Ratings((5, 1, 5), (6, 1, 4), (5, 2, 3))));
        Assert.Equal([1u, 1u, 2u], view.GetColumn<uint>("GroupId"));
    }

    [Theory]
    [InlineData(6f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void RankingView_LabelThatIsNoStar_NamesTheRow(float label)
    {
        var scored = Known.Model((_, item) => item).Transform(Known.Ratings((1, 1, 5), (1, 2, label)));
        Assert.Contains("row 2", Assert.Throws<InvalidDataException>(() => Known.Ml.Hybrid.RankingView(scored)).Message);
    }

    [Fact]
    public void RankingView_ImplicitLabels_AskForAThreshold()
    {
        var scored = Known.Model((_, item) => item).Transform(Known.Ratings((1, 1, 1), (1, 2, 1)));
        Assert.Contains("RelevanceThreshold", Assert.Throws<ArgumentException>(() => Known.Ml.Hybrid.RankingView(scored)).Message);
        Assert.Equal(2, Known.Ml.Hybrid.RankingView(scored, new RankingViewOptions { RelevanceThreshold = 1 }).GetRowCount());
    }

    [Fact]
    public void RankingView_MissingScore_NamesTheColumn() =>
        Assert.Contains("'Score'", Assert.Throws<ArgumentException>(() => Known.Ml.Hybrid.RankingView(Known.Ratings((1, 1, 1)))).Message);

    [Fact]
    public void RankingView_OfRatedRows_AgreesWithEvaluateTopK()
    {
        // Few score levels: ties within and across the cut-off.
        var split = Known.RandomSplit(seed: 21, users: 60, items: 40, perUser: 25, heldOut: 15);
        var model = Known.Model((user, item) => Known.Noise(user, item, 6));
        var report = Known.Ml.Hybrid.EvaluateTopK(
            model, split, new TopKOptions { Candidates = CandidateSet.RatedHoldout, RelevanceThreshold = 4, K = [1, 5, 10] });
        var view = Known.Ml.Hybrid.RankingView(model.Transform(split.TestSet), new RankingViewOptions { RelevanceThreshold = 4 });
        var metrics = Known.Ml.Ranking.Evaluate(view);
        foreach (var k in report.K)
            Assert.Equal(report[TopKMetric.Ndcg, k].Value, metrics.NormalizedDiscountedCumulativeGains[k - 1], 1e-6);
    }
}
