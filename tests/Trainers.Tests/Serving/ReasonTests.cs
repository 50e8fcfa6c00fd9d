using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>Reasons that tell items apart, and likeness where items lack a part.</summary>
public sealed class ReasonTests
{
    private const int Items = 60, Every = 5, Width = 4; // 12 items without text

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void LikeItem_ItemsWithoutText_AreNotEachOthersBest()
    {
        using Recommender recommender = Recommender();
        for (int item = 0; item < Items; item += Every)
        {
            var like = recommender.Recommend(new RecommendationRequest { LikeItem = Id(item), Count = 5 });
            Assert.Equal(RecommendationSource.Item, like.Source);
            Assert.InRange(like.Items[0].Score, 0.2f, 0.999f);
            Assert.Contains(like.Items, other => HasText(Number(other.Item)));
        }
    }

    [Fact]
    public void LikeItem_NothingKnownOfAnItem_FallsBackAndSaysSo()
    {
        using Recommender recommender = Recommender(graph: false);
        var like = recommender.Recommend(new RecommendationRequest { LikeItem = Id(5) });
        Assert.Equal(RecommendationSource.Popularity, like.Source);
        Assert.Throws<ArgumentException>(() => recommender.Recommend(new RecommendationRequest { LikeItem = Id(5), Fallback = false }));
        var known = recommender.Recommend(new RecommendationRequest { LikeItem = Id(6), Count = Items });
        Assert.All(known.Items.Where(item => !HasText(Number(item.Item))), item => Assert.Equal(0, item.Score));
    }

    [Fact]
    public void Reasons_ThreePicks_EachExplainsSomething()
    {
        using Recommender recommender = Recommender();
        foreach (string[] history in (string[][])[["20", "21", "22"], ["20", "24", "23"], ["13", "14", "15"]])
        {
            var answer = recommender.Recommend(new RecommendationRequest { History = history, Reasons = 2 });
            Assert.Equal(RecommendationSource.History, answer.Source);
            Assert.True(answer.Items.All(item => item.Reasons.Count <= 2));
            Assert.Equal(history.Order(), answer.Items.SelectMany(item => item.Reasons).Select(reason => reason.Item).Distinct().Order());
            Assert.All(answer.Items.SelectMany(item => item.Reasons), reason => Assert.True(reason.Affinity > 0));
        }
    }

    [Fact]
    public void Reasons_TextAndGraph_NameThePartThatSpeaks()
    {
        using Recommender recommender = Recommender();
        var kinds = Enumerable.Range(0, 20).SelectMany(user =>
            recommender.Recommend(new RecommendationRequest { User = Id(user), Reasons = 3 }).Items)
            .SelectMany(item => item.Reasons.Select(reason => (Item: Number(item.Item), Reason: reason))).ToArray();
        Assert.All(kinds.Where(one => !HasText(one.Item)), one => Assert.Equal(ReasonKind.People, one.Reason.Kind));
        Assert.Contains(kinds, one => one.Reason.Kind is ReasonKind.Text or ReasonKind.Both);
        Assert.DoesNotContain(kinds, one => one.Reason.Kind == ReasonKind.Features);
        Assert.Contains("(people ", kinds.First(one => one.Reason.Kind == ReasonKind.People).Reason.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EqualScores_AnyOrderOfRows_FallToPopularityThenToTheId()
    {
        // Every item has the same vector; item 9 is the most popular, all others have one interaction.
        Row[] rows = [.. Enumerable.Range(0, 12).Select(item => new Row { User = item, Item = item }), new Row { User = 3, Item = 9 }];
        foreach (Row[] order in (Row[][])[rows, [.. rows.Reverse()], [.. rows.OrderBy(row => row.Item % 5)]])
        {
            using Recommender recommender = _ml.Hybrid.CreateRecommender(Constant(order), _ml.Data.LoadFromEnumerable(order));
            string[] expected = ["9", "0", "1", "2", "3", "4", "5", "6", "7", "8", "10", "11"];
            Assert.Equal(expected, recommender.Items().Select(item => item.Item));
            Assert.Equal(
                expected, recommender.Recommend(new RecommendationRequest { User = "3", Count = 12, ExcludeSeen = false }).Items
                    .Select(item => item.Item));
            Assert.All(
                recommender.RecommendAll(12, excludeSeen: false),
                one => Assert.Equal(expected, one.Result.Items.Select(item => item.Item)));
        }
    }

    [Fact]
    public void Recommend_TextOfItemsInAColumnNamedLikeAUsers_IsSearched()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Rows());
        ITransformer model = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.Conversion.MapValueToKey("User"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(_ml.Transforms.CopyColumns("UserReviews", "ItemText"))
            .Append(_ml.Hybrid.LlmEmbedding("ItemMeaning", "UserReviews"))
            .Append(_ml.Hybrid.UserProfile(new UserProfileOptions { Seed = 1 }))
            .Append(_ml.Hybrid.Fuse("Features", user: ["UserMeaning"], item: ["ItemMeaning"]))
            .Append(_ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() }))
            .Fit(rows);
        RecommendationResult found = _ml.Hybrid.CreateRecommender(model, rows)
            .Recommend(new RecommendationRequest { Text = "theme2", Count = 1 });
        Assert.Equal(RecommendationSource.Text, found.Source);
        Assert.Equal(2, Number(found.Items[0].Item) / Width);
    }

    private ITransformer Constant(Row[] rows) =>
        _ml.Transforms.CustomMapping<Row, Fixed>((_, scored) => scored.Score = 1, null).Fit(_ml.Data.LoadFromEnumerable(rows));

    private Recommender Recommender(bool graph = true)
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Rows());
        var chain = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.Conversion.MapValueToKey("User"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(_ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
            .Append(_ml.Hybrid.UserProfile(new UserProfileOptions { Seed = 1 }))
            .Append(_ml.Hybrid.GnnEmbedding(new GnnEmbeddingOptions { Dimension = 8, Training = new() { Epochs = 5, Seed = 1 } }));
        var fused = graph
            ? chain.Append(_ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"))
            : chain.Append(_ml.Hybrid.Fuse("Features", "UserMeaning", "ItemMeaning"));
        ITransformer model = fused.Append(_ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() })).Fit(rows);
        return _ml.Hybrid.CreateRecommender(model, rows);
    }

    // Groups of Width items go together, in taste and in text; every fifth item has none.
    private static IEnumerable<Row> Rows()
    {
        for (int user = 0; user < 100; user++)
        {
            for (int k = 0; k < 9; k++)
            {
                int group = (user + (k / 3)) % (Items / Width), item = (group * Width) + ((user + k) % Width);
                yield return new Row
                {
                    User = user,
                    Item = item,
                    ItemText = HasText(item)
                        ? string.Create(CultureInfo.InvariantCulture, $"theme{group} word{item} common{group % 3}")
                        : "",
                };
            }
        }
    }

    private static bool HasText(int item) => item % Every != 0;

    private static string Id(int number) => ServingData.Id(number);

    private static int Number(string id) => int.Parse(id, CultureInfo.InvariantCulture);

    private sealed class Row
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Label { get; set; } = 1;

        public string ItemText { get; set; } = "";
    }

    private sealed class Fixed
    {
        public float Score { get; set; }
    }
}
