using System.Globalization;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>
/// Four tastes; user u and item i are of taste u % 4 and i % 4. A user buys one item of the taste to train on and another to be judged by,
/// so that purchases alone cannot tell who is like whom. What else there is reveals the taste: views of other items of
/// it, or one of two authors of it.
/// </summary>
internal static class TasteData
{
    public const int Tastes = 4;
    public const int Users = 240;
    public const int Items = 40;

    public static string User(int user) => "u" + user.ToString(CultureInfo.InvariantCulture);

    public static string Item(int item) => "i" + item.ToString(CultureInfo.InvariantCulture);

    /// <summary>The author of an item: two a taste.</summary>
    public static string Author(int item) => $"author {item % (2 * Tastes)}";

    /// <summary>The item bought to train on.</summary>
    public static int Bought(int user) => (user + (8 * (user / Items))) % Items;

    /// <summary>The item bought to be judged by.</summary>
    public static int Withheld(int user) => (Bought(user) + 16) % Items;

    public static TasteRow Buy(int user, int item) =>
        new() { User = User(user), Item = Item(item), Behavior = "buy", ItemAuthor = Author(item) };

    public static IEnumerable<TasteRow> Buys => Enumerable.Range(0, Users).Select(u => Buy(u, Bought(u)));

    /// <summary>Six views a user, of the taste, never of the item withheld.</summary>
    public static IEnumerable<TasteRow> Views =>
        from user in Enumerable.Range(0, Users)
        let random = Xoshiro256.Stream(11, user)
        from item in Drawn(user, random)
        select new TasteRow { User = User(user), Item = Item(item), Behavior = "view", Label = 0, ItemAuthor = Author(item) };

    /// <summary>Keys over all users and items, whatever the rows.</summary>
    public static IDataView Keyed(MLContext ml, IEnumerable<TasteRow> rows)
    {
        IDataView vocabulary = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Users).Select(n => Buy(n, n % Items)));
        return ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(vocabulary)
            .Transform(ml.Data.LoadFromEnumerable(rows));
    }

    /// <summary>The vectors of all users and items, in the order of their numbers.</summary>
    public static (float[][] Users, float[][] Items) Vectors(MLContext ml, ITransformer model)
    {
        IDataView mapped = model.Transform(Keyed(
            ml, Enumerable.Range(0, Users).Select(n => new TasteRow { User = User(n), Item = Item(n % Items) })));
        return ([.. ViewRows.Singles(mapped, "UserGraph")], [.. ViewRows.Singles(mapped, "ItemGraph").Take(Items)]);
    }

    /// <summary>
    /// NDCG of the withheld item among the items of other tastes, which are all wrong; of its own taste no item can be told from it.
    /// </summary>
    public static double Ndcg(MLContext ml, ITransformer model)
    {
        (float[][] users, float[][] items) = Vectors(ml, model);
        return Enumerable.Range(0, Users).Average(user =>
        {
            float score = GraphTestData.Dot(users[user], items[Withheld(user)]);
            int before = Enumerable.Range(0, Items)
                .Count(i => i % Tastes != user % Tastes && GraphTestData.Dot(users[user], items[i]) >= score);
            return 1 / Math.Log2(before + 2);
        });
    }

    private static IEnumerable<int> Drawn(int user, Xoshiro256 random)
    {
        var items = new HashSet<int>();
        while (items.Count < 6)
        {
            int item = (user % Tastes) + (Tastes * random.NextInt32(Items / Tastes));
            if (item != Withheld(user))
                items.Add(item);
        }

        return items;
    }
}
