using HybridRec.MLNet.Tests.Evaluation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace HybridRec.MLNet.Tests.Serving;

public sealed class CandidateRowsTests : IDisposable
{
    // Users 1 to 3 had the item of their own number; item n scores n for everyone.
    private readonly Recommender _recommender = Known.Ml.Hybrid.CreateRecommender(
        Known.Model((_, item) => item), Known.Ratings([.. Known.Items(1, 6), (1, 1, 5), (2, 2, 5), (3, 3, 5)]));

    public void Dispose() => _recommender.Dispose();

    [Fact]
    public void CandidateRows_OfUsers_AreTheListsInOrder()
    {
        IDataView rows = _recommender.CandidateRows(Known.Clicks((3, 6), (9, 6), (1, 6), (3, 1)), count: 4);
        Assert.Equal(["3", "3", "3", "3", "1", "1", "1", "1"], rows.GetColumn<string>("User")); // nobody knows user 9
        Assert.Equal(["6", "5", "4", "2", "6", "5", "4", "3"], rows.GetColumn<string>("Item"));
        Assert.Equal([6, 5, 4, 2, 6, 5, 4, 3], Known.Floats(rows, "Score"));
        Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4], Known.Floats(rows, "Rank"));
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2], rows.GetColumn<uint>("GroupId"));
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0], Known.Floats(rows, "Label")); // item 1 of user 3 came in no list
        Assert.Equal(2UL, Assert.IsType<KeyDataViewType>(rows.Schema["GroupId"].Type).Count);
        Assert.Equal(8, rows.GetRowCount());
    }

    [Fact]
    public void CandidateRows_SeenIncluded_HaveWhatTheUserHad() => Assert.Equal(
        ["6", "5", "4", "3", "2", "1"],
        _recommender.CandidateRows(Known.Clicks((3, 6)), excludeSeen: false).GetColumn<string>("Item"));

    [Fact]
    public void CandidateRows_LabeledRequests_CountFromTheThreshold()
    {
        IDataView stars = Known.Ratings((1, 6, 3), (1, 5, 4), (1, 4, 5));
        Assert.Equal([0, 1, 1, 0, 0], Known.Floats(_recommender.CandidateRows(stars, relevanceThreshold: 4), "Label"));
        Assert.Equal([1, 1, 1, 0, 0], Known.Floats(_recommender.CandidateRows(stars), "Label"));
    }

    [Fact]
    public void CandidateRows_RequestsWithoutItems_HaveNoLabels()
    {
        IDataView rows = _recommender.CandidateRows(
            Known.Ml.Transforms.SelectColumns("User").Fit(Known.Clicks((2, 1))).Transform(Known.Clicks((2, 1))), count: 2);
        Assert.Null(rows.Schema.GetColumnOrNull("Label"));
        Assert.Equal(["6", "5"], rows.GetColumn<string>("Item"));
    }

    [Fact]
    public void CandidateRows_OneUserInTwoContexts_AreTwoRequests()
    {
        IDataView rows = _recommender.CandidateRows(
            Visits((1, 6, 8, "phone"), (1, 5, 22, "phone"), (1, 4, 8, "phone")), count: 3, contextColumnNames: ["Hour", "Device"]);
        Assert.Equal(["6", "5", "4", "6", "5", "4"], rows.GetColumn<string>("Item"));
        Assert.Equal([8, 8, 8, 22, 22, 22], Known.Floats(rows, "Hour"));
        Assert.All(rows.GetColumn<string>("Device"), device => Assert.Equal("phone", device));
        Assert.Equal([1, 0, 1, 0, 1, 0], Known.Floats(rows, "Label"));
    }

    [Theory]
    [InlineData("Score", "a column of that name")]
    [InlineData("Weather", "no context column 'Weather'")]
    public void CandidateRows_ContextThatCannotBe_IsNamed(string column, string said) => Assert.Contains(
        said,
        Assert.Throws<ArgumentException>(
            () => _recommender.CandidateRows(Visits((1, 6, 8, "phone")), contextColumnNames: [column])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void CandidateRows_NoCandidates_IsAnError() => Assert.Throws<ArgumentOutOfRangeException>(
        () => _recommender.CandidateRows(Known.Clicks((1, 6)), count: 0));

    // What a second stage is for: the hour tells what is wanted, and no score of a user and an item knows it.
    [Fact]
    public void CandidateRows_TasteThatFollowsTheHour_IsLearnedByFastTree()
    {
        const int Items = 20, Visitors = 60;
        using Recommender recommender = Known.Ml.Hybrid.CreateRecommender(
            Known.Model((user, item) => Known.Noise(user, item, 1000)),
            Known.Ratings([.. Known.Items(1, Items), .. Enumerable.Range(1, Visitors).Select(user => (user, 1, 1f))]));
        (int, int, float, string)[] visits = [.. Enumerable.Range(1, Visitors).SelectMany(user => (float[])[9, 21], (user, hour) =>
            (user, (2 * (1 + ((user + (int)hour) % 9))) + (hour > 12 ? 1 : 0), hour, "any"))]; // odd items in the evening
        IDataView Rows(Func<int, bool> users) => Known.Ml.Data.LoadFromEnumerable(Known.Ml.Data.CreateEnumerable<Candidate>(
            recommender.CandidateRows(Visits([.. visits.Where(visit => users(visit.Item1))]), contextColumnNames: ["Hour"]), false)
            .Select(row => new Described
            {
                User = row.User,
                Item = row.Item,
                Hour = row.Hour,
                Label = row.Label,
                GroupId = row.GroupId,
                Features = [row.Score, row.Hour, (int.Parse(row.Item, null) % 2 == 1) == row.Hour > 12 ? 1 : 0],
            }));
        ITransformer second = Known.Ml.Ranking.Trainers.FastTree(new FastTreeRankingTrainer.Options
        {
            LabelColumnName = "Label",
            FeatureColumnName = "Features",
            RowGroupColumnName = "GroupId",
            NumberOfTrees = 10,
            NumberOfLeaves = 4,
            NumberOfThreads = 1,
        }).Fit(Rows(user => user <= 40));
        IDataView ranked = second.Transform(Rows(user => user > 40));
        float[] hours = Known.Floats(ranked, "Hour"), scores = Known.Floats(ranked, "Score");
        string[] items = [.. ranked.GetColumn<string>("Item")];
        uint[] requests = [.. ranked.GetColumn<uint>("GroupId")];
        foreach (var request in Enumerable.Range(0, hours.Length).GroupBy(row => requests[row]))
        {
            int best = request.MaxBy(row => scores[row]);
            Assert.Equal(hours[best] > 12 ? 1 : 0, int.Parse(items[best], null) % 2);
        }
    }

    private static IDataView Visits(params (int User, int Item, float Hour, string Device)[] rows) => Known.Ml.Data.LoadFromEnumerable(
        rows.Select(row => new Visit { User = row.User, Item = row.Item, Hour = row.Hour, Device = row.Device }).ToArray());

    public sealed class Visit
    {
        public int User { get; set; }
        public int Item { get; set; }
        public float Hour { get; set; }
        public string Device { get; set; } = "";
    }

    public sealed class Candidate
    {
        public string User { get; set; } = "";
        public string Item { get; set; } = "";
        public float Score { get; set; }
        public float Label { get; set; }
        public float Hour { get; set; }

        [KeyType(1000)]
        public uint GroupId { get; set; }
    }

    public sealed class Described
    {
        public string User { get; set; } = "";
        public string Item { get; set; } = "";
        public float Label { get; set; }
        public float Hour { get; set; }

        [KeyType(1000)]
        public uint GroupId { get; set; }

        [VectorType(3)]
        public float[] Features { get; set; } = new float[3];
    }
}
