using HybridRec.MLNet.Accel;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.ClosedForms;

/// <summary>
/// Small random interactions of 30 users and 21 items with text vectors of 4; item 20 is in the rows with a
/// label of 0 only, and has a text.
/// </summary>
internal static class FilterData
{
    public const int Users = 30;
    public const int Items = 21;
    public const int Untouched = 20;

    public static bool[,] Taken { get; } = Draw();

    public static float[][] Texts { get; } = [.. Enumerable.Range(0, Items).Select(Text)];

    public static InteractionGraph Graph
    {
        get
        {
            var pairs = Pairs().ToArray();
            return InteractionGraph.FromPairs(Users, Items, [.. pairs.Select(p => p.User)], [.. pairs.Select(p => p.Item)]);
        }
    }

    public static double[][] DoubleTexts => [.. Texts.Select(text => Array.ConvertAll(text, value => (double)value))];

    /// <summary>Rows in an order in which keys are the numbers: each item once with label 0, then the positives.</summary>
    public static List<FilterRow> Rows() =>
    [
        .. Enumerable.Range(0, Math.Max(Users, Items)).Select(n => Row(n % Users, n % Items, 0)),
        .. Pairs().Select(pair => Row(pair.User, pair.Item, 1)),
    ];

    /// <summary>The closed forms by their names, with ridges that suit these few rows.</summary>
    public static ClosedFormSettings Form(string name) => name switch
    {
        "TurboCf" => ClosedForm.TurboCf(alpha: 0.6f),
        "Ease" => ClosedForm.Ease(ridge: 10),
        "TextAwareEase" => ClosedForm.TextAwareEase("ItemMeaning", lambdaX: 10, lambdaF: 5, lambdaE: 20),
        "ItemKnn" => ClosedForm.ItemKnn(neighbors: 8, KnnSimilarity.Cosine, shrinkage: 10),
        "UserKnn" => ClosedForm.UserKnn(neighbors: 8, KnnSimilarity.Bm25, shrinkage: 10),
        "Ials" => ClosedForm.Ials(dimension: 6, unobservedWeight: 0.1f, regularization: 0.003f),
        _ => ClosedForm.BlurringSharpening(rank: 448),
    };

    public static IDataView View(MLContext ml, IEnumerable<FilterRow>? rows = null) => ml.Data.LoadFromEnumerable(rows ?? Rows());

    public static IEstimator<ITransformer> Keys(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));

    public static FilterRow Row(int user, int item, float label) =>
        new() { User = user, Item = item, Label = label, ItemMeaning = item < Items ? Texts[item] : new float[4] };

    private static IEnumerable<(int User, int Item)> Pairs() =>
        from user in Enumerable.Range(0, Users) from item in Enumerable.Range(0, Items) where Taken[user, item] select (user, item);

    private static bool[,] Draw()
    {
        var random = Xoshiro256.Stream(5);
        bool[,] taken = new bool[Users, Items];
        // The last user has nothing, the last item nobody; low numbers are popular.
        for (int user = 0; user < Users - 1; user++)
        {
            for (int item = 0; item < Items - 1; item++)
                taken[user, item] = random.NextInt32(Items) > 8 + (item / 2);
        }
        return taken;
    }

    private static float[] Text(int item)
    {
        var random = Xoshiro256.Stream(6, item);
        return item == 3 ? new float[4] : [.. Enumerable.Range(0, 4).Select(_ => 3 * (float)random.NextNormal())];
    }
}
