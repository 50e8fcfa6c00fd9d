using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.FoldIn;

/// <summary>Updatable models of the checkerboard, and rows that come later.</summary>
internal static class UpdateData
{
    public static readonly GnnEmbeddingOptions Options =
        new() { Dimension = 16, Model = GraphModel.LightGcn(layers: 2), Updatable = true, Training = new() { Epochs = 15, Seed = 1 } };

    /// <summary>
    /// A newcomer with three items of the taste of even numbers, an old user with an item of the other taste, and
    /// a new item for two of the odd.
    /// </summary>
    public static IReadOnlyList<CheckerboardRow> Later { get; } =
    [
        New("anna", 0),
        New("anna", 4),
        New("anna", 10),
        Checkerboard.Row(3, Checkerboard.Withheld(3)),
        new() { User = Checkerboard.UserId(1), Item = "sequel", ItemText = Checkerboard.ItemText(1), Label = 1 },
        new() { User = Checkerboard.UserId(5), Item = "sequel", ItemText = Checkerboard.ItemText(1), Label = 1 },
    ];

    public static CheckerboardRow New(string user, int item) =>
        new() { User = user, Item = Checkerboard.ItemId(item), ItemText = Checkerboard.ItemText(item), Label = 1 };

    public static IDataView Train(MLContext ml) => Checkerboard.View(ml, Checkerboard.TrainRows);

    /// <summary>Keys, the graph, and its dot product as Score.</summary>
    public static ITransformer GraphAlone(MLContext ml, GnnEmbeddingOptions? options = null) => Keys(ml)
        .Append(ml.Hybrid.GnnEmbedding(options ?? Options))
        .Append(ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph"))
        .Append(ml.Hybrid.Ranking(new() { Head = RankingHead.DotProduct() }))
        .Fit(Train(ml));

    /// <summary>Graph and text.</summary>
    public static ITransformer Hybrid(MLContext ml) => Keys(ml)
        .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
        .Append(ml.Hybrid.GnnEmbedding(Options with { NodeFeatures = ["ItemMeaning"] }))
        .Append(ml.Hybrid.UserProfile("UserMeaning", "ItemMeaning"))
        .Append(ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"))
        .Append(ml.Hybrid.Ranking(new() { Head = RankingHead.Linear(), Training = new() { Epochs = 5 } }))
        .Fit(Train(ml));

    public static IEstimator<ITransformer> Keys(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));

    public static IDataView LaterView(MLContext ml) => Checkerboard.View(ml, Later);

    public static IDataView All(MLContext ml) => Checkerboard.View(ml, [.. Checkerboard.TrainRows, .. Later]);
}
