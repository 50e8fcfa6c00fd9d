using CsCheck;
using Microsoft.ML;
using Row = HybridRec.MLNet.Tests.Data.SplitTests.Row;

namespace HybridRec.MLNet.Tests.Data;

/// <summary>What must hold for every split of any data.</summary>
public sealed class SplitPropertyTests
{
    private static readonly Gen<Row[]> s_rows = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 12], Gen.Long[0, 20])
        .Select((user, item, time) => new Row { User = user, Item = item, Timestamp = time })
        .Array[30, 120]
        .Select(rows => rows.Select((r, i) => new Row { User = r.User, Item = r.Item, Timestamp = r.Timestamp, Number = i }).ToArray());

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void RandomSplit_AnyData_IsAPartitionWithoutStraddlingPairs() => Gen.Select(s_rows, Gen.Int[0, 1000]).Sample((rows, seed) =>
    {
        var split = _ml.Hybrid.Data.RandomSplit(_ml.Data.LoadFromEnumerable(rows), 0.3, 0.2, seed);
        var (train, test, validation) = Partition(rows, split);
        Assert.Empty(Pairs(train).Intersect(Pairs(test)));
        Assert.Empty(Pairs(train).Intersect(Pairs(validation)));
        Assert.Empty(Pairs(test).Intersect(Pairs(validation)));
        foreach (var user in rows.GroupBy(r => r.User))
        {
            int pairs = Pairs(user).Count;
            Assert.Equal(Math.Min((int)Math.Floor((pairs * 0.3) + 0.5), pairs - 1), Pairs(test.Where(r => r.User == user.Key)).Count);
            Assert.Contains(train, r => r.User == user.Key);
        }
    }, iter: 50);

    [Fact]
    public void LeaveLastOut_AnyData_NoUsersFutureIsTrainedOn() => s_rows.Sample(rows =>
    {
        var split = _ml.Hybrid.Data.LeaveLastOut(_ml.Data.LoadFromEnumerable(rows), validation: true);
        var (train, test, validation) = Partition(rows, split);
        foreach (var user in rows.GroupBy(r => r.User))
        {
            var last = test.Where(r => r.User == user.Key).ToArray();
            var before = validation.Where(r => r.User == user.Key).ToArray();
            Assert.Equal(user.Count() > 2 ? 1 : 0, last.Length);
            Assert.Equal(last.Length, before.Length);
            if (last.Length == 0)
                continue;
            Assert.True(IsBefore(before[0], last[0]));
            Assert.All(train.Where(r => r.User == user.Key), r => Assert.True(IsBefore(r, before[0])));
        }
    }, iter: 50);

    [Fact]
    public void TemporalSplit_AnyData_NoFutureIsTrainedOn() => s_rows.Sample(rows =>
    {
        rows[0].Timestamp = -1;
        var split = _ml.Hybrid.Data.TemporalSplit(_ml.Data.LoadFromEnumerable(rows), testFraction: 0.2);
        var (train, test, _) = Partition(rows, split);
        Assert.True(train.Max(r => r.Timestamp) < test.Min(r => r.Timestamp));
        Assert.True(test.Length >= (int)Math.Floor((rows.Length * 0.2) + 0.5));
    }, iter: 50);

    [Fact]
    public void RatedHoldout_AnyData_HoldsOutTheSameNumberOfEachUser() =>
        Gen.Select(s_rows, Gen.Bool, Gen.Int[0, 1000]).Sample((rows, last, seed) =>
        {
            rows = [.. rows, .. Enumerable.Range(0, 12).Select(i => new Row { User = 99, Item = i, Number = rows.Length + i })];
            var options = new RatedHoldoutOptions { Count = 3, MinimumRatings = 6, Last = last, Seed = seed };
            var (train, test, _) = Partition(rows, _ml.Hybrid.Data.RatedHoldout(_ml.Data.LoadFromEnumerable(rows), options));
            Assert.Empty(Pairs(train).Intersect(Pairs(test)));
            foreach (var user in rows.GroupBy(r => r.User))
                Assert.Equal(Pairs(user).Count >= 6 ? 3 : 0, Pairs(test.Where(r => r.User == user.Key)).Count);
        }, iter: 50);

    [Fact]
    public void ColdItemSplit_AnyData_SharesNoItem() => Gen.Select(s_rows, Gen.Int[0, 1000]).Sample((rows, seed) =>
    {
        var (train, test, _) = Partition(rows, _ml.Hybrid.Data.ColdItemSplit(_ml.Data.LoadFromEnumerable(rows), 0.3, seed));
        Assert.Empty(train.Select(r => r.Item).Intersect(test.Select(r => r.Item)));
    }, iter: 50);

    /// <summary>Disjoint, complete, in the order of the source.</summary>
    private static (Row[] Train, Row[] Test, Row[] Validation) Partition(Row[] rows, InteractionSplit split)
    {
        Row[] Read(IDataView? view) => view is null ? [] : [.. view.Column<int>("Number").Select(n => rows[n])];
        var (train, test, validation) = (Read(split.TrainSet), Read(split.TestSet), Read(split.ValidationSet));
        foreach (var part in new[] { train, test, validation })
            Assert.Equal(part.OrderBy(r => r.Number), part);
        Assert.Equal(rows, train.Concat(test).Concat(validation).OrderBy(r => r.Number));
        return (train, test, validation);
    }

    private static HashSet<(int, int)> Pairs(IEnumerable<Row> rows) => [.. rows.Select(r => (r.User, r.Item))];

    private static bool IsBefore(Row first, Row second) => (first.Timestamp, first.Number).CompareTo((second.Timestamp, second.Number)) < 0;
}
