using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>
/// Users of two tastes who take items of theirs one after the other; the tastes are drawn by lot, so that an untuned
/// encoder knows nothing of them.
/// </summary>
internal static class TasteData
{
    public const int Items = 16, Users = 40, Taken = 6;

    private static readonly bool[] s_taste = Shuffled();

    /// <summary>Two letters that no other item has together, and one for the taste, which means nothing before it is learned.</summary>
    public static string Text(int item) => $"{(char)('a' + item)} {(char)('a' + (item * 7 + 3) % 26)} {(s_taste[item] ? 'y' : 'z')}";

    public static IDataView View(MLContext ml, int users = Users)
    {
        var random = new Random(5);
        var rows = new List<CheckerboardRow>();
        for (int user = 0; user < users; user++)
        {
            int[] own = [.. Enumerable.Range(0, Items).Where(i => s_taste[i] == (user % 2 == 0))];
            random.Shuffle(own);
            for (int t = 0; t < Taken; t++)
                rows.Add(new CheckerboardRow { User = $"u{user}", Item = $"i{own[t]}", Label = 1, Timestamp = t, ItemText = Text(own[t]) });
        }
        IDataView view = Checkerboard.View(ml, rows);
        return ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(view)
            .Transform(view);
    }

    /// <summary>Mean cosine of items of one taste less that of items of different tastes.</summary>
    public static double Separation(TextEncoder encoder)
    {
        float[][] vectors = Vectors.Encode(encoder, [.. Enumerable.Range(0, Items).Select(Text)]);
        List<double> same = [], other = [];
        for (int i = 0; i < Items; i++)
            for (int j = 0; j < i; j++)
                (s_taste[i] == s_taste[j]
                    ? same
                    : other).Add(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(vectors[i], vectors[j]));
        return same.Average() - other.Average();
    }

    /// <summary>The options of a short tuning that learns.</summary>
    public static LoraTuning Options(TuningMethod? method = null) => new()
    {
        Method = method ?? AllLinear,
        Training = new()
        {
            Epochs = method is ProjectionMethod ? 40 : 6,
            BatchSize = 8,
            LearningRate = method switch { FullMethod => 0.005, ProjectionMethod => 0.05, _ => 0.02 },
            Patience = 40,
            Seed = 1,
        },
        Temperature = 0.2,
        ValidationFraction = 0.1,
        HoldoutFraction = 0,
    };

    /// <summary>Adapters beside all linear modules.</summary>
    public static LoraMethod AllLinear { get; } = new() { TargetPattern = "all-linear" };

    /// <summary>The method of a name, for theories.</summary>
    public static TuningMethod Method(string name) =>
        name switch { "Lora" => AllLinear, "Full" => TuningMethod.Full, _ => TuningMethod.Projection() };

    public static TextPairs Pairs(MLContext ml) => TextPairs.Read(View(ml), "ItemText", Options(), "test", CancellationToken.None);

    public static TrainingSession Session() =>
        new(((IHostEnvironment)new MLContext()).Register("test"), "test", new TrainingSettings(), CancellationToken.None);

    private static bool[] Shuffled()
    {
        bool[] taste = [.. Enumerable.Range(0, Items).Select(i => i % 2 == 0)];
        new Random(3).Shuffle(taste);
        return taste;
    }
}
