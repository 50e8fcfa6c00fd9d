using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using static HybridRec.MLNet.Tests.FoldIn.UpdateData;

namespace HybridRec.MLNet.Tests.FoldIn;

/// <summary>Updates of closed forms, alone and as parts of the pair.</summary>
public sealed class FilterUpdateTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Forms => ["Ease", "ItemKnn", "UserKnn", "TurboCf", "Bspm", "Ials"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Update_KnownUser_IsScoredAsWhoeverHasTheWholeHistory(string form)
    {
        ITransformer model = Keys(_ml).Append(_ml.Hybrid.GraphFilter(Form(form))).Fit(Train(_ml));
        var before = (GraphFilterTransformer)ChainStages.Of(model).Last();
        var after = (GraphFilterTransformer)ChainStages.Of(_ml.Hybrid.Update(model, LaterView(_ml))).Last();
        CheckerboardRow row = Checkerboard.Row(3, Checkerboard.Withheld(3));
        int items = before.Model.ItemCount, user = KeyOf(model, row, "User"), item = KeyOf(model, row, "Item");
        Assert.Equal((items + 1, before.Model.UserCount + 1), (after.Model.ItemCount, after.Model.UserCount));

        int[] history = [.. before.Model.Graph.ItemsOf(user).ToArray().Append(item).Distinct().Order()];
        Assert.Equal(before.Model.Graph.ItemsOf(user).Length + 1, history.Length);
        float[] expected = new float[after.Model.ItemCount], scores = new float[after.Model.ItemCount];
        // Turbo-CF and UserKNN are made of the positives alone: of all of them.
        bool renewed = form is "TurboCf" or "UserKnn";
        (renewed ? after : before).Model.Filter.Score(history, expected.AsSpan(0, renewed ? expected.Length : items));
        after.Model.Score(user, scores);
        Assert.Equal(expected, scores);
        float[] old = new float[items];
        before.Model.Score(user, old);
        Assert.NotEqual(old, scores[..items]);
        Assert.Equal(scores[..items], Enumerable.Range(0, items).Select(i => after.Model.Score(user, i)));
        if (!renewed)
            Assert.Equal(0, scores[^1]); // nobody had it when the weights were fitted
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Update_Part_SavedAndLoadedAndUpdatedAgain_IsTheSame(string form)
    {
        ITransformer model = Keys(_ml).Append(_ml.Hybrid.GraphFilter("FilterScore", Form(form))).Fit(Train(_ml));
        DataViewSchema schema = Train(_ml).Schema;
        ITransformer once = _ml.Hybrid.Update(model, LaterView(_ml));
        ITransformer loaded = ModelBytes.Load(ModelBytes.Save(_ml, once, schema), out _);
        Assert.Equal(
            ViewRows.Singles(once.Transform(All(_ml)), "FilterScore"), ViewRows.Singles(loaded.Transform(All(_ml)), "FilterScore"));
        ITransformer first = _ml.Hybrid.Update(model, Checkerboard.View(_ml, Later.Take(3)));
        ITransformer twice = _ml.Hybrid.Update(
            ModelBytes.Load(ModelBytes.Save(_ml, first, schema), out _), Checkerboard.View(_ml, Later.Skip(3)));
        ModelBytes.AssertSame(ModelBytes.Save(_ml, once, schema), ModelBytes.Save(_ml, twice, schema));
    }

    [Fact]
    public void Update_RowsThatAreNoPositives_OnlyBringTheIds()
    {
        CheckerboardRow low = New("anna", 1);
        low.Label = 0.4f;
        ITransformer model = Keys(_ml)
            .Append(_ml.Hybrid.GraphFilter(new GraphFilterOptions { Filter = ClosedForm.Ease(10), PositiveThreshold = 0.5f }))
            .Fit(Train(_ml));
        ITransformer updated = _ml.Hybrid.Update(model, Checkerboard.View(_ml, [low, New("bob", 2)]));
        var filter = (GraphFilterTransformer)ChainStages.Of(updated).Last();
        Assert.Equal(Checkerboard.TrainRows.Count + 1, filter.Model.InteractionCount);
        Assert.Equal(Checkerboard.Users + 2, filter.Model.UserCount);
    }

    [Fact]
    public void Update_DefaultPipeline_TakesNewcomersAndNewInteractions()
    {
        ITransformer model = _ml.Hybrid.DefaultPipeline(Train(_ml)).Fit(Train(_ml));
        ITransformer updated = _ml.Hybrid.Update(model, LaterView(_ml));
        using Recommender recommender = _ml.Hybrid.CreateRecommender(updated, All(_ml));
        var anna = recommender.Recommend("anna", 5);
        Assert.Equal(RecommendationSource.User, anna.Source);
        Assert.All(anna, r => Assert.True(IsEven(r.Item), $"anna of the even taste is given {r.Item}"));
        string taken = Checkerboard.ItemId(Checkerboard.Withheld(3));
        Assert.DoesNotContain(recommender.Recommend(Checkerboard.UserId(3), Checkerboard.Items), r => r.Item == taken);
        using Recommender old = _ml.Hybrid.CreateRecommender(model, Train(_ml));
        Assert.Contains(old.Recommend(Checkerboard.UserId(3), Checkerboard.Items), r => r.Item == taken);

        // The list of a user is that of the history through the closed form: the scores of its part are those of the chain.
        Assert.Contains(recommender.Recommend(Checkerboard.UserId(7), Checkerboard.Items), r => r.Item == "sequel");
        IDataView rows = updated.Transform(All(_ml));
        Assert.All(ViewRows.Singles(rows, "Score"), score => Assert.True(float.IsFinite(score[0])));
        Assert.Contains(ViewRows.Singles(rows, "FilterScore").TakeLast(Later.Count), part => part[1] > 0);
        byte[] saved = ModelBytes.Save(_ml, updated, Train(_ml).Schema);
        using Recommender again = _ml.Hybrid.CreateRecommender(ModelBytes.Load(saved, out _), All(_ml));
        Assert.Equal(anna.Items, again.Recommend("anna", 5).Items);
    }

    [Fact]
    public void CreateUpdater_DefaultPipeline_FoldsIntoTheClosedForm()
    {
        ITransformer model = _ml.Hybrid.DefaultPipeline(Train(_ml)).Fit(Train(_ml));
        ModelUpdater updater = _ml.Hybrid.CreateUpdater(model, Train(_ml).Schema);
        foreach (CheckerboardRow row in Later)
            updater.Add(row.User!, row.Item!);
        IDataView folded = updater.ToModel().Transform(All(_ml)), updated = _ml.Hybrid.Update(model, LaterView(_ml)).Transform(All(_ml));
        Assert.Equal(ViewRows.Singles(updated, "FilterScore"), ViewRows.Singles(folded, "FilterScore"));
    }

    [Fact]
    public void Recommend_OfTheUpdater_SaysWhatTheListIsMadeFrom()
    {
        ModelUpdater updater = _ml.Hybrid.CreateUpdater(GraphAlone(_ml), Train(_ml).Schema);
        RecommendationResult nobody = updater.Recommend("anna", 3);
        Assert.Equal((RecommendationSource.Popularity, "+0"), (nobody.Source, nobody.Version));
        Assert.Contains("no user 'anna'", nobody.Note, StringComparison.Ordinal);
        Assert.Equal(Checkerboard.TrainRows.GroupBy(row => row.Item).Max(group => group.Count()), nobody[0].Score);
        updater.Add("anna", "i0");
        RecommendationResult anna = updater.Recommend("anna", 3);
        Assert.Equal((RecommendationSource.User, "+1", null), (anna.Source, anna.Version, anna.Note));
        Assert.True(IsEven(anna[0].Item));
    }

    [Fact]
    public void Update_StateOfTheVersionBefore_LoadsAndSaysThatItCannotBeUpdated()
    {
        ITransformer model = Keys(_ml).Append(_ml.Hybrid.GraphFilter("FilterScore", ClosedForm.Ease(10))).Fit(Train(_ml));
        var fitted = (GraphFilterTransformer)ChainStages.Of(model).Last();
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            WriteVersion2(writer, fitted, model.GetOutputSchema(Train(_ml).Schema));
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var old = GraphFilterTransformer.Read(_ml, reader, version: 2);
        IDataView keyed = Keys(_ml).Fit(Train(_ml)).Transform(Train(_ml));
        Assert.Equal(stream.Length, stream.Position);
        Assert.Equal(ViewRows.Singles(fitted.Transform(keyed), "FilterScore"), ViewRows.Singles(old.Transform(keyed), "FilterScore"));
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Hybrid.Update(old, keyed));
        Assert.Contains("Fit it again", error.Message, StringComparison.Ordinal);
    }

    // As version 2 wrote it.
    private static void WriteVersion2(BinaryWriter writer, GraphFilterTransformer fitted, DataViewSchema schema)
    {
        writer.Write("User");
        writer.Write("Item");
        writer.Write("FilterScore");
        writer.Write(true);
        writer.Write("Holdout");
        KeyVocabulary.Of(schema["User"]).Write(writer);
        KeyVocabulary.Of(schema["Item"]).Write(writer);
        writer.Write((int)fitted.Model.Kind);
        GraphIo.Write(writer, fitted.Model.Graph);
        ItemFilters.Write(writer, fitted.Model.Filter);
    }

    private static GraphFilterOptions Form(string form) => new()
    {
        Seed = 1,
        Filter = form switch
        {
            "Ease" => ClosedForm.Ease(10),
            "ItemKnn" => ClosedForm.ItemKnn(),
            "UserKnn" => ClosedForm.UserKnn(),
            "TurboCf" => ClosedForm.TurboCf(),
            "Bspm" => ClosedForm.BlurringSharpening(rank: 4),
            _ => ClosedForm.Ials(dimension: 4),
        },
    };

    private int KeyOf(ITransformer model, CheckerboardRow row, string column)
    {
        IDataView view = model.Transform(Checkerboard.View(_ml, [row]));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[column]]);
        Func<int> key = CellReader.Key(cursor, view.Schema[column]);
        Assert.True(cursor.MoveNext());
        return key();
    }

    private static bool IsEven(string item) => int.TryParse(item.AsSpan(1), out int number) && number % 2 == 0;
}
