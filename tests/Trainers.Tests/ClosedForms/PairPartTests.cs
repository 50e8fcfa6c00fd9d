using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Fusion;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.ClosedForms;

public sealed class PairPartTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [MemberData(nameof(GraphFilterTests.Forms), MemberType = typeof(GraphFilterTests))]
    public void Score_OfAUser_IsTheStandardScoreOfTheForm(string form)
    {
        var keys = FilterData.Keys(_ml);
        var pairs = FilterData.View(_ml, Enumerable.Range(0, FilterData.Items).Select(item => FilterData.Row(3, item, 0)));
        float[] raw = [.. keys.Append(_ml.Hybrid.GraphFilter(FilterData.Form(form)))
            .Fit(FilterData.View(_ml)).Transform(pairs).GetColumn<float>("Score")];
        var scored = keys.Append(_ml.Hybrid.GraphFilter("FilterScore", FilterData.Form(form))).Fit(FilterData.View(_ml)).Transform(pairs);
        float[][] part = [.. scored.GetColumn<float[]>("FilterScore")];

        int[] known = [.. Enumerable.Range(0, FilterData.Items).Where(i => form == "TextAwareEase" || i != FilterData.Untouched)];
        double mean = known.Average(i => raw[i]), deviation = Math.Sqrt(known.Average(i => (raw[i] - mean) * (raw[i] - mean)));
        Assert.All(known, i => Assert.Equal((raw[i] - mean) / deviation, part[i][0], 1e-3));
        int own = FilterData.Graph.ItemsOf(3).Length;
        Assert.All(part, values => Assert.Equal(Math.Log(1 + own), values[1], 1e-5));
        Assert.Equal(0, part[FilterData.Untouched][2]);
        Assert.All(scored.GetColumn<bool>("Holdout"), Assert.False);
    }

    [Fact]
    public void Fit_InAChain_GivesTheNextStageScoresWithoutTheHeldOutRows()
    {
        IDataView? seen = null;
        FilterData.Keys(_ml)
            .Append(_ml.Hybrid.GraphFilter("FilterScore", ClosedForm.Ease(10)))
            .Append(new ViewSpy(view => seen = view)).Fit(FilterData.View(_ml));
        bool[] heldOut = [.. seen!.GetColumn<bool>("Holdout")];
        Assert.Contains(true, heldOut);
        var scorer = (FilterPairScorer)PairScorers.Of(seen!.Schema["FilterScore"]).Single();
        int[] users = [.. seen!.GetColumn<uint>("User").Select(key => (int)key - 1)];
        float[] labels = [.. seen!.GetColumn<float>("Label")];
        for (int user = 0; user < FilterData.Users; user++)
        {
            int left = Enumerable.Range(0, users.Length).Count(row => users[row] == user && labels[row] > 0 && !heldOut[row]);
            Assert.Equal(left, scorer.UserHistory(user));
        }
    }

    [Fact]
    public void SaveAndLoad_Chain_ScoresAsBefore()
    {
        var chain = FilterData.Keys(_ml)
            .Append(_ml.Hybrid.GraphFilter("FilterScore", ClosedForm.Ease(10)))
            .Append(_ml.Hybrid.Fuse("Features", user: [], item: ["ItemMeaning"], pair: ["FilterScore"])).Fit(FilterData.View(_ml));
        using var bytes = new MemoryStream();
        _ml.Model.Save(chain, FilterData.View(_ml).Schema, bytes);
        bytes.Position = 0;
        var loaded = new MLContext().Model.Load(bytes, out _);
        Assert.Equal(
            chain.Transform(FilterData.View(_ml)).GetColumn<float[]>("Features").SelectMany(row => row),
            loaded.Transform(FilterData.View(_ml)).GetColumn<float[]>("Features").SelectMany(row => row));
    }

    [Fact]
    public void Fuse_WithAPair_HidesAColumnOfTheSidesBefore()
    {
        var view = FilterData.Keys(_ml)
            .Append(_ml.Hybrid.GraphFilter("FilterScore", ClosedForm.Ease(10)))
            .Append(_ml.Hybrid.Fuse("Features", user: [], item: ["ItemMeaning"], pair: ["FilterScore"]))
            .Fit(FilterData.View(_ml)).Transform(FilterData.View(_ml));
        var fused = view.Schema["Features"];
        Assert.Equal("Item:ItemMeaning:0:4;Pair:FilterScore:4:3", FusionLayout.Of(fused)!.ToString());
        var sides = FuseTransformer.Sides(view.Schema, fused);
        Assert.True(sides.IsHidden);
        Assert.Equal("Item:ItemMeaning:0:4", FusionLayout.Of(sides)!.ToString());
        Assert.Single(PairScorers.Of(fused));
    }

    [Fact]
    public void Ranking_TwoTowersOverAPair_ReadItsScores()
    {
        var chain = FilterData.Keys(_ml)
            .Append(_ml.Hybrid.GraphFilter("FilterScore", ClosedForm.Ease(10)))
            .Append(_ml.Hybrid.UserProfile(new() { OutputColumnName = "UserMeaning", ItemVectorColumnName = "ItemMeaning" }))
            .Append(_ml.Hybrid.Fuse("Features", user: ["UserMeaning"], item: ["ItemMeaning"], pair: ["FilterScore"]))
            .Append(_ml.Hybrid.Ranking(new() { Head = RankingHead.TwoTower(4), Training = new() { Epochs = 2 } }));
        var model = chain.Fit(FilterData.View(_ml)).LastTransformer.Model;
        Assert.Equal(["FilterScore", "UserMeaning"], model.StartWeights.Keys.Order());
    }

    [Fact]
    public void BinaryFile_OfAView_LeavesTheScorerOut()
    {
        var view = FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter("FilterScore", ClosedForm.Ease(10)))
            .Fit(FilterData.View(_ml)).Transform(FilterData.View(_ml));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.idv");
        using (var stream = File.Create(path))
            _ml.Data.SaveAsBinary(view, stream);
        Assert.Empty(PairScorers.Of(_ml.Data.LoadFromBinary(path).Schema["FilterScore"]));
        File.Delete(path);
    }
}
