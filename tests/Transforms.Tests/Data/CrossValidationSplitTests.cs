using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

public sealed class CrossValidationSplitTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void CrossValidationSplit_EachPairOfAUserWithTwo_IsTestedOnce()
    {
        var rows = Enumerable.Range(0, 20)
            .SelectMany(user => Enumerable.Range(0, 1 + (user % 9)).Select(item => new Pair { User = user, Item = item })).ToArray();
        IDataView view = _ml.Data.LoadFromEnumerable(rows.Concat(rows[..5]).ToArray());
        var folds = _ml.Hybrid.Data.CrossValidationSplit(view, numberOfFolds: 4, seed: 2);
        Assert.Equal(4, folds.Count);
        var tested = folds.SelectMany(fold => fold.TestSet.Pairs().Distinct()).ToArray();
        Assert.Equal(rows.Where(row => row.User % 9 > 0).Select(row => (row.User, row.Item)).Order(), tested.Order());
        Assert.All(folds, fold =>
        {
            Assert.Equal(view.Count(), fold.TrainSet.Count() + fold.TestSet.Count());
            Assert.Empty(fold.TrainSet.Pairs().Intersect(fold.TestSet.Pairs()));
            Assert.Equal(Enumerable.Range(0, 20), fold.TrainSet.Pairs().Select(pair => pair.User).Distinct().Order());
        });
        Assert.Equal(folds[0].TestSet.Pairs(), _ml.Hybrid.Data.CrossValidationSplit(view, 4, 2)[0].TestSet.Pairs());
    }

    [Fact]
    public void CrossValidationSplit_OutOfRange_IsRefused()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(new[] { new Pair { User = 1, Item = 1 }, new Pair { User = 1, Item = 2 } });
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Data.CrossValidationSplit(view, 1));
        Assert.Throws<ArgumentException>(() => _ml.Hybrid.Data.CrossValidationSplit(view, 3));
    }

    private sealed class Pair
    {
        public int User { get; set; }

        public int Item { get; set; }
    }
}
