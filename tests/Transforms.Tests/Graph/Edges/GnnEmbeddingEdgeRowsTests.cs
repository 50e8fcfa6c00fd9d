using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Which rows, values and pairs become edges, and which are refused.</summary>
public sealed class GnnEmbeddingEdgeRowsTests
{
    private static readonly GnnEmbeddingOptions s_buys = Types(new GraphEdgeType("buy", IsTarget: true));

    private static readonly GnnEmbeddingOptions s_both = Types(new GraphEdgeType("buy", IsTarget: true), new("view"));

    [Fact]
    public void Fit_OneTypeAlone_EqualsTheRowsOfThatTypeWithoutTypes()
    {
        // Types that are not listed, and rows without any, are left out.
        var ml = new MLContext(seed: 1);
        IEnumerable<EdgeRow> rows = Rows((u, i) => (u + i) % 6 == 0 ? "view" : (u + i) % 10 == 0 ? null : "buy");
        AssertSame(ml, Fit(ml, s_buys, rows), Fit(ml, Quick, rows.Where(r => r.Behavior == "buy")));
    }

    [Fact]
    public void Fit_EveryPairInTwoTypesOfWeightHalf_EqualsOneTypeOfWeightOne()
    {
        // Twice half an adjacency is one whole.
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows = [.. Rows((_, _) => "buy")];
        GnnEmbeddingOptions halves = Types(new GraphEdgeType("buy", 0.5f, IsTarget: true), new("cart", 0.5f, IsTarget: true));
        AssertSame(ml, Fit(ml, halves, [.. rows, .. Rows((_, _) => "cart")]), Fit(ml, Quick, rows));
    }

    [Fact]
    public void Fit_LabelsOfOtherTypes_DoNotCount()
    {
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows = [.. Rows((u, i) => (u + i) % 6 == 0 ? "view" : "buy")];
        GnnEmbeddingTransformer ones = Fit(ml, s_both, rows);
        AssertSame(ml, ones, Fit(ml, s_both, rows.Select(r => r.Behavior == "view" ? r with { Label = 0 } : r)));
        Assert.NotEqual(
            Bytes(ml, ones),
            Bytes(ml, Fit(ml, s_both, rows.Select(r => r.Behavior == "buy" && r.Item == "i3" ? r with { Label = 0 } : r))));
    }

    [Fact]
    public void Fit_TypesAsKeys_EqualTypesAsText()
    {
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows = [.. Rows((u, i) => (u + i) % 6 == 0 ? "view" : "buy")];
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Behavior").Fit(View(ml, rows)).Transform(View(ml, rows));
        AssertSame(ml, Fit(ml, s_both, rows), ml.Hybrid.GnnEmbedding(s_both).Fit(keyed));
    }

    [Fact]
    public void Fit_TypeThatTheDataLack_IsRefusedWithTheTypesThereAre()
    {
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows = [.. Rows((u, i) => (u + i) % 6 == 0 ? "view" : "buy")];
        GnnEmbeddingOptions options = Types([.. s_both.Edges!.EdgeTypes, new("wishlist")]);
        string message = Assert.Throws<ArgumentException>(() => Fit(ml, options, rows)).Message;
        Assert.Contains("'wishlist'", message, StringComparison.Ordinal);
        Assert.Contains("allowed: 'buy', 'view'", message, StringComparison.Ordinal);

        // A key column tells before anything is read.
        IDataView keyed = GuardedView.Unreadable(ml.Transforms.Conversion.MapValueToKey("Behavior").Fit(View(ml, rows))
            .Transform(View(ml, rows)));
        Assert.Contains(
            "allowed: 'buy', 'view'", Assert.Throws<ArgumentException>(() => ml.Hybrid.GnnEmbedding(options).Fit(keyed)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoRowOfATargetType_IsAClearError()
    {
        var ml = new MLContext(seed: 1);
        IEnumerable<EdgeRow> rows = Rows((u, i) => i == 4 ? "buy" : "view").Select(r => r.Behavior == "buy" ? r with { Item = null } : r);
        Assert.Contains(
            "a target type ('buy')", Assert.Throws<ArgumentException>(() => Fit(ml, s_both, rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TypeWithoutAKnownPair_IsATypeWithoutEdges()
    {
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows = [.. Rows((_, _) => "buy")];
        AssertSame(ml, Fit(ml, s_both, [.. rows, new() { User = "u1", Behavior = "view" }]), Fit(ml, s_buys, rows));
    }

    [Fact]
    public void Fit_AttributesMissing_AreNoEdges()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingOptions options = Quick with { Edges = new() { AttributeEdges = [new("ItemAuthor")] } };
        EdgeRow[] rows = [.. Rows((_, _) => "buy")];
        GnnEmbeddingTransformer expected = Fit(
            ml, options, rows.Select(r => r with { ItemAuthor = r.Item is "i2" or "i8" ? r.ItemAuthor : "" }));
        AssertSame(ml, expected, Fit(
            ml, options, rows.Select(r => r with { ItemAuthor = r.Item is "i2" or "i8" ? r.ItemAuthor : r.Item == "i3" ? null : "  " })));

        // One row that knows is enough (both are of one author, so that the order of the rows does not number the values).
        string? seen = rows.First(r => r.Item == "i2").User;
        AssertSame(ml, expected, Fit(
            ml, options,
            rows.Select(r => r with { ItemAuthor = r.Item == "i8" || (r.Item == "i2" && r.User != seen) ? r.ItemAuthor : null })));
        Assert.NotEqual(Bytes(ml, expected), Bytes(ml, Fit(ml, Quick, rows)));
    }

    [Fact]
    public void Fit_AttributesAsKeysVectorsOrView_EqualTextsInTheRows()
    {
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows = [.. Rows((_, _) => "buy")];
        GnnEmbeddingOptions options = Quick with { Edges = new() { AttributeEdges = [new("ItemAuthor", 0.5f)] } };
        byte[] expected = Bytes(ml, Fit(ml, options, rows));
        IDataView view = View(ml, rows);
        Assert.Equal(
            expected,
            Bytes(ml, ml.Hybrid.GnnEmbedding(options).Fit(ml.Transforms.Conversion.MapValueToKey("ItemAuthor").Fit(view).Transform(view))));

        IDataView words = ml.Transforms.Text.TokenizeIntoWords("ItemAuthor", separators: ['|']).Fit(view).Transform(view);
        Assert.Equal(expected, Bytes(ml, ml.Hybrid.GnnEmbedding(options).Fit(words)));
        Assert.Equal(expected, Bytes(
            ml, ml.Hybrid.GnnEmbedding(options).Fit(ml.Transforms.Conversion.MapValueToKey("ItemAuthor").Fit(words).Transform(words))));

        // In the order of the rows, so that the authors come in the same order; and an item that nobody knows.
        IDataView authors = ml.Data.LoadFromEnumerable(rows.DistinctBy(r => r.Item)
            .Select(r => new EdgeRow { Item = r.Item, ItemAuthor = r.ItemAuthor })
            .Append(new EdgeRow { Item = "unheard of", ItemAuthor = "nobody" }));
        EdgeRow[] bare = [.. rows.Select(r => r with { ItemAuthor = null })];
        Assert.Equal(
            expected,
            Bytes(ml, Fit(ml, options with { Edges = new() { AttributeEdges = [new("ItemAuthor", 0.5f) { View = authors }] } }, bare)));
    }

    [Fact]
    public void Fit_AttributeWithoutAValue_IsRefused()
    {
        var ml = new MLContext(seed: 1);
        IEnumerable<EdgeRow> rows = Rows((_, _) => "buy").Select(r => r with { ItemAuthor = null });
        string message = Assert.Throws<ArgumentException>(() => Fit(
            ml, Quick with { Edges = new() { AttributeEdges = [new("ItemAuthor")] } }, rows)).Message;
        Assert.Contains("attribute 'ItemAuthor' has no edge", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_RelatedItemsByTextOrKey_AreTheSameEdges()
    {
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows = [.. Rows((_, _) => "buy")];
        IDataView texts = ml.Data.LoadFromEnumerable(RelatedItems.Neighbors);
        IDataView keys = ml.Transforms.Conversion.MapValueToKey("Item").Append(ml.Transforms.Conversion.MapValueToKey("RelatedItem"))
            .Fit(texts).Transform(texts);
        GnnEmbeddingTransformer expected = Fit(ml, Related(new(texts)), rows);
        AssertSame(ml, expected, Fit(ml, Related(new(keys)), rows));
        Assert.NotEqual(Bytes(ml, expected), Bytes(ml, Fit(ml, Quick, rows)));
        Assert.NotEqual(Bytes(ml, expected), Bytes(ml, Fit(ml, Related(new(texts) { StrengthColumnName = "Strength" }), rows)));
        Assert.NotEqual(Bytes(ml, expected), Bytes(ml, Fit(ml, Related(new(texts, 2)), rows)));
    }

    [Fact]
    public void Fit_RelatedItemsNobodyKnows_AreRefusedOnlyIfAllAre()
    {
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows = [.. Rows((_, _) => "buy")];
        IDataView known = ml.Data.LoadFromEnumerable(RelatedItems.Neighbors[..^1]);
        AssertSame(ml, Fit(ml, Related(new(known)), rows), Fit(ml, Related(new(ml.Data.LoadFromEnumerable(RelatedItems.Neighbors))), rows));
        IDataView unknown = ml.Data.LoadFromEnumerable(RelatedItems.Neighbors[^1..]);
        Assert.Contains(
            "ItemRelations[0] has no edge", Assert.Throws<ArgumentException>(() => Fit(ml, Related(new(unknown)), rows)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Fit_StrengthThatIsNone_IsRefusedWithItsRow(float strength)
    {
        var ml = new MLContext(seed: 1);
        IDataView related = ml.Data.LoadFromEnumerable(new RelatedItems[]
        {
            new() { Item = "i0", RelatedItem = "i1", Strength = 1 }, new() { Item = "i2", RelatedItem = "i3", Strength = strength }
        });
        GnnEmbeddingOptions options = Related(new(related) { StrengthColumnName = "Strength" });
        Assert.Contains(
            "row 2 of ItemRelations[0]", Assert.Throws<InvalidDataException>(() => Fit(ml, options, Rows((_, _) => "buy"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void GnnEmbedding_RelationTypeThatTheViewLacks_IsRefusedWithTheTypesThereAre()
    {
        var ml = new MLContext(seed: 1);
        IDataView related = ml.Data.LoadFromEnumerable(RelatedItems.Neighbors);
        GnnEmbeddingOptions Options(IDataView view) => Related(new(view) { EdgeTypeColumnName = "Type", EdgeTypes = [new("sequel")] });
        Assert.Contains(
            "allowed: 'series', 'similar'",
            Assert.Throws<ArgumentException>(() => Fit(ml, Options(related), Rows((_, _) => "buy"))).Message, StringComparison.Ordinal);
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Type").Fit(related).Transform(related);
        Assert.Contains(
            "allowed: 'series', 'similar'", Assert.Throws<ArgumentException>(() => ml.Hybrid.GnnEmbedding(Options(keyed))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_HeldOutPairThatWasAlsoViewed_IsNotInTheTrainingMapping()
    {
        // Two data sets that differ in views of held out pairs alone train alike, and serve differently.
        var ml = new MLContext(seed: 1);
        EdgeRow[] rows =
        [
            .. Rows((_, _) => "buy").Select((r, n) => r with { Holdout = n % 5 == 2 }),
            new() { User = "u0", Item = "i0", Behavior = "view" }
        ];
        EdgeRow[] viewed = [.. rows, .. rows.Where(r => r.Holdout).Select(r => r with { Behavior = "view", Holdout = false })];
        List<float[]> Training(EdgeRow[] data, out byte[] serving)
        {
            IDataView view = Keys(ml, ml.Data.LoadFromEnumerable(data));
            GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(s_both).Fit(view);
            serving = Bytes(ml, fitted);
            return [.. ViewRows.Singles(fitted.Transform(view), "UserGraph").Take(rows.Length)];
        }

        Assert.Equal(Training(rows, out byte[] plain), Training(viewed, out byte[] withViews));
        Assert.NotEqual(plain, withViews);
    }

    [Fact]
    public void Resume_OtherEdges_IsRefused()
    {
        var ml = new MLContext(seed: 1);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            EdgeRow[] rows = [.. Rows((u, i) => (u + i) % 6 == 0 ? "view" : "buy")];
            GnnEmbeddingOptions options = s_both.Train(t => t with { CheckpointPath = path, Resume = true });
            GnnEmbeddingTransformer whole = Fit(ml, options, rows);
            AssertSame(ml, whole, Fit(ml, options, rows));
            foreach (GnnEmbeddingOptions other in (GnnEmbeddingOptions[])
            [
                options with { Edges = options.Edges! with { EdgeTypes = [new("buy", IsTarget: true), new("view", 2)] } },
                options with { Edges = options.Edges! with { ColdFromEdges = false } },
            ])
                Assert.Contains(
                    "other data or other options", Assert.Throws<InvalidDataException>(() => Fit(ml, other, rows)).Message,
                    StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static GnnEmbeddingOptions Types(params GraphEdgeType[] types) =>
        Quick with { Edges = new() { EdgeTypeColumnName = "Behavior", EdgeTypes = types } };

    private static GnnEmbeddingOptions Related(GraphItemRelations relations) =>
        Quick with { Edges = new() { ItemRelations = [relations] } };

    private static IEnumerable<EdgeRow> Rows(Func<int, int, string?> behavior) =>
        from user in Enumerable.Range(0, Checkerboard.Users)
        from item in Enumerable.Range(0, Checkerboard.Items)
        where Checkerboard.Likes(user, item) && item != Checkerboard.Withheld(user)
        select new EdgeRow
        {
            User = Checkerboard.UserId(user),
            Item = Checkerboard.ItemId(item),
            Behavior = behavior(user, item),
            ItemAuthor = $"author {item % 6}"
        };

    private static IDataView Keys(MLContext ml, IDataView rows)
    {
        IDataView vocabulary = Checkerboard.View(
            ml, Enumerable.Range(0, Checkerboard.Users).Select(u => Checkerboard.Row(u, u % Checkerboard.Items)));
        return ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(vocabulary)
            .Transform(rows);
    }

    // Without the column of the holdout, which is chosen here.
    private static IDataView View(MLContext ml, IEnumerable<EdgeRow> rows)
    {
        IDataView keyed = Keys(ml, ml.Data.LoadFromEnumerable(rows));
        return ml.Transforms.DropColumns("Holdout").Fit(keyed).Transform(keyed);
    }

    private static GnnEmbeddingTransformer Fit(MLContext ml, GnnEmbeddingOptions options, IEnumerable<EdgeRow> rows) =>
        ml.Hybrid.GnnEmbedding(options).Fit(View(ml, rows));

    // The entries of the saved model: the same graph gives the same bytes.
    private static byte[] Bytes(MLContext ml, GnnEmbeddingTransformer fitted) =>
        [.. ModelBytes.Entries(ModelBytes.Save(ml, fitted, Board(ml).Schema)).Values.SelectMany(entry => entry)];

    private static void AssertSame(MLContext ml, GnnEmbeddingTransformer expected, GnnEmbeddingTransformer actual) =>
        Assert.Equal(Bytes(ml, expected), Bytes(ml, actual));

    private sealed record EdgeRow
    {
        public string? User { get; init; }

        public string? Item { get; init; }

        public string? Behavior { get; init; }

        public string? ItemAuthor { get; init; }

        public float Label { get; init; } = 1;

        public bool Holdout { get; init; }
    }
}
