using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

/// <summary>Counts of the real sets, as their SOURCE.md files state them.</summary>
public sealed class RealDataTests
{
    private readonly MLContext _ml = new(seed: 1);

    private DataCatalog Data => _ml.Hybrid.Data;

    [Fact]
    public void LoadMovieLens_MovieLens1M_HasItsCounts()
    {
        string folder = RealData.Folder("ml-1m");
        var view = Data.LoadMovieLens(folder, new MovieLensOptions { UserColumns = true });
        var users = view.Column<int>("User");
        Assert.Equal((487_650, 2_999), (users.Count, users.Distinct().Count()));
        var stars = view.Column<float>("Label").CountBy(l => l).OrderBy(p => p.Key).Select(p => p.Value);
        Assert.Equal([27_472, 53_838, 127_216, 170_579, 108_545], stars);
        Assert.DoesNotContain("", view.Text("UserText"));
        var items = Data.LoadMovieLensItems(folder);
        Assert.Equal(3_883, items.Count());
        Assert.Contains("Misérables, Les (1995)", items.Text("ItemTitle"));
        // Plot, director and cast of nearly all of them.
        Assert.True(items.Text("ItemText").Count(t => t.Length > 150) > 3_600);
    }

    [Fact]
    public void LoadMovieLens_LatestSmall_HasItsCounts()
    {
        string folder = RealData.Folder("ml-latest-small");
        var view = Data.LoadMovieLens(folder);
        var users = view.Column<int>("User");
        Assert.Equal((100_836, 610), (users.Count, users.Distinct().Count()));
        Assert.DoesNotContain("", view.Text("ItemText"));
        Assert.Equal(9_742, Data.LoadMovieLensItems(folder).Count());
    }

    [Fact]
    public void LoadLightGcnSplit_Gowalla_HasItsCounts()
    {
        var split = Data.LoadLightGcnSplit(RealData.Folder("gowalla"));
        var train = split.TrainSet.Pairs();
        Assert.Equal(810_128, train.Length);
        Assert.Equal((29_858, 40_981), (train.Select(p => p.User).Distinct().Count(), train.Select(p => p.Item).Distinct().Count()));
        Assert.Equal(217_242, split.TestSet.Count());
        Assert.Empty(train.Intersect(split.TestSet.Pairs()));
    }

    [Fact]
    public void LoadLightGcnSplit_ColakgSplit_HasItsCountsAndTexts()
    {
        string folder = RealData.Folder("ml-1m-colakg-split");
        var texts = ItemTexts.FromJson(Path.Combine(folder, "llm_response_item.json.gz")).WithIdMap(Path.Combine(folder, "item_map.txt"));
        var split = Data.LoadLightGcnSplit(folder, texts);
        Assert.Equal((801_218, 197_321), (split.TrainSet.Count(), split.TestSet.Count()));
        var items = Data.Items(split.TrainSet);
        Assert.Equal(3_260, items.Count());
        Assert.True(items.Text("ItemText").Count(t => t.Length > 100) >= 3_259);
        // Item 0 of the split is MovieLens 1193.
        Assert.Contains("Cuckoo's Nest", texts.TextOf("0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amazon-book-rlmrec", 120_464, 40_106, 40_290)]
    [InlineData("yelp-rlmrec", 166_620, 55_436, 55_479)]
    public void LoadLightGcnSplit_RlmRec_HasItsCounts(string name, int train, int test, int validation)
    {
        var split = Data.LoadLightGcnSplit(RealData.Folder(name));
        Assert.Equal((train, test, validation), (split.TrainSet.Count(), split.TestSet.Count(), split.ValidationSet!.Count()));
    }

    [Fact]
    public void FromDelimited_AmazonBookTitles_HasItsCount()
    {
        string path = Path.Combine(RealData.Folder("amazon-book-rlmrec"), "derived-item_titles_goodbooks.tsv.gz");
        Assert.Equal(1_426, ItemTexts.FromDelimited(path, "remap_id", "title", ["authors"], '\t').Count);
    }

    [Fact]
    public void LoadAmazonReviews_MusicalInstruments_HasItsCounts()
    {
        var view = Data.LoadAmazonReviews(RealData.Folder("amazon-musical-instruments-5core") + "/Musical_Instruments.zip");
        Assert.Equal(10_261, view.Count());
        Assert.Equal((1_429, 900), (view.Text("User").Distinct().Count(), view.Text("Item").Distinct().Count()));
        Assert.DoesNotContain("", view.Text("ReviewText"));
        var split = Data.LeaveLastOut(view);
        Assert.Equal(1_429, split.TestSet.Count());
        Assert.True(ItemTexts.FromReviews(split.TrainSet).Count >= 890);
    }

    [Fact]
    public void RatedHoldout_MovieLens1M_HoldsOutTwentyOfEachUserWithForty()
    {
        var view = Data.LoadMovieLens(RealData.Folder("ml-1m"));
        int eligible = view.Column<int>("User").CountBy(u => u).Count(p => p.Value >= 40);
        var split = Data.RatedHoldout(view);
        Assert.Equal(20L * eligible, split.TestSet.Count());
        Assert.Equal(487_650, split.TestSet.Count() + split.TrainSet.Count());
    }
}
