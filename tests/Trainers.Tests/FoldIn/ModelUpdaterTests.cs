using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;
using static HybridRec.MLNet.Tests.FoldIn.UpdateData;

namespace HybridRec.MLNet.Tests.FoldIn;

public sealed class ModelUpdaterTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Add_NewUserOfOneTaste_IsGivenTheItemsOfThatTaste()
    {
        ModelUpdater updater = Updater(GraphAlone(_ml));
        Assert.True(updater.Add("anna", "i0"));
        Assert.True(updater.Add("anna", "i4"));
        Assert.True(updater.Add("anna", "i10"));
        Assert.False(updater.Add("anna", "i4"));
        Assert.Equal((Checkerboard.Users + 1, Checkerboard.TrainRows.Count + 3), (updater.UserCount, updater.InteractionCount));
        IReadOnlyList<Recommendation> top = updater.Recommend("anna", 5);
        Assert.Equal(["i12", "i14", "i2", "i6", "i8"], top.Select(r => r.Item).Order(StringComparer.Ordinal));
        Assert.All(top, r => Assert.Equal(updater.Score("anna", r.Item), r.Score));
        Assert.Equal(updater.ItemCount, updater.Recommend("anna", 100, excludeSeen: false).Count);
    }

    [Fact]
    public void Vectors_BeforeAnyChange_AreTheModelsOwn()
    {
        ITransformer model = GraphAlone(_ml);
        ModelUpdater updater = Updater(model);
        IDataView rows = model.Transform(Train(_ml));
        Assert.Equal(ViewRows.Singles(rows, "UserGraph"), Checkerboard.TrainRows.Select(row => updater.UserVector(row.User!)));
        Assert.Equal(ViewRows.Singles(rows, "ItemGraph"), Checkerboard.TrainRows.Select(row => updater.ItemVector(row.Item!)));
        Assert.Equal(0, updater.LastTouched);
    }

    [Fact]
    public void ToModel_AfterUpdates_ServesTheVectorsOfTheUpdaterAndDoesNotFollowIt()
    {
        ITransformer model = GraphAlone(_ml);
        byte[] before = ModelBytes.Save(_ml, model, Train(_ml).Schema);
        ModelUpdater updater = Updater(model);
        foreach (CheckerboardRow row in Later)
            updater.Add(row.User!, row.Item!);
        ITransformer updated = updater.ToModel();
        List<float[]> users = ViewRows.Singles(updated.Transform(LaterView(_ml)), "UserGraph"),
            items = ViewRows.Singles(updated.Transform(LaterView(_ml)), "ItemGraph");
        Assert.Equal(Later.Select(row => updater.UserVector(row.User!)), users);
        Assert.Equal(Later.Select(row => updater.ItemVector(row.Item!)), items);
        updater.Add("anna", "i1");
        Assert.Equal(users, ViewRows.Singles(updated.Transform(LaterView(_ml)), "UserGraph"));
        ModelBytes.AssertSame(before, ModelBytes.Save(_ml, model, Train(_ml).Schema));
    }

    [Fact]
    public void ToModel_OfAWholeModel_SavesLoadsAndUpdatesAgain()
    {
        ModelUpdater updater = Updater(Hybrid(_ml));
        updater.Add("anna", "i0");
        byte[] saved = ModelBytes.Save(_ml, updater.ToModel(), Train(_ml).Schema);
        ITransformer loaded = ModelBytes.Load(saved, out DataViewSchema schema);
        ModelUpdater again = _ml.Hybrid.CreateUpdater(loaded, schema);
        Assert.False(again.Add("anna", "i0"));
        Assert.True(again.Add("anna", "i4"));
        ITransformer updated = _ml.Hybrid.Update(again.ToModel(), LaterView(_ml));
        using Recommender recommender = _ml.Hybrid.CreateRecommender(updated, All(_ml));
        Assert.Equal(Checkerboard.Items + 1, recommender.ItemCount);
        Assert.All(
            recommender.Recommend("anna", 4),
            r => Assert.Equal(0, int.Parse(r.Item.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) % 2));
    }

    [Fact]
    public void Add_AsManyRoundsAsLayers_EqualsUpdate()
    {
        ITransformer model = GraphAlone(_ml);
        ModelUpdater updater = _ml.Hybrid.CreateUpdater(model, Train(_ml).Schema, rounds: 2);
        foreach (CheckerboardRow row in Later)
            updater.Add(row.User!, row.Item!);
        IDataView exact = _ml.Hybrid.Update(model, LaterView(_ml)).Transform(All(_ml)), folded = updater.ToModel().Transform(All(_ml));
        foreach (string column in (string[])["UserGraph", "ItemGraph"])
            foreach ((float[] expected, float[] actual) in ViewRows.Singles(exact, column).Zip(ViewRows.Singles(folded, column)))
                Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Add_ManyThreads_LosesNothing()
    {
        ModelUpdater updater = Updater(GraphAlone(_ml));
        Parallel.For(0, 64, n =>
        {
            updater.Add($"new {n % 8}", $"i{n / 8}");
            Assert.NotEmpty(updater.Recommend($"new {n % 8}", 3));
        });
        Assert.Equal((Checkerboard.Users + 8, Checkerboard.TrainRows.Count + 64), (updater.UserCount, updater.InteractionCount));
    }

    [Fact]
    public void Add_IdsOfNumbers_AreRead()
    {
        IDataView train = _ml.Data.LoadFromEnumerable(
            new[] { (7, 100L), (7, 200), (9, 100) }.Select(p => new NumberedRow { User = p.Item1, Item = p.Item2 }));
        ITransformer model = Keys(_ml)
            .Append(_ml.Hybrid.GnnEmbedding(Options.Train(t => t with { Epochs = 1 }) with { HoldoutFraction = 0 })).Fit(train);
        ModelUpdater updater = _ml.Hybrid.CreateUpdater(model, train.Schema);
        Assert.False(updater.Add(7, 100));
        Assert.True(updater.Add(12, 100));
        Assert.Contains(
            "'anna' is no id of column 'User'", Assert.Throws<ArgumentException>(() => updater.Add("anna", "300")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "'x' is no id of column 'Item'", Assert.Throws<ArgumentException>(() => updater.Add("13", "x")).Message,
            StringComparison.Ordinal);
        Assert.Equal((3, 2), (updater.UserCount, updater.ItemCount)); // nothing was left behind
    }

    [Fact]
    public void CreateUpdater_WhatItCannotTake_IsNamed()
    {
        Says<InvalidOperationException>(
            "Updatable = true", GraphAlone(_ml, Options.Train(t => t with { Epochs = 1 }) with { Updatable = false }));
        Says<ArgumentException>("0 stages GnnEmbedding", Keys(_ml).Fit(Train(_ml)));
        IDataView keyed = Keys(_ml).Fit(Train(_ml)).Transform(Train(_ml));
        GnnEmbeddingTransformer alone = _ml.Hybrid.GnnEmbedding(Options.Train(t => t with { Epochs = 1 })).Fit(keyed);
        Assert.Contains(
            "'User'", Assert.Throws<ArgumentException>(() => _ml.Hybrid.CreateUpdater(alone, keyed.Schema)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.CreateUpdater(alone, keyed.Schema, rounds: -1));
    }

    private ModelUpdater Updater(ITransformer model) => _ml.Hybrid.CreateUpdater(model, Train(_ml).Schema);

    private void Says<TException>(string part, ITransformer model)
        where TException : Exception
        => Assert.Contains(part, Assert.Throws<TException>(() => Updater(model)).Message, StringComparison.Ordinal);
}
