using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>Heads with scores of the pair, and closed forms alone: the lists of all users, and reasons.</summary>
public sealed class PairServingTests
{
    private const int Themes = 8, Items = 48, Users = 300;

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, bool> Forms
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string form in (string[])["Ease", "ItemKnn", "UserKnn", "TurboCf", "Bspm", "Ials"])
            {
                data.Add(form, true);
                data.Add(form, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void RecommendAll_EqualsOneByOne(string form, bool isPart)
    {
        IDataView rows = Rows();
        using Recommender recommender = _ml.Hybrid.CreateRecommender(Fit(rows, Form(form), isPart), rows);
        AssertAllEqualOneByOne(recommender);
        if (!isPart)
            return;
        recommender.Refresh(_ml.Data.LoadFromEnumerable([Of("later", 3), Of("later", 11), Of("nothing new", 5)]));
        AssertAllEqualOneByOne(recommender);
    }

    [Theory]
    [InlineData(RetrievalMode.Exact)]
    [InlineData(RetrievalMode.TwoStage)]
    public void RecommendAll_HiddenLayers_EqualsOneByOne(RetrievalMode mode)
    {
        IDataView rows = Rows();
        ITransformer model = Fit(rows, ClosedForm.Ease(10), isPart: true, RankingHead.Mlp([4]));
        using Recommender recommender = _ml.Hybrid.CreateRecommender(
            model, rows, new RecommenderOptions { Retrieval = mode, Candidates = 20 });
        AssertAllEqualOneByOne(recommender);
    }

    [Fact]
    public void RecommendAll_MoreItemsThanATile_EqualsOneByOne()
    {
        var random = new Random(3);
        Row[] rows = [.. Enumerable.Range(0, 2500).Select(item => Of($"u{item % 150}", item)),
            .. Enumerable.Range(0, 1500).Select(n => Of($"u{n % 150}", random.Next(2500)))];
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        using Recommender recommender = _ml.Hybrid.CreateRecommender(Fit(view, ClosedForm.Ease(10), isPart: true), view);
        Assert.Equal(2500, recommender.ItemCount);
        AssertAllEqualOneByOne(recommender);
    }

    [Fact]
    public void Reasons_AddedByTheClosedForm_NameTheItemOfItsWeight()
    {
        // Who has an item has its partner, of another theme; the probe has one item of item 1's theme too, which the texts would name.
        int wanted = Partner(0), sameTheme = wanted + Themes;
        Assert.NotEqual(0 % Themes, wanted % Themes);
        IDataView rows = Rows([Of("probe", 0), Of("probe", sameTheme), Of("probe", Partner(sameTheme))]);
        ITransformer model = Fit(rows, ClosedForm.Ease(10), isPart: true);
        using Recommender recommender = _ml.Hybrid.CreateRecommender(model, rows);
        var like = recommender.Recommend(new RecommendationRequest { LikeItem = Id(wanted), Allow = ["0", Id(sameTheme)] });
        Assert.Equal(Id(sameTheme), like[0].Item);

        string[] history = ["0", Id(sameTheme), Id(Partner(sameTheme))];
        foreach (var request in (RecommendationRequest[])[new() { User = "probe" }, new() { History = history }])
        {
            var answer = recommender.Recommend(request with { Count = 1, Reasons = 1 });
            Assert.Equal(Id(wanted), answer[0].Item);
            RecommendationReason reason = Assert.Single(answer[0].Reasons);
            Assert.Equal(("0", ReasonKind.People), (reason.Item, reason.Kind));
            Assert.InRange(reason.Affinity, 0.5f, 1);
        }
    }

    [Fact]
    public void Reasons_ItemThatNobodyHas_AreThoseOfItsText()
    {
        IDataView rows = Rows([Of("probe", 0), Of("probe", 9), Of("probe", 17)]);
        ITransformer model = Fit(rows, ClosedForm.Ease(10), isPart: true);
        IDataView novel = _ml.Data.LoadFromEnumerable([new Row { User = "", Item = 999, ItemText = Text(9) }]);
        using Recommender recommender = _ml.Hybrid.CreateRecommender(model, rows, novel);
        var answer = recommender.Recommend(new RecommendationRequest { User = "probe", Allow = ["999"], Reasons = 1 });
        RecommendationReason reason = Assert.Single(answer[0].Reasons);
        Assert.Equal(ReasonKind.Text, reason.Kind);
        Assert.Contains(reason.Item, (string[])["9", "17"]);
    }

    private static void AssertAllEqualOneByOne(Recommender recommender)
    {
        UserRecommendations[] all = [.. recommender.RecommendAll(7)], serial = [.. recommender.RecommendAll(7, threads: 1)];
        Assert.Equal(recommender.UserCount, all.Length);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal(recommender.Recommend(all[i].User, 7).Items, all[i].Result.Items);
            Assert.Equal(serial[i].Result.Items, all[i].Result.Items);
        }

        Assert.All(recommender.RecommendAll(3, excludeSeen: false).Take(20), one =>
            Assert.Equal(recommender.Recommend(one.User, 3, excludeSeen: false).Items, one.Result.Items));
    }

    private ITransformer Fit(IDataView rows, ClosedFormSettings form, bool isPart, RankingHead? head = null)
    {
        var chain = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.Conversion.MapValueToKey("User"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Item"));
        if (!isPart)
            return chain.Append(_ml.Hybrid.GraphFilter(new GraphFilterOptions { Filter = form, Seed = 1 })).Fit(rows);
        return chain
            .Append(_ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
            .Append(_ml.Hybrid.UserProfile(new UserProfileOptions { Seed = 1 }))
            .Append(_ml.Hybrid.GraphFilter("FilterScore", new GraphFilterOptions { Filter = form, Seed = 1 }))
            .Append((IEstimator<ITransformer>)_ml.Hybrid.Fuse(
                "Features", user: ["UserMeaning"], item: ["ItemMeaning"], pair: ["FilterScore"]))
            .Append(_ml.Hybrid.Ranking(
                new RankingOptions { Head = head ?? RankingHead.Linear(), Training = new() { Epochs = 3, Seed = 1 } }))
            .Fit(rows);
    }

    private IDataView Rows(Row[]? further = null)
    {
        var random = new Random(5);
        var rows = new List<Row>();
        for (int user = 0; user < Users; user++)
        {
            for (int k = 0; k < 3; k++)
            {
                int item = 2 * random.Next(Items / 2);
                rows.Add(Of($"u{user}", item));
                rows.Add(Of($"u{user}", Partner(item)));
            }
        }

        return _ml.Data.LoadFromEnumerable([.. rows, .. further ?? []]);
    }

    private static int Partner(int item) => item ^ 1;

    private static string Text(int item) => string.Create(CultureInfo.InvariantCulture, $"theme{item % Themes} about{item % Themes}");

    private static string Id(int item) => item.ToString(CultureInfo.InvariantCulture);

    private static Row Of(string user, int item) => new() { User = user, Item = item, ItemText = Text(item) };

    private static ClosedFormSettings Form(string form) => form switch
    {
        "Ease" => ClosedForm.Ease(10),
        "ItemKnn" => ClosedForm.ItemKnn(),
        "UserKnn" => ClosedForm.UserKnn(),
        "TurboCf" => ClosedForm.TurboCf(),
        "Bspm" => ClosedForm.BlurringSharpening(rank: 4),
        _ => ClosedForm.Ials(dimension: 4),
    };

    private sealed class Row
    {
        public string User { get; set; } = "";

        public int Item { get; set; }

        public float Label { get; set; } = 1;

        public string ItemText { get; set; } = "";
    }
}
