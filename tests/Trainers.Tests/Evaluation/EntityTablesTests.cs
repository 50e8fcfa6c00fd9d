using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class EntityTablesTests
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
        var tables = EntityTables.Create(Known.Ml.Data.LoadFromEnumerable(s_rows));
        Assert.Equal((2, 2), (tables.UserCount, tables.ItemCount));
        Assert.Equal(["Ulm", "Bonn"], Texts(tables.UserRows, "UserTown"));
        Assert.Equal(["X one", "Y"], Texts(tables.ItemRows, "ItemTitle"));
        Assert.Equal([[1f, 2f], [3f, 4f]], tables.ItemRows.GetColumn<float[]>("ItemPlace"));
        Assert.Equal(["a b", ""], tables.ItemRows.GetColumn<ReadOnlyMemory<char>[]>("ItemTags").Select(tags => string.Join(' ', tags)));
        Assert.Equal([true, false], tables.ItemRows.GetColumn<bool>("Liked"));
    }

    [Fact]
    public void Create_WithItems_AddsThemWithDefaultsForWhatTheyLack()
    {
        var items = Known.Ml.Data.LoadFromEnumerable(
            new[] { new { Item = "y", ItemTitle = "other" }, new { Item = "z", ItemTitle = "Z" } });
        var tables = EntityTables.Create(Known.Ml.Data.LoadFromEnumerable(s_rows), items);
        Assert.Equal((2, 3), (tables.UserCount, tables.ItemCount));
        Assert.Equal(["X one", "Y", "Z"], Texts(tables.ItemRows, "ItemTitle"));
        Assert.Equal(["x", "y", "z"], Texts(tables.ItemRows, "Item"));
        Assert.Equal(["ann", "ann", ""], Texts(tables.ItemRows, "User"));
        Assert.Equal([0f, 0f], tables.ItemRows.GetColumn<float[]>("ItemPlace").Last());
    }

    [Fact]
    public void Create_ColumnOfAnotherType_NamesBoth()
    {
        var items = Known.Ml.Data.LoadFromEnumerable(new[] { new { Item = "z", ItemTitle = 3f } });
        var error = Assert.Throws<ArgumentException>(() => EntityTables.Create(Known.Ml.Data.LoadFromEnumerable(s_rows), items));
        Assert.Contains("'ItemTitle'", error.Message);
        Assert.Contains("String", error.Message);
        Assert.Contains("Single", error.Message);
    }

    [Fact]
    public void Create_HiddenColumns_AreLeftOut()
    {
        var view = Known.Ml.Transforms.Conversion.MapValueToKey("User").Fit(Known.Ml.Data.LoadFromEnumerable(s_rows))
            .Transform(Known.Ml.Data.LoadFromEnumerable(s_rows));
        var tables = EntityTables.Create(view);
        Assert.Single(tables.UserRows.Schema, column => column.Name == "User");
        Assert.Equal("ann", tables.Users.IdOf(0));
        Assert.Equal([1u, 2u], tables.UserRows.GetColumn<uint>("User"));
    }

    [Fact]
    public void CrossJoin_TakesUserColumnsFromUsersAndTheRestFromItems()
    {
        var tables = EntityTables.Create(Known.Ml.Data.LoadFromEnumerable(s_rows));
        var view = new CrossJoinView(tables, [1, 0]);
        Assert.Equal(4, view.GetRowCount());
        Assert.Equal(["bob", "bob", "ann", "ann"], Texts(view, "User"));
        Assert.Equal(["Bonn", "Bonn", "Ulm", "Ulm"], Texts(view, "UserTown"));
        Assert.Equal(["x", "y", "x", "y"], Texts(view, "Item"));
        Assert.Equal(["X one", "Y", "X one", "Y"], Texts(view, "ItemTitle"));
    }

    [Fact]
    public void CrossJoin_ColumnsOfMisleadingNames_ComeFromWhomTheRowsSay()
    {
        // Age stays within a user, UserReviews within an item; ItemVisit changes with every row, Shop with none.
        var rows = Known.Ml.Data.LoadFromEnumerable(new[]
        {
            new { User = "ann", Item = "x", Age = 30f, UserReviews = "good", ItemVisit = 1f, Shop = "one", Tags = new[] { 1f, 2 } },
            new { User = "ann", Item = "y", Age = 30f, UserReviews = "bad", ItemVisit = 2f, Shop = "one", Tags = new[] { 3f, 4 } },
            new { User = "bob", Item = "y", Age = 40f, UserReviews = "bad", ItemVisit = 3f, Shop = "one", Tags = new[] { 3f, 4 } },
            new { User = "bob", Item = "x", Age = 40f, UserReviews = "good", ItemVisit = 4f, Shop = "one", Tags = new[] { 1f, 2 } },
        });
        var tables = EntityTables.Create(rows);
        Assert.Equal(["User", "Age"], rows.Schema.Where(column => tables.Owners.OfUser[column.Index]).Select(column => column.Name));
        var view = new CrossJoinView(tables, [1, 0]);
        Assert.Equal([40, 40, 30, 30], view.GetColumn<float>("Age"));
        Assert.Equal(["good", "bad", "good", "bad"], Texts(view, "UserReviews"));
    }

    [Fact]
    public void CrossJoin_OtherNamesOfIds_AreTakenFromTheirOwnRows()
    {
        var rows = Known.Ml.Data.LoadFromEnumerable(new[] { new { userId = "ann", movie = "x" }, new { userId = "bob", movie = "y" } });
        var view = new CrossJoinView(EntityTables.Create(rows, null, "userId", "movie"), [1, 0]);
        Assert.Equal(["bob", "bob", "ann", "ann"], Texts(view, "userId"));
        Assert.Equal(["x", "y", "x", "y"], Texts(view, "movie"));
    }

    [Fact]
    public void Owners_ColumnOfTheItemsView_IsTheItems()
    {
        var rows = Known.Ml.Data.LoadFromEnumerable(new[] { new { User = "ann", Item = "x", UserGuide = "a" } });
        var items = Known.Ml.Data.LoadFromEnumerable(new[] { new { Item = "z", UserGuide = "b" } });
        var tables = EntityTables.Create(rows, items);
        Assert.Equal(["a", "b"], Texts(new CrossJoinView(tables, [0]), "UserGuide"));
    }

    [Fact]
    public void Cursor_InactiveColumnOrWrongType_Throws()
    {
        IDataView view = EntityTables.Create(Known.Ml.Data.LoadFromEnumerable(s_rows)).UserRows;
        using var cursor = view.GetRowCursor([view.Schema["User"]]);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Item"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["User"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Item"]));
    }

    [Fact]
    public void GenericScorer_FastTreeRanker_GivesTheScoresOfThePlainRows()
    {
        var split = Known.RandomSplit(seed: 4, users: 20, items: 15, perUser: 8, heldOut: 2);
        var pipeline = Known.Ml.Transforms.Conversion.ConvertType(
            [new InputOutputColumnPair("UserNumber", "User"), new InputOutputColumnPair("ItemNumber", "Item")], DataKind.Single)
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
        var train = Known.Ratings(
            [.. Known.Ml.Data.CreateEnumerable<Rating>(split.TrainSet, false).Select(row => (row.User, row.Item, row.Label))]);
        var model = pipeline.Fit(train);
        var tables = EntityTables.Create(train);
        var scorer = ItemScorers.Create(Known.Ml, model, tables);
        Assert.IsType<GenericItemScorer>(scorer);

        var scores = new float[3 * tables.ItemCount];
        scorer.Score([2, 0, 5], scores);
        var rows = new[] { 2, 0, 5 }.SelectMany(user =>
            Enumerable.Range(0, tables.ItemCount).Select(item => (Id(tables.Users.IdOf(user)), Id(tables.Items.IdOf(item)), 1f)));
        Assert.Equal(Known.Floats(model.Transform(Known.Ratings([.. rows])), "Score"), scores);
        Assert.True(scores.Distinct().Count() > 1);

        var one = new float[tables.ItemCount];
        scorer.Score(5, one);
        Assert.Equal(scores[(2 * tables.ItemCount)..], one);
    }

    [Fact]
    public void GenericScorer_ScoresThatAreNotFinite_AreReplacedAndCounted()
    {
        float[] given = [1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, -2];
        var tables = EntityTables.Create(Known.Ratings(Known.Items(0, 4)));
        var scorer = ItemScorers.Create(Known.Ml, Known.Model((_, item) => given[item]), tables);
        var scores = new float[5];
        scorer.Score(0, scores);
        Assert.Equal([1, float.MinValue, float.MaxValue, float.MinValue, -2], scores);
        Assert.Equal(3, scorer.NonFiniteScores);
    }

    [Fact]
    public void GenericScorer_ModelThatDropsRows_SaysSo()
    {
        var tables = EntityTables.Create(Known.Ratings(Known.Items(1, 4)));
        var model = new FastModel(Known.Model((_, item) => item), null, scored => Known.Ml.Data.TakeRows(scored, 3));
        var scorer = ItemScorers.Create(Known.Ml, model, tables);
        var error = Assert.Throws<InvalidOperationException>(() => scorer.Score(0, new float[4]));
        Assert.Contains("fewer rows than the 4", error.Message);
    }

    private sealed class FastModel(ITransformer inner, IItemScorer? scorer, Func<IDataView, IDataView>? after = null)
        : ITransformer, IItemScoringModel
    {
        public int PrefixLength { get; private set; }

        public bool IsRowToRowMapper => true;

        public IItemScorer? TryCreateScorer(MLContext ml, ITransformer prefix, EntityTables tables)
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
        var tables = EntityTables.Create(Known.Ratings(Known.Items(1, 4)));
        var fast = new GenericItemScorer(Known.Model((_, item) => item), tables);
        var last = new FastModel(Known.Model((_, item) => item), fast);
        var copy = Known.Ml.Transforms.CopyColumns("Copy", "Item").Fit(Known.Ratings());
        // A chain within a chain, as a loaded model or an appended pipeline has.
        var chain = new TransformerChain<ITransformer>(copy, new TransformerChain<ITransformer>(copy, last));
        Assert.Same(fast, ItemScorers.Create(Known.Ml, chain, tables));
        Assert.Equal(2, last.PrefixLength);
        Assert.Same(fast, ItemScorers.Create(Known.Ml, last, tables));
        Assert.IsType<GenericItemScorer>(ItemScorers.Create(Known.Ml, new FastModel(Known.Model((_, item) => item), null), tables));
    }

    private static int Id(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Texts(IDataView view, string column) =>
        view.GetColumn<ReadOnlyMemory<char>>(column).Select(text => text.ToString());
}
