using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

public sealed class SplitTests
{
    internal sealed class Row
    {
        public int User { get; set; }

        public int Item { get; set; }

        public long Timestamp { get; set; }

        public int Number { get; set; }
    }

    private readonly MLContext _ml = new(seed: 1);

    private IDataView View(params (int User, int Item, long Time)[] rows) =>
        _ml.Data.LoadFromEnumerable(
            rows.Select((r, i) => new Row { User = r.User, Item = r.Item, Timestamp = r.Time, Number = i }).ToArray());

    private static void Refused(string option, Func<InteractionSplit> split) =>
        Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(split).ParamName);

    private static List<int> Numbers(IDataView view) => view.Column<int>("Number");

    [Fact]
    public void RandomSplit_TenItemsAUser_TakesTheRoundedShares()
    {
        var view = View([.. Enumerable.Range(0, 50).Select(i => (i % 5, i / 5, 0L))]);
        var split = _ml.Hybrid.Data.RandomSplit(view, testFraction: 0.25, validationFraction: 0.1, seed: 1);
        Assert.All(split.TestSet.Column<int>("User").CountBy(u => u), user => Assert.Equal(3, user.Value));
        Assert.All(split.ValidationSet!.Column<int>("User").CountBy(u => u), user => Assert.Equal(1, user.Value));
        Assert.Equal("random split per user, 0.65:0.1:0.25 (train:validation:test), seed 1", split.Protocol);
        Assert.Equal(["User", "Item", "Timestamp", "Number"], split.TestSet.Names());
        Assert.Equal(15, split.TestSet.GetRowCount());
    }

    [Fact]
    public void RandomSplit_SameSeed_SameRows_OtherSeed_OtherRows()
    {
        var view = View([.. Enumerable.Range(0, 200).Select(i => (i % 5, i / 5, 0L))]);
        List<int> Test(int seed) => Numbers(_ml.Hybrid.Data.RandomSplit(view, seed: seed).TestSet);
        Assert.Equal(Test(1), Test(1));
        Assert.NotEqual(Test(1), Test(2));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("rated")]
    [InlineData("cold")]
    public void Split_NoSeedGiven_IsTheContexts(string split)
    {
        List<int> Test(MLContext ml)
        {
            var view = View([.. Enumerable.Range(0, 500).Select(i => (i % 5, i / 5, 0L))]);
            var data = ml.Hybrid.Data;
            return Numbers((split switch
            {
                "random" => data.RandomSplit(view),
                "rated" => data.RatedHoldout(view),
                _ => data.ColdItemSplit(view)
            }).TestSet);
        }
        Assert.Equal(Test(new MLContext(seed: 7)), Test(new MLContext(seed: 7)));
        Assert.NotEqual(Test(new MLContext(seed: 7)), Test(new MLContext(seed: 8)));
        Assert.NotEqual(Test(new MLContext()), Test(new MLContext()));
    }

    [Fact]
    public void Split_NoSeedGiven_ProtocolSaysTheOneDrawn()
    {
        var view = View([.. Enumerable.Range(0, 200).Select(i => (i % 5, i / 5, 0L))]);
        var split = new MLContext(seed: 7).Hybrid.Data.RandomSplit(view);
        int seed = int.Parse(split.Protocol[(split.Protocol.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Numbers(split.TestSet), Numbers(_ml.Hybrid.Data.RandomSplit(view, seed: seed).TestSet));
    }

    [Fact]
    public void RandomSplit_OneInteraction_StaysInTraining()
    {
        var split = _ml.Hybrid.Data.RandomSplit(View((1, 1, 0), (2, 1, 0), (2, 2, 0)), testFraction: 0.9);
        Assert.Contains(1, split.TrainSet.Column<int>("User"));
        Assert.Equal([2], split.TestSet.Column<int>("User"));
    }

    [Fact]
    public void LeaveLastOut_TiesAndOrder_TakeTheLatestThenTheLastRow()
    {
        var view = View((1, 10, 5), (1, 11, 9), (1, 12, 9), (1, 13, 1), (2, 10, 3), (2, 11, 2), (3, 10, 0));
        var split = _ml.Hybrid.Data.LeaveLastOut(view);
        Assert.Equal([2, 4], Numbers(split.TestSet));
        Assert.Equal([0, 1, 3, 5, 6], Numbers(split.TrainSet));
        var validated = _ml.Hybrid.Data.LeaveLastOut(view, validation: true);
        Assert.Equal([2], Numbers(validated.TestSet));
        Assert.Equal([1], Numbers(validated.ValidationSet!));
    }

    [Fact]
    public void TemporalSplit_TiesAtTheCut_GoToTheLaterSide()
    {
        var view = View(
            (1, 1, 40), (1, 2, 10), (2, 1, 20), (2, 2, 30), (3, 1, 30), (3, 2, 30), (4, 1, 10), (4, 2, 5), (5, 1, 6), (5, 2, 7));
        var split = _ml.Hybrid.Data.TemporalSplit(view, testFraction: 0.2);
        Assert.Equal([0, 3, 4, 5], Numbers(split.TestSet));
        var validated = _ml.Hybrid.Data.TemporalSplit(view, testFraction: 0.1, validationFraction: 0.1);
        Assert.Equal([0], Numbers(validated.TestSet));
        Assert.Equal([3, 4, 5], Numbers(validated.ValidationSet!));
    }

    [Fact]
    public void TemporalSplit_OneMoment_HasNothingToTrainOn() =>
        Assert.Contains(
            "training row", Assert.Throws<ArgumentException>(() => _ml.Hybrid.Data.TemporalSplit(View((1, 1, 4), (2, 1, 4)))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RatedHoldout_UsersWithEnough_HaveTwentyEach(bool last)
    {
        var view = View([.. Enumerable.Range(0, 45).Select(i => (1, i, (long)i)), .. Enumerable.Range(0, 39).Select(i => (2, i, (long)i))]);
        var split = _ml.Hybrid.Data.RatedHoldout(view, last: last, seed: 1);
        Assert.Equal(20, split.TestSet.Count());
        Assert.All(split.TestSet.Column<int>("User"), user => Assert.Equal(1, user));
        Assert.Equal(4f, split.RelevanceThreshold);
        Assert.Contains(last ? "(last)" : "(random, seed 1)", split.Protocol, StringComparison.Ordinal);
        Assert.Equal(last, Numbers(split.TestSet).SequenceEqual(Enumerable.Range(25, 20)));
    }

    [Fact]
    public void ColdItemSplit_ColdItems_AreNeverInTraining()
    {
        var view = View([.. Enumerable.Range(0, 400).Select(i => (i % 20, i * 7 % 40, 0L))]);
        var split = _ml.Hybrid.Data.ColdItemSplit(view, itemFraction: 0.25);
        var cold = split.TestSet.Column<int>("Item").ToHashSet();
        Assert.Equal(10, cold.Count);
        Assert.Empty(cold.Intersect(split.TrainSet.Column<int>("Item")));
    }

    [Fact]
    public void Split_RowsWithoutAnId_StayInTraining()
    {
        var known = View((1, 1, 0), (1, 2, 0));
        var view = View((1, 1, 0), (9, 1, 0), (1, 2, 0), (9, 2, 0));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("User").Fit(known).Transform(view);
        var split = _ml.Hybrid.Data.RandomSplit(keyed, testFraction: 0.5);
        Assert.Single(Numbers(split.TestSet));
        Assert.Superset(new HashSet<int> { 1, 3 }, Numbers(split.TrainSet).ToHashSet());
    }

    [Fact]
    public void Split_EmptyDataOrMissingColumn_IsAClearError()
    {
        var data = _ml.Hybrid.Data;
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => data.RandomSplit(View())).Message, StringComparison.Ordinal);
        Assert.Contains(
            "test row", Assert.Throws<ArgumentException>(() => data.RandomSplit(View((1, 1, 0)))).Message, StringComparison.Ordinal);
        Assert.Contains("'When'", Assert.Throws<ArgumentException>(
            () => data.LeaveLastOut(View((1, 1, 0)), new LeaveLastOutOptions { TimestampColumnName = "When" })).Message,
            StringComparison.Ordinal);
        Assert.Contains("'Person'", Assert.Throws<ArgumentException>(
            () => data.RandomSplit(View((1, 1, 0)), new RandomSplitOptions { UserColumnName = "Person" })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "TestFraction")]
    [InlineData(1, 0, "TestFraction")]
    [InlineData(double.NaN, 0, "TestFraction")]
    [InlineData(0.5, 0.5, "ValidationFraction")]
    [InlineData(0.5, -0.1, "ValidationFraction")]
    public void Split_SharesOutOfRange_Throw(double test, double validation, string option)
    {
        var data = _ml.Hybrid.Data;
        var view = View((1, 1, 0), (1, 2, 0));
        Refused(option, () => data.RandomSplit(view, test, validation));
        Refused(option, () => data.TemporalSplit(view, test, validation));
    }

    [Fact]
    public void Split_OptionsOutOfRange_AreNamed()
    {
        var data = _ml.Hybrid.Data;
        var view = View((1, 1, 0), (1, 2, 0));
        Refused("Count", () => data.RatedHoldout(view, count: 0));
        Refused("MinimumRatings", () => data.RatedHoldout(view, new RatedHoldoutOptions { Count = 20, MinimumRatings = 20 }));
        Refused("RelevanceThreshold", () => data.RatedHoldout(view, relevanceThreshold: float.NaN));
        Refused("ItemFraction", () => data.ColdItemSplit(view, itemFraction: 0));
        Refused("UserColumnName", () => data.ColdItemSplit(view, new ColdItemSplitOptions { UserColumnName = "" }));
        Refused("ItemColumnName", () => data.RandomSplit(view, new RandomSplitOptions { ItemColumnName = null! }));
        Refused("TimestampColumnName", () => data.LeaveLastOut(view, new LeaveLastOutOptions { TimestampColumnName = "" }));
        Refused("TimestampColumnName", () => data.TemporalSplit(view, new TemporalSplitOptions { TimestampColumnName = "" }));
    }

    [Fact]
    public void Split_SourceChangedAfterwards_IsAnErrorNotAWrongSplit()
    {
        using var folder = new TempFolder();
        string path = folder.Write("t.txt", "0 1 2 3 4\n");
        var split = _ml.Hybrid.Data.RandomSplit(_ml.Hybrid.Data.LoadLightGcn(path), testFraction: 0.5);
        folder.Write("t.txt", "0 1 2 3 4 5\n");
        Assert.Contains(
            "more rows", Assert.Throws<InvalidOperationException>(() => split.TestSet.Count()).Message, StringComparison.Ordinal);
        folder.Write("t.txt", "0 1 2\n");
        Assert.Contains(
            "fewer rows", Assert.Throws<InvalidOperationException>(() => split.TestSet.Count()).Message, StringComparison.Ordinal);
    }
}
