using HybridRec.MLNet.Accel;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Interactions whose users and items have degrees of a power law: the node of rank x is drawn with a density of x^-a, a = 0.5 for users
/// and 0.75 for items (the degrees' tail falls by the powers 3 and 2.3). Ids are ranks: MapValueToKey numbers ids as they come, and what is
/// popular comes early. A pair drawn twice is one edge.
/// </summary>
/// <param name="pairs">Pairs to draw.</param>
/// <param name="seed">Seed.</param>
internal sealed class PowerLawInteractions(long pairs, int seed)
{
    private const double UserExponent = 0.5;
    private const double ItemExponent = 0.75;

    /// <summary>One user for 20 interactions.</summary>
    public int UserCount { get; } = (int)Math.Max(1, pairs / 20);

    /// <summary>One item for 50 interactions.</summary>
    public int ItemCount { get; } = (int)Math.Max(1, pairs / 50);

    /// <summary>The rows, made anew whenever they are read.</summary>
    public IDataView View(MLContext ml)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.User)].ColumnType = new KeyDataViewType(typeof(uint), UserCount);
        schema[nameof(Row.Item)].ColumnType = new KeyDataViewType(typeof(uint), ItemCount);
        return ml.Data.LoadFromEnumerable(Rows(), schema);
    }

    /// <summary>The graph of the rows.</summary>
    public InteractionGraph Graph()
    {
        int[] users = new int[pairs], items = new int[pairs];
        int n = 0;
        foreach (Row row in Rows())
            (users[n], items[n++]) = ((int)row.User - 1, (int)row.Item - 1);
        return InteractionGraph.FromPairs(UserCount, ItemCount, users, items);
    }

    private IEnumerable<Row> Rows()
    {
        Xoshiro256 random = Xoshiro256.Stream(seed);
        for (long n = 0; n < pairs; n++)
            yield return new Row { User = Draw(ref random, UserCount, UserExponent), Item = Draw(ref random, ItemCount, ItemExponent) };
    }

    // The inverse of the distribution of ranks, (x/n)^(1-a). Keys count from 1.
    private static uint Draw(ref Xoshiro256 random, int count, double exponent)
    {
        long rank = Math.Min(count - 1, (long)(count * Math.Pow(random.NextDouble(), 1 / (1 - exponent))));
        return (uint)rank + 1;
    }

    private sealed class Row
    {
        public uint User { get; set; }

        public uint Item { get; set; }
    }
}
