using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;
using static HybridRec.MLNet.Tests.FoldIn.UpdateData;

namespace HybridRec.MLNet.Tests.FoldIn;

public sealed class UpdateTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Update_NewUserAndItem_GetTheItemsAndUsersOfTheirTaste(bool hybrid)
    {
        ITransformer updated = _ml.Hybrid.Update(hybrid ? Hybrid(_ml) : GraphAlone(_ml), LaterView(_ml));
        using Recommender recommender = _ml.Hybrid.CreateRecommender(updated, All(_ml));

        // Five even items are left for her; all of them come before any odd one.
        Assert.All(recommender.Recommend("anna", 5), r => Assert.True(IsEven(r.Item), $"anna of the even taste is given {r.Item}"));
        Assert.Contains(recommender.Recommend(Checkerboard.UserId(7), 2), r => r.Item == "sequel");
        Assert.DoesNotContain(recommender.Recommend(Checkerboard.UserId(6), 1), r => r.Item == "sequel");
    }

    [Fact]
    public void Update_OldModel_IsUnchanged()
    {
        ITransformer model = Hybrid(_ml);
        DataViewSchema schema = Train(_ml).Schema;
        byte[] before = ModelBytes.Save(_ml, model, schema);
        ITransformer updated = _ml.Hybrid.Update(model, LaterView(_ml));
        ModelBytes.AssertSame(before, ModelBytes.Save(_ml, model, schema));
        Assert.NotEqual(Scores(model), Scores(updated));
    }

    [Fact]
    public void Update_NoRows_IsTheSameModel()
    {
        ITransformer model = GraphAlone(_ml);
        Assert.Equal(Scores(model), Scores(_ml.Hybrid.Update(model, Checkerboard.View(_ml, []))));
    }

    [Fact]
    public void Update_KnownRowsOnly_KeepsTheVectors()
    {
        ITransformer model = GraphAlone(_ml);
        Assert.Equal(Scores(model), Scores(_ml.Hybrid.Update(model, Checkerboard.View(_ml, Checkerboard.TrainRows.Take(7)))));
    }

    [Fact]
    public void Update_RowsThatAreNoPositives_KeepTheVectorsAndBringTheIds()
    {
        ITransformer model = GraphAlone(_ml);
        CheckerboardRow disliked = New("anna", 1);
        disliked.Label = 0;
        CheckerboardRow nobody = New("", 1);
        ITransformer updated = _ml.Hybrid.Update(model, Checkerboard.View(_ml, [disliked, nobody]));
        Assert.Equal(Scores(model), Scores(updated));
        Assert.Equal((ulong)Checkerboard.Users + 1, ((KeyDataViewType)updated.GetOutputSchema(Train(_ml).Schema)["User"].Type).Count);
    }

    [Fact]
    public void Update_LoadedModel_EqualsUpdateOfTheFitted()
    {
        ITransformer model = Hybrid(_ml);
        byte[] saved = ModelBytes.Save(_ml, model, Train(_ml).Schema);
        ITransformer fromFitted = _ml.Hybrid.Update(model, LaterView(_ml));
        ITransformer fromLoaded = _ml.Hybrid.Update(ModelBytes.Load(saved, out DataViewSchema schema), LaterView(_ml));
        ModelBytes.AssertSame(ModelBytes.Save(_ml, fromFitted, schema), ModelBytes.Save(_ml, fromLoaded, schema));
    }

    [Fact]
    public void Update_InTwoParts_EqualsAllAtOnce()
    {
        ITransformer model = Hybrid(_ml);
        ITransformer once = _ml.Hybrid.Update(model, LaterView(_ml));
        ITransformer twice = _ml.Hybrid.Update(
            _ml.Hybrid.Update(model, Checkerboard.View(_ml, Later.Take(2))), Checkerboard.View(_ml, Later.Skip(2)));
        DataViewSchema schema = Train(_ml).Schema;
        ModelBytes.AssertSame(ModelBytes.Save(_ml, once, schema), ModelBytes.Save(_ml, twice, schema));
    }

    [Fact]
    public void Update_SavedAndLoadedInAFreshProcess_HasTheSameScores()
    {
        ITransformer updated = _ml.Hybrid.Update(Hybrid(_ml), LaterView(_ml));
        byte[] saved = ModelBytes.Save(_ml, updated, Train(_ml).Schema);
        Assert.Equal(ViewRows.Singles(updated.Transform(All(_ml)), "Score"), FreshProcess.Run(_ml, saved, All(_ml), "Score"));
    }

    [Fact]
    public void Update_EvaluateTopK_RanksTheNewUser()
    {
        ITransformer updated = _ml.Hybrid.Update(GraphAlone(_ml), LaterView(_ml));
        IDataView test = Checkerboard.View(_ml, [New("anna", 2), New("anna", 6)]);
        TopKReport report = _ml.Hybrid.EvaluateTopK(updated, new InteractionSplit(All(_ml), test, "by hand"), new TopKOptions { K = [5] });
        Assert.Equal(1, report[TopKMetric.Recall, 5].Value);
    }

    [Fact]
    public void Update_UserProfile_EqualsFittingOnAllRows()
    {
        IEstimator<ITransformer> pipeline = Keys(_ml).Append(_ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
            .Append(_ml.Hybrid.UserProfile(new UserProfileOptions { Center = false, Seed = 1 }));
        var known = Checkerboard.TestRows.Take(4).Append(New("anna", 3)).ToArray();
        // The text stage is fitted too: it has to be the same one on both sides.
        ITransformer updated = _ml.Hybrid.Update(pipeline.Fit(Train(_ml)), Checkerboard.View(_ml, known));
        IDataView all = Checkerboard.View(_ml, [.. Checkerboard.TrainRows, .. known]);
        ITransformer[] stages = [.. HybridRec.MLNet.Hosting.ChainStages.Of(updated)];
        IDataView texts = stages[2].Transform(stages[1].Transform(stages[0].Transform(all)));
        UserProfileTransformer refitted = _ml.Hybrid.UserProfile(new UserProfileOptions { Center = false, HoldoutFraction = 0 }).Fit(texts);
        IDataView probe = stages[2].Transform(stages[1].Transform(stages[0].Transform(Checkerboard.View(_ml, known))));
        foreach ((float[] expected, float[] actual) in ViewRows.Singles(refitted.Transform(probe), "UserMeaning")
            .Zip(ViewRows.Singles(stages[3].Transform(probe), "UserMeaning")))
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Update_NumericIdsInOneStage_KeepTheirKeys()
    {
        static IEnumerable<NumberedRow> Rows(params (int User, long Item)[] pairs) =>
            pairs.Select(p => new NumberedRow { User = p.User, Item = p.Item });
        IDataView train = _ml.Data.LoadFromEnumerable(Rows((7, 100), (7, 200), (9, 100), (3, 300), (3, 200)));
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey([
            new InputOutputColumnPair("U", "User"), new InputOutputColumnPair("I", "Item")])
            .Append(_ml.Hybrid.GnnEmbedding(new()
            {
                UserColumnName = "U",
                ItemColumnName = "I",
                Dimension = 4,
                Model = GraphModel.LightGcn(layers: 1),
                Updatable = true,
                Training = new() { Epochs = 1, Seed = 1 }
            }))
            .Fit(train);
        ITransformer updated = _ml.Hybrid.Update(model, _ml.Data.LoadFromEnumerable(Rows((5, 100), (9, 400), (5, 400))));
        DataViewSchema schema = updated.GetOutputSchema(train.Schema);
        Assert.Equal([7, 9, 3, 5], Values<int>(schema["U"]));
        Assert.Equal([100L, 200, 300, 400], Values<long>(schema["I"]));
        Assert.Equal([1u, 1, 2, 3, 3], updated.Transform(train).GetColumn<uint>("U"));
    }

    private static T[] Values<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues()];
    }

    private List<float[]> Scores(ITransformer model) => ViewRows.Singles(model.Transform(All(_ml)), "Score");

    private static bool IsEven(string item) => int.TryParse(item.AsSpan(1), out int number) && number % 2 == 0;
}
