using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>No leakage: what a ranker downstream trains on has not been seen by the vectors it gets.</summary>
public sealed class GnnEmbeddingHoldoutTests
{
    [Fact]
    public void Transform_FittedView_MarksTheFractionOfEachUser()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = Board(ml);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(Quick with { HoldoutFraction = 0.3 }).Fit(view);
        IDataView mapped = fitted.Transform(view);
        uint[] users = [.. mapped.GetColumn<uint>("User")];
        foreach (IGrouping<uint, bool> user in users.Zip(Holdout(mapped)).GroupBy(pair => pair.First, pair => pair.Second))
            Assert.InRange(user.Count(held => held), 2, 3); // 7 rows each, 0.3 of them
    }

    [Fact]
    public void Transform_OtherView_MarksNothingAndUsesAllInteractions()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = Board(ml);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(Quick with { HoldoutFraction = 0.3 }).Fit(view);
        Assert.DoesNotContain(true, Holdout(fitted.Transform(Board(ml))));
        Assert.Contains(true, Holdout(fitted.Transform(view)));
        Assert.NotEqual(ViewRows.Singles(fitted.Transform(view), "UserGraph"), ViewRows.Singles(fitted.Transform(Board(ml)), "UserGraph"));
    }

    [Fact]
    public void Transform_FittedView_HasVectorsThatNeverSawTheHoldout()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = WithHoldout(ml, Checkerboard.TrainRows, row => row % 5 == 2);
        IDataView rest = Keyed(ml, Checkerboard.TrainRows.Where((_, row) => row % 5 != 2));
        GnnEmbeddingOptions oneEpoch = Quick.Train(t => t with { Epochs = 1 });
        IDataView training = ml.Hybrid.GnnEmbedding(oneEpoch).Fit(view).Transform(view);
        GnnEmbeddingTransformer withoutHoldout = ml.Hybrid.GnnEmbedding(oneEpoch with { HoldoutFraction = 0 }).Fit(rest);

        Assert.Equal(ViewRows.Singles(withoutHoldout.Transform(Board(ml)), "UserGraph"), ViewRows.Singles(training, "UserGraph"));
        Assert.Equal(ViewRows.Singles(withoutHoldout.Transform(Board(ml)), "ItemGraph"), ViewRows.Singles(training, "ItemGraph"));
        Assert.Equal(Enumerable.Range(0, Checkerboard.TrainRows.Count).Select(row => row % 5 == 2), Holdout(training));
    }

    [Fact]
    public void Transform_LoadedModel_HasTheServingMappingOnly()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = Board(ml);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(Quick).Fit(view);
        ITransformer loaded = ModelBytes.Load(ModelBytes.Save(ml, fitted, view.Schema), out _);
        Assert.Equal(ViewRows.Read(fitted.Transform(Board(ml))), ViewRows.Read(loaded.Transform(view)));
    }

    [Fact]
    public void Fit_NoHoldout_HasNoHoldoutColumn()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(Quick with { HoldoutFraction = 0 }).Fit(Board(ml));
        Assert.Null(fitted.GetOutputSchema(Board(ml).Schema).GetColumnOrNull("Holdout"));
    }

    [Fact]
    public void Fit_AllPositivesHeldOut_IsAClearError()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = WithHoldout(ml, Checkerboard.TrainRows, _ => true);
        Assert.Contains(
            "held out", Assert.Throws<ArgumentException>(() => ml.Hybrid.GnnEmbedding(Quick).Fit(view)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_FinalEpochs_ChangeTheServingMappingOnly()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = Board(ml);
        GnnEmbeddingTransformer without = ml.Hybrid.GnnEmbedding(Quick).Fit(view);
        GnnEmbeddingTransformer with = ml.Hybrid.GnnEmbedding(Quick with { FinalEpochs = 1 }).Fit(view);
        Assert.Equal(ViewRows.Read(without.Transform(view)), ViewRows.Read(with.Transform(view)));
        Assert.NotEqual(ViewRows.Read(without.Transform(Board(ml))), ViewRows.Read(with.Transform(Board(ml))));
    }

    private static IDataView WithHoldout(MLContext ml, IReadOnlyList<CheckerboardRow> rows, Func<int, bool> held)
    {
        int[] order = [.. rows.Select((_, row) => row)];
        IDataView view = ml.Data.LoadFromEnumerable(
            order.Select(row => new HeldRow { User = rows[row].User, Item = rows[row].Item, Label = 1, Holdout = held(row) }));
        IDataView vocabulary = Checkerboard.View(
            ml, Enumerable.Range(0, Checkerboard.Users).Select(u => Checkerboard.Row(u, u % Checkerboard.Items)));
        return ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(vocabulary)
            .Transform(view);
    }

    private sealed class HeldRow
    {
        public string? User { get; set; }

        public string? Item { get; set; }

        public float Label { get; set; }

        public bool Holdout { get; set; }
    }
}
