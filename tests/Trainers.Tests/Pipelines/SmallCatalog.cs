using HybridRec.MLNet.Accel;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Pipelines;

/// <summary>
/// A random small shop: items have one of a few texts and a popularity, users like some texts more than others. A fifth of each user's
/// rows is for the test.
/// </summary>
internal sealed class SmallCatalog
{
    public SmallCatalog(int seed)
        : this(seed, Xoshiro256.Stream(seed, 78))
    {
    }

    public SmallCatalog(int seed, int users, int items, int texts)
    {
        var random = Xoshiro256.Stream(seed, 77);
        int least = 3 + random.NextInt32(8), most = least + random.NextInt32(Math.Min(21, items - least));
        double taste = 0.5 + (2 * random.NextDouble()), skew = 0.3 + random.NextDouble();
        int[] textOf = [.. Enumerable.Range(0, items).Select(_ => random.NextInt32(texts))];
        double[] popularity = [.. Enumerable.Range(0, items).Select(_ => skew * random.NextNormal())];
        for (int user = 0; user < users; user++)
        {
            double[] likes = [.. Enumerable.Range(0, texts).Select(_ => taste * random.NextNormal())];
            int count = least + random.NextInt32(most - least + 1);
            int[] taken =
            [
                .. Enumerable.Range(0, items)
                    .Select(item => (item, score: popularity[item] + likes[textOf[item]] - Math.Log(-Math.Log(random.NextDouble()))))
                    .OrderByDescending(pair => pair.score).Take(count).Select(pair => pair.item),
            ];
            random.Shuffle<int>(taken);
            int test = Math.Max(1, count / 5);
            for (int n = 0; n < count; n++)
                (n < test ? Test : Train).Add(new() { User = user, Item = taken[n], ItemText = $"kind{textOf[taken[n]]} thing" });
        }

        // An item that nobody has in training is not in the catalog of a chain.
        var known = Train.Select(row => row.Item).ToHashSet();
        Test.RemoveAll(row => !known.Contains(row.Item));
    }

    private SmallCatalog(int seed, Xoshiro256 sizes)
        : this(seed, 20 + sizes.NextInt32(481), 20 + sizes.NextInt32(281), 1 + sizes.NextInt32(50))
    {
    }

    public List<ShopRow> Train { get; } = [];

    public List<ShopRow> Test { get; } = [];

    public InteractionSplit Split(MLContext ml) => new(
        ml.Data.LoadFromEnumerable(Train), ml.Data.LoadFromEnumerable(Test), "a small shop");

    internal sealed class ShopRow
    {
        public int User { get; set; }

        public int Item { get; set; }

        public string ItemText { get; set; } = "";
    }
}
