using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>
/// Users and items with planted tastes: each user takes the items with the largest truth(user, item). "Taste" are the planted vectors,
/// "Noise" unrelated ones. A fifth of each user's rows is held out, a tenth withheld for testing.
/// </summary>
internal static class Planted
{
    public const int Dimension = ServingRow.Dimension;
    public const int Users = 60;
    public const int Items = 50;
    private const int Taken = 15;

    public delegate double Truth(ReadOnlySpan<float> user, ReadOnlySpan<float> item);

    /// <summary>Truth is the plain dot product.</summary>
    public static double Dot(ReadOnlySpan<float> user, ReadOnlySpan<float> item)
    {
        double sum = 0;
        for (int k = 0; k < Dimension; k++)
            sum += user[k] * item[k];
        return sum;
    }

    /// <summary>Truth of which the dot product sees nothing: the signs of half of the slots are turned.</summary>
    public static double Twisted(ReadOnlySpan<float> user, ReadOnlySpan<float> item)
    {
        double sum = 0;
        for (int k = 0; k < Dimension; k++)
            sum += (k % 2 == 0 ? 1 : -1) * user[k] * item[k];
        return sum;
    }

    public static (List<PlantedRow> Train, List<PlantedRow> Test) Rows(Truth truth, int seed = 1)
    {
        float[][] users = Vectors(Users, seed), items = Vectors(Items, seed + 1), userNoise = Vectors(Users, seed + 2),
            itemNoise = Vectors(Items, seed + 3);
        List<PlantedRow> train = [], test = [];
        for (int user = 0; user < Users; user++)
        {
            int[] taken = [.. Enumerable.Range(0, Items).OrderByDescending(item => truth(users[user], items[item])).Take(Taken)];
            var random = Xoshiro256.Stream(seed, 9, user);
            random.Shuffle<int>(taken);
            for (int n = 0; n < Taken; n++)
            {
                var row = new PlantedRow
                {
                    User = user,
                    Item = taken[n],
                    Holdout = n is > 1 and < 6,
                    ItemTitle = $"film {taken[n]}",
                    UserTaste = users[user],
                    ItemTaste = items[taken[n]],
                    UserNoise = userNoise[user],
                    ItemNoise = itemNoise[taken[n]],
                };
                (n < 2 ? test : train).Add(row);
            }
        }
        return (train, test);
    }

    public static IEstimator<ITransformer> Keys(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));

    /// <summary>Mean NDCG@10 of the test items among those not taken in training.</summary>
    public static double Ndcg(MLContext ml, ITransformer model, List<PlantedRow> train, List<PlantedRow> test)
    {
        var items = train.Concat(test).DistinctBy(row => row.Item).ToArray();
        double sum = 0;
        foreach (var user in test.GroupBy(row => row.User))
        {
            var seen = train.Where(row => row.User == user.Key).Select(row => row.Item).ToHashSet();
            var candidates = items.Where(item => !seen.Contains(item.Item)).Select(item => Cross(user.First(), item)).ToArray();
            float[] scores = [.. model.Transform(ml.Data.LoadFromEnumerable(candidates)).GetColumn<float>("Score")];
            int[] ranked = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(10)
                .Select(i => candidates[i].Item)];
            sum += RankingMath.Ndcg(ranked, [.. user.Select(row => row.Item).Order()], 10);
        }
        return sum / test.Select(row => row.User).Distinct().Count();
    }

    public static PlantedRow Cross(PlantedRow user, PlantedRow item) => new()
    {
        User = user.User,
        UserTaste = user.UserTaste,
        UserNoise = user.UserNoise,
        Item = item.Item,
        ItemTitle = item.ItemTitle,
        ItemTaste = item.ItemTaste,
        ItemNoise = item.ItemNoise,
    };

    private static float[][] Vectors(int count, int seed)
    {
        var vectors = new float[count][];
        for (int i = 0; i < count; i++)
        {
            var random = Xoshiro256.Stream(seed, 1, i);
            vectors[i] = new float[Dimension];
            foreach (ref float value in vectors[i].AsSpan())
                value = (float)random.NextNormal();
        }
        return vectors;
    }
}
