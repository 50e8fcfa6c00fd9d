using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Small interaction views with keys, and the vectors a fitted model gives them.</summary>
internal static class GraphTestData
{
    public static readonly GnnEmbeddingOptions Quick = new()
    {
        Dimension = 8,
        Model = GraphModel.LightGcn(layers: 2),
        Loss = GraphLoss.SampledSoftmax(negatives: 8, itemNormExponent: 0),
        Training = new() { Epochs = 3, Seed = 1 },
    };

    /// <summary>The checkerboard's training rows with keys over all its users and items.</summary>
    public static IDataView Board(MLContext ml) => Keyed(ml, Checkerboard.TrainRows);

    /// <summary>Rows with keys over all users and items of the checkerboard, in the order of their numbers.</summary>
    public static IDataView Keyed(MLContext ml, IEnumerable<CheckerboardRow> rows)
    {
        IDataView vocabulary = Checkerboard.View(
            ml, Enumerable.Range(0, Checkerboard.Users).Select(u => Checkerboard.Row(u, u % Checkerboard.Items)));
        return Keys(ml, vocabulary).Transform(Checkerboard.View(ml, rows));
    }

    /// <summary>Maps rows to keys of their own.</summary>
    public static IDataView OwnKeys(MLContext ml, IEnumerable<CheckerboardRow> rows)
    {
        IDataView view = Checkerboard.View(ml, rows);
        return Keys(ml, view).Transform(view);
    }

    public static IEnumerable<CheckerboardRow> Pairs(params (int User, int Item)[] pairs) =>
        pairs.Select(pair => new CheckerboardRow
        {
            User = Checkerboard.UserId(pair.User),
            Item = Checkerboard.ItemId(pair.Item),
            ItemText = "text",
            Label = 1
        });

    /// <summary>The vectors of numbered users and items of the checkerboard.</summary>
    public static (float[][] Users, float[][] Items) Vectors(MLContext ml, ITransformer model)
    {
        IDataView users = model.Transform(Keyed(ml, Enumerable.Range(0, Checkerboard.Users).Select(u => Checkerboard.Row(u, 0))));
        IDataView items = model.Transform(Keyed(ml, Enumerable.Range(0, Checkerboard.Items).Select(i => Checkerboard.Row(0, i))));
        return ([.. ViewRows.Singles(users, "UserGraph")], [.. ViewRows.Singles(items, "ItemGraph")]);
    }

    /// <summary>A step over a graph, before its first batch.</summary>
    public static GraphStep NewStep(
        InteractionGraph graph, GnnEmbeddingOptions options, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures,
        GraphEdges? edges = null) =>
        new(new TrainingGraph(graph, options, userFeatures, itemFeatures, edges), options);

    public static bool[] Holdout(IDataView view) => [.. view.GetColumn<bool>("Holdout")];

    public static float Dot(float[] left, float[] right) => left.Zip(right, (a, b) => a * b).Sum();

    private static ITransformer Keys(MLContext ml, IDataView vocabulary) =>
        ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(vocabulary);
}
