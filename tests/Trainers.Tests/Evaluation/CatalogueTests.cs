using HybridRec.MLNet.Catalogues;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class CatalogueTests
{
    private sealed class Rich
    {
        public string User { get; set; } = "";

        public string Item { get; set; } = "";

        public string ItemTitle { get; set; } = "";

        public string UserTown { get; set; } = "";

        [VectorType(2)]
        public float[] ItemPlace { get; set; } = [0, 0];

        [VectorType]
        public string[] ItemTags { get; set; } = [];

        public bool Liked { get; set; }
    }

    private static readonly Rich[] s_rows =
    [
        new() { User = "ann", Item = "x", ItemTitle = "X one", UserTown = "Ulm", ItemPlace = [1, 2], ItemTags = ["a", "b"], Liked = true },
        new() { User = "bob", Item = "x", ItemTitle = "X two", UserTown = "Bonn", ItemPlace = [9, 9], ItemTags = ["c"] },
        new() { User = "ann", Item = "y", ItemTitle = "Y", UserTown = "Kiel", ItemPlace = [3, 4] },
    ];

    [Fact]
    public void Create_KeepsTheFirstRowOfEachUserAndItem()
    {
        var catalogue = Catalogue.Create(Known.Ml.Data.LoadFromEnumerable(s_rows));
        Assert.Equal((2, 2), (catalogue.UserCount, catalogue.ItemCount));
        Assert.Equal(["Ulm", "Bonn"], Texts(catalogue.UserRows, "UserTown"));
        Assert.Equal(["X one", "Y"], Texts(catalogue.ItemRows, "ItemTitle"));
        Assert.Equal([[1f, 2f], [3f, 4f]], catalogue.ItemRows.GetColumn<float[]>("ItemPlace"));
        Assert.Equal(["a b", ""], catalogue.ItemRows.GetColumn<ReadOnlyMemory<char>[]>("ItemTags").Select(tags => string.Join(' ', tags)));
        Assert.Equal([true, false], catalogue.ItemRows.GetColumn<bool>("Liked"));
    }

    [Fact]
    public void Create_WithItems_AddsThemWithDefaultsForWhatTheyLack()
    {
        var items = Known.Ml.Data.LoadFromEnumerable(new[] { new { Item = "y", ItemTitle = "other" }, new { Item = "z", ItemTitle = "Z" } });
        var catalogue = Catalogue.Create(Known.Ml.Data.LoadFromEnumerable(s_rows), items);
        Assert.Equal((2, 3), (catalogue.UserCount, catalogue.ItemCount));
        Assert.Equal(["X one", "Y", "Z"], Texts(catalogue.ItemRows, "ItemTitle"));
        Assert.Equal(["x", "y", "z"], Texts(catalogue.ItemRows, "Item"));
        Assert.Equal(["ann", "ann", ""], Texts(catalogue.ItemRows, "User"));
        Assert.Equal([0f, 0f], catalogue.ItemRows.GetColumn<float[]>("ItemPlace").Last());
    }

    [Fact]
    public void Create_ColumnOfAnotherType_NamesBoth()
    {
        var items = Known.Ml.Data.LoadFromEnumerable(new[] { new { Item = "z", ItemTitle = 3f } });
        var error = Assert.Throws<ArgumentException>(() => Catalogue.Create(Known.Ml.Data.LoadFromEnumerable(s_rows), items));
        Assert.Contains("'ItemTitle'", error.Message);
        Assert.Contains("String", error.Message);
        Assert.Contains("Single", error.Message);
    }

    [Fact]
    public void Create_HiddenColumns_AreLeftOut()
    {
        var view = Known.Ml.Transforms.Conversion.MapValueToKey("User").Fit(Known.Ml.Data.LoadFromEnumerable(s_rows)).Transform(Known.Ml.Data.LoadFromEnumerable(s_rows));
        var catalogue = Catalogue.Create(view);
        Assert.Single(catalogue.UserRows.Schema, column => column.Name == "User");
        Assert.Equal("ann", catalogue.Users.IdOf(0));
        Assert.Equal([1u, 2u], catalogue.UserRows.GetColumn<uint>("User"));
    }

    [Fact]
    public void CrossJoin_TakesUserColumnsFromUsersAndTheRestFromItems()
    {
        var catalogue = Catalogue.Create(Known.Ml.Data.LoadFromEnumerable(s_rows));
        var view = new CrossJoinView(catalogue.UserRows, catalogue.ItemRows, [1, 0]);
        Assert.Equal(4, view.GetRowCount());
        Assert.Equal(["bob", "bob", "ann", "ann"], Texts(view, "User"));
        Assert.Equal(["Bonn", "Bonn", "Ulm", "Ulm"], Texts(view, "UserTown"));
        Assert.Equal(["x", "y", "x", "y"], Texts(view, "Item"));
        Assert.Equal(["X one", "Y", "X one", "Y"], Texts(view, "ItemTitle"));
    }

    [Fact]
    public void Cursor_InactiveColumnOrWrongType_Throws()
    {
        IDataView view = Catalogue.Create(Known.Ml.Data.LoadFromEnumerable(s_rows)).UserRows;
        using var cursor = view.GetRowCursor([view.Schema["User"]]);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Item"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["User"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Item"]));
    }

    [Fact]
    public void GenericScorer_FastTreeRanker_GivesTheScoresOfThePlainRows()
    {
        var split = Known.RandomSplit(seed: 4, users: 20, items: 15, perUser: 8, heldOut: 2);
        var pipeline = Known.Ml.Transforms.Conversion.ConvertType([new InputOutputColumnPair("UserNumber", "User"), new InputOutputColumnPair("ItemNumber", "Item")], DataKind.Single)
            .Append(Known.Ml.Transforms.Concatenate("Features", "UserNumber", "ItemNumber"))
            .Append(Known.Ml.Transforms.Conversion.MapValueToKey("GroupId", "User"))
            .Append(Known.Ml.Transforms.CustomMapping<Rating, Rating>((row, graded) => graded.Label = row.Label - 1, null))
            .Append(Known.Ml.Ranking.Trainers.FastTree(new FastTreeRankingTrainer.Options
            {
                RowGroupColumnName = "GroupId",
                NumberOfTrees = 5,
                NumberOfLeaves = 4,
                MinimumExampleCountPerLeaf = 2,
                NumberOfThreads = 1,
            }));
        var train = Known.Ratings([.. Known.Ml.Data.CreateEnumerable<Rating>(split.TrainSet, false).Select(row => (row.User, row.Item, row.Label))]);
        var model = pipeline.Fit(train);
        var catalogue = Catalogue.Create(train);
        var scorer = CatalogueScorers.Create(Known.Ml, model, catalogue);
        Assert.IsType<GenericCatalogueScorer>(scorer);

        var scores = new float[3 * catalogue.ItemCount];
        scorer.Score([2, 0, 5], scores);
        var rows = new[] { 2, 0, 5 }.SelectMany(user => Enumerable.Range(0, catalogue.ItemCount).Select(item => (Id(catalogue.Users.IdOf(user)), Id(catalogue.Items.IdOf(item)), 1f)));
        Assert.Equal(Known.Floats(model.Transform(Known.Ratings([.. rows])), "Score"), scores);
        Assert.True(scores.Distinct().Count() > 1);

        var one = new float[catalogue.ItemCount];
        scorer.Score(5, one);
        Assert.Equal(scores[(2 * catalogue.ItemCount)..], one);
    }

    [Fact]
    public void GenericScorer_ScoresThatAreNotFinite_AreReplacedAndCounted()
    {
        float[] given = [1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, -2];
        var catalogue = Catalogue.Create(Known.Ratings(Known.Catalogue(0, 4)));
        var scorer = CatalogueScorers.Create(Known.Ml, Known.Model((_, item) => given[item]), catalogue);
        var scores = new float[5];
        scorer.Score(0, scores);
        Assert.Equal([1, float.MinValue, float.MaxValue, float.MinValue, -2], scores);
        Assert.Equal(3, scorer.NonFiniteScores);
    }

    [Fact]
    public void GenericScorer_ModelThatDropsRows_SaysSo()
    {
        var catalogue = Catalogue.Create(Known.Ratings(Known.Catalogue(1, 4)));
        var model = new FastModel(Known.Model((_, item) => item), null, scored => Known.Ml.Data.TakeRows(scored, 3));
        var scorer = CatalogueScorers.Create(Known.Ml, model, catalogue);
        var error = Assert.Throws<InvalidOperationException>(() => scorer.Score(0, new float[4]));
        Assert.Contains("fewer rows than the 4", error.Message);
    }

    private sealed class FastModel(ITransformer inner, ICatalogueScorer? scorer, Func<IDataView, IDataView>? after = null) : ITransformer, ICatalogueScoringModel
    {
        public int PrefixLength { get; private set; }

        public bool IsRowToRowMapper => true;

        public ICatalogueScorer? TryCreateScorer(MLContext ml, ITransformer prefix, Catalogue catalogue)
        {
            PrefixLength = ((IEnumerable<ITransformer>)prefix).Count();
            return scorer;
        }

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public IDataView Transform(IDataView input) => after is null ? inner.Transform(input) : after(inner.Transform(input));

        void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }

    [Fact]
    public void Create_ChainThatEndsInAFastModel_TakesItsScorerAndGivesItThePrefix()
    {
        var catalogue = Catalogue.Create(Known.Ratings(Known.Catalogue(1, 4)));
        var fast = new GenericCatalogueScorer(Known.Model((_, item) => item), catalogue);
        var last = new FastModel(Known.Model((_, item) => item), fast);
        var copy = Known.Ml.Transforms.CopyColumns("Copy", "Item").Fit(Known.Ratings());
        // A chain within a chain, as a loaded model or an appended pipeline has.
        var chain = new TransformerChain<ITransformer>(copy, new TransformerChain<ITransformer>(copy, last));
        Assert.Same(fast, CatalogueScorers.Create(Known.Ml, chain, catalogue));
        Assert.Equal(2, last.PrefixLength);
        Assert.Same(fast, CatalogueScorers.Create(Known.Ml, last, catalogue));
        Assert.IsType<GenericCatalogueScorer>(CatalogueScorers.Create(Known.Ml, new FastModel(Known.Model((_, item) => item), null), catalogue));
    }

    private static int Id(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Texts(IDataView view, string column) => view.GetColumn<ReadOnlyMemory<char>>(column).Select(text => text.ToString());
}
