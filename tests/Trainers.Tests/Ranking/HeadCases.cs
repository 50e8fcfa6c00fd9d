using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>Small heads and data with random numbers.</summary>
internal static class HeadCases
{
    // User: graph 3, taste 5, age 2. Item: graph 3, year 1, taste 5. Slots 3..5 of the item are in no product.
    public static readonly ProductPair[] Pairs = [new(0, 0, 0, 3), new(3, 4, 3, 5)];

    public const int UserDimension = 10;
    public const int ItemDimension = 9;

    public static HeadShape Shape(RankingHeadKind head, params int[] hidden) =>
        new(head, UserDimension, ItemDimension, Pairs, hidden, towerDimension: 4);

    /// <summary>Weights of which none is zero.</summary>
    public static HeadWeights Weights(HeadShape shape, int seed) =>
        new(shape, [0.7f, 1.3f], [0.9f, 0.4f], Numbers(shape.ParameterCount, seed));

    public static float[] Numbers(int count, int seed)
    {
        var random = Xoshiro256.Stream(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = (float)random.NextNormal() * 0.5f;
        return values;
    }

    /// <summary>Users and items with random vectors; user u holds out the items u, u + 1, .. and knows one more.</summary>
    public static RankingData Data(int users, int items, int seed)
    {
        List<(int User, int Item)> held = [], known = [];
        for (int user = 0; user < users; user++)
        {
            for (int n = 0; n <= user % 3; n++)
                held.Add((user, (user + n) % items));
            known.Add((user, (user + 7) % items));
        }
        known.AddRange(held);
        return new RankingData
        {
            UserDimension = UserDimension,
            ItemDimension = ItemDimension,
            Users = Numbers(users * UserDimension, seed),
            Items = Numbers(items * ItemDimension, seed + 1),
            Known = Graph(users, items, known),
            HeldOut = Graph(users, items, held),
        };
    }

    public static InteractionGraph Graph(int users, int items, IReadOnlyList<(int User, int Item)> pairs) =>
        InteractionGraph.FromPairs(users, items, [.. pairs.Select(p => p.User)], [.. pairs.Select(p => p.Item)]);
}
