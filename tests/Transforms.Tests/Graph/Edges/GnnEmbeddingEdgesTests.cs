using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;
using static HybridRec.MLNet.Transforms.Tests.Graph.TasteData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>What further edges are worth where interactions of the loss are too few: see <see cref="TasteData"/>.</summary>
public sealed class GnnEmbeddingEdgesTests
{
    // Four layers: an item of the same author is three edges from a user. A soft temperature and few epochs: of one purchase a user,
    // more would be learned by heart.
    private static readonly GnnEmbeddingOptions s_quick = new()
    {
        Dimension = 32,
        Model = GraphModel.LightGcn(layers: 4),
        Loss = GraphLoss.SampledSoftmax(temperature: 1, negatives: 32),
        HoldoutFraction = 0,
        Training = new() { Epochs = 3, Seed = 1 },
    };

    private static readonly GraphEdgeOptions s_types = new()
    {
        EdgeTypeColumnName = "Behavior",
        EdgeTypes = [new("buy", IsTarget: true), new("view")]
    };

    private static readonly GnnEmbeddingOptions s_behaviors = s_quick with { Edges = s_types };

    [Theory]
    [InlineData(ModelKind.LightGcn)]
    [InlineData(ModelKind.Gcn)]
    [InlineData(ModelKind.XSimGcl)]
    public void Fit_ViewsOfTheTaste_RankFarBetterThanPurchasesAlone(ModelKind model)
    {
        var ml = new MLContext(seed: 1);
        double alone = Ndcg(ml, ml.Hybrid.GnnEmbedding(s_quick with { Model = model.Model(layers: 4) }).Fit(Keyed(ml, Buys)));
        double views = Ndcg(
            ml, ml.Hybrid.GnnEmbedding(s_behaviors with { Model = model.Model(layers: 4) }).Fit(Keyed(ml, [.. Buys, .. Views])));
        Assert.True(views > alone + 0.4, $"NDCG is {views} with views and {alone} without");
    }

    [Fact]
    public void Fit_SharedAuthors_RankFarBetterThanPurchasesAlone()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = Keyed(ml, Buys);
        double alone = Ndcg(ml, ml.Hybrid.GnnEmbedding(s_quick).Fit(rows));
        double authors = Ndcg(
            ml, ml.Hybrid.GnnEmbedding(s_quick with { Edges = new() { AttributeEdges = [new("ItemAuthor")] } }).Fit(rows));
        Assert.True(authors > alone + 0.4, $"NDCG is {authors} with authors and {alone} without");
    }

    [Fact]
    public void Fit_RelatedItems_RankFarBetterThanPurchasesAlone()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = Keyed(ml, Buys);
        IDataView related = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, Items).Select(i => new RelatedItems { Item = Item(i), RelatedItem = Item((i + 16) % Items) }));
        double alone = Ndcg(ml, ml.Hybrid.GnnEmbedding(s_quick).Fit(rows));
        double relations = Ndcg(ml, ml.Hybrid.GnnEmbedding(s_quick with { Edges = new() { ItemRelations = [new(related)] } }).Fit(rows));
        Assert.True(relations > alone + 0.4, $"NDCG is {relations} with relations and {alone} without");
    }

    [Fact]
    public void Fit_ColdItemOfAKnownAuthor_IsPlacedWithTheAuthorsItems()
    {
        var ml = new MLContext(seed: 1);
        int[] cold = [0, 1, 2, 3];
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(
            s_quick with { Edges = s_types with { AttributeEdges = [new("ItemAuthor")] } }).Fit(Keyed(ml, WithoutInteractions(cold)));
        (float[][] users, float[][] items) = Vectors(ml, fitted);
        float[] mean = ViewRows.Singles(fitted.Transform(Keyed(ml, [new() { User = "stranger", Item = "novelty" }])), "ItemGraph")[0];
        foreach (int item in cold)
        {
            Assert.True(GraphTestData.Dot(items[item], mean) < 0.98, $"cold item {item} is at the mean");
            double own = Enumerable.Range(0, Users).Where(u => u % Tastes == item % Tastes)
                .Average(u => GraphTestData.Dot(users[u], items[item]));
            double others = Enumerable.Range(0, Users).Where(u => u % Tastes != item % Tastes)
                .Average(u => GraphTestData.Dot(users[u], items[item]));
            Assert.True(own > others + 0.3, $"cold item {item}: its taste scores it {own}, the others {others}");
        }
    }

    [Fact]
    public void Fit_ColdItemOfAnAuthorNobodyBought_IsAtTheMean()
    {
        var ml = new MLContext(seed: 1);
        TasteRow[] rows = [.. WithoutInteractions([3])
            .Select(r => r.Item == Item(3) ? new TasteRow { Item = r.Item, Behavior = r.Behavior, ItemAuthor = "debutante" } : r)];
        GnnEmbeddingTransformer fitted =
            ml.Hybrid.GnnEmbedding(s_quick with { Edges = s_types with { AttributeEdges = [new("ItemAuthor")] } }).Fit(Keyed(ml, rows));
        float[] mean = ViewRows.Singles(fitted.Transform(Keyed(ml, [new() { User = "stranger", Item = "novelty" }])), "ItemGraph")[0];
        Assert.Equal(mean, Vectors(ml, fitted).Items[3]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Fit_ColdFromEdgesOff_PutsColdItemsAtTheMeanAndLeavesTheOthers(double holdout)
    {
        var ml = new MLContext(seed: 1);
        int[] cold = [0, 1, 2, 3];
        IDataView rows = Keyed(
            ml, WithoutInteractions(cold).Select(r => new TasteRow { User = r.User, Item = r.Item, ItemAuthor = r.ItemAuthor }));
        GraphEdgeOptions authors = new() { AttributeEdges = [new("ItemAuthor")] };
        GnnEmbeddingOptions options = s_quick.Train(t => t with { Patience = 0, Epochs = 1 }) with
        {
            Edges = authors,
            HoldoutFraction = holdout
        };
        (float[][] users, float[][] items) = Vectors(ml, ml.Hybrid.GnnEmbedding(options).Fit(rows));
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(options with { Edges = authors with { ColdFromEdges = false } }).Fit(rows);
        (float[][] offUsers, float[][] offItems) = Vectors(ml, fitted);
        float[] mean = ViewRows.Singles(fitted.Transform(Keyed(ml, [new() { User = "stranger", Item = "novelty" }])), "ItemGraph")[0];
        Assert.Equal(users, offUsers);
        Assert.Equal(items[4..], offItems[4..]);
        Assert.All(offItems[..4], vector => Assert.Equal(mean, vector));
        Assert.All(items[..4], vector => Assert.NotEqual(mean, vector));
    }

    [Fact]
    public void Fit_UsersKnownByAnAttributeAlone_AreNearThoseWhoShareIt()
    {
        // The two towers: nothing but a job is known of the last users.
        var ml = new MLContext(seed: 1);
        const int known = Users - (2 * Tastes);
        IDataView rows = Keyed(ml, Buys.Concat(Views).Take(Users + (6 * known)).Where(r => Number(r.User!) < known)
            .Select(r => new TasteRow { User = r.User, Item = r.Item }));
        IDataView jobs = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, Users).Select(u => new JobRow { User = User(u), UserJob = [$"job {u % Tastes}", ""] }));
        GnnEmbeddingTransformer fitted =
            ml.Hybrid.GnnEmbedding(s_quick with { Edges = new() { AttributeEdges = [new("UserJob") { View = jobs }] } }).Fit(rows);
        (float[][] users, float[][] items) = Vectors(ml, fitted);
        for (int user = known; user < Users; user++)
        {
            double own = Enumerable.Range(0, Items).Where(i => i % Tastes == user % Tastes)
                .Average(i => GraphTestData.Dot(users[user], items[i]));
            double others = Enumerable.Range(0, Items).Where(i => i % Tastes != user % Tastes)
                .Average(i => GraphTestData.Dot(users[user], items[i]));
            Assert.True(own > others + 0.3, $"cold user {user} scores the own taste {own}, the others {others}");
        }
    }

    private static int Number(string id) => int.Parse(id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Fit_CsvOfBehaviors_NeedsNoLoaderOfItsOwn()
    {
        // The example of docs/heterogeneous-graphs.md.
        var ml = new MLContext(seed: 1);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string behaviors = Path.Combine(folder, "behaviors.csv"), pairs = Path.Combine(folder, "together.csv");
            File.WriteAllLines(behaviors, Buys.Concat(Views)
                .Select(r => FormattableString.Invariant($"{Number(r.User!)},{Number(r.Item!)},{r.Behavior},{r.Label}"))
                .Prepend("User,Item,Behavior,Label"));
            File.WriteAllLines(
                pairs,
                Enumerable.Range(0, Items).Select(i => FormattableString.Invariant($"{i},{(i + 16) % Items}")).Prepend("Item,RelatedItem"));
            IDataView rows = ml.Data.LoadFromTextFile(
                behaviors,
                [
                    new("User", DataKind.Int32, 0), new("Item", DataKind.Int32, 1), new("Behavior", DataKind.String, 2),
                    new("Label", DataKind.Single, 3)], separatorChar: ',',
                hasHeader: true);
            IDataView together = ml.Data.LoadFromTextFile(
                pairs, [new("Item", DataKind.Int32, 0), new("RelatedItem", DataKind.Int32, 1)], separatorChar: ',', hasHeader: true);
            ITransformer model = ml.Transforms.Conversion.MapValueToKey("User")
                .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
                .Append(ml.Hybrid.GnnEmbedding(s_quick with { Edges = s_types with { ItemRelations = [new(together, 0.3f)] } }))
                .Fit(rows);
            IDataView withheld = model.Transform(
                ml.Data.LoadFromEnumerable(Enumerable.Range(0, Users).Select(u => new CsvRow { User = u, Item = Withheld(u) })));
            IDataView wrong = model.Transform(
                ml.Data.LoadFromEnumerable(Enumerable.Range(0, Users).Select(u => new CsvRow { User = u, Item = Withheld(u + 1) })));
            double Mean(IDataView view) => ViewRows.Singles(view, "UserGraph").Zip(ViewRows.Singles(view, "ItemGraph"))
                .Average(pair => GraphTestData.Dot(pair.First, pair.Second));
            Assert.True(Mean(withheld) > Mean(wrong) + 0.3, $"items of the taste score {Mean(withheld)}, of another {Mean(wrong)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // All rows but those of some items, which are still described by rows without a user.
    private static IEnumerable<TasteRow> WithoutInteractions(int[] cold) =>
    [
        .. Buys.Concat(Views).Where(r => !cold.Any(c => r.Item == Item(c))),
        .. cold.Select(c => new TasteRow { Item = Item(c), Behavior = "view", ItemAuthor = Author(c) }),
    ];

    private sealed class CsvRow
    {
        public int User { get; set; }

        public int Item { get; set; }

        public string Behavior { get; set; } = "";

        public float Label { get; set; }
    }

    private sealed class JobRow
    {
        public string? User { get; set; }

        public string[]? UserJob { get; set; }
    }
}
