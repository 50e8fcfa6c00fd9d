using System.Numerics.Tensors;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// NDCG@10 of an encoder's vectors alone, on validation rows that nothing is trained on: a user is the mean of the unit vectors of what he
/// took, as it is or less the mean of all items; items are ranked by their product with it, all items but for what he took. Cheap enough to
/// be asked after every epoch of a tuning.
/// </summary>
internal sealed class TextSideJudge
{
    private const int K = 10, BatchSize = 64;

    private readonly string[] _texts;
    private readonly (int[] Taken, int[] Relevant)[] _users;

    /// <param name="train">Rows with the keys User and Item and the texts.</param>
    /// <param name="validation">Rows with the same keys.</param>
    /// <param name="positiveThreshold">Label from which a row counts.</param>
    /// <param name="mostUsers">Users that are asked for, evenly spread.</param>
    public TextSideJudge(IDataView train, IDataView validation, float? positiveThreshold, int mostUsers)
    {
        var columns = new InteractionColumns(Timestamp: null, Holdout: null);
        InteractionRows rows = InteractionRows.Read(train, columns, "efficiency"),
            judged = InteractionRows.Read(validation, columns, "efficiency");
        _texts = new string[rows.ItemCount];
        Array.Fill(_texts, "");
        int at = 0;
        foreach (string text in train.GetColumn<string>("ItemText"))
        {
            if (rows.Items[at] >= 0 && _texts[rows.Items[at]].Length == 0)
                _texts[rows.Items[at]] = text;
            at++;
        }
        var taken = Sets(rows, positiveThreshold);
        var relevant = Sets(judged, positiveThreshold);
        int[] users = [.. relevant.Keys.Where(taken.ContainsKey).Order()];
        int count = Math.Min(mostUsers, users.Length);
        _users = [.. Enumerable.Range(0, count).Select(i => users[(int)((long)i * users.Length / count)])
            .Select(user => (taken[user], relevant[user].Except(taken[user]).ToArray())).Where(user => user.Item2.Length > 0)];
    }

    public int Users => _users.Length;

    /// <summary>Texts of the items, by item.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>NDCG@10 with users as the mean of their items, and less the items' mean.</summary>
    public (double Plain, double Centered) Ndcg(TextEncoder encoder)
    {
        var fitted = encoder.Ready ?? throw new ArgumentException($"'{encoder.Name}' is not fitted yet.", nameof(encoder));
        float[] vectors = new float[_texts.Length * fitted.Dimension];
        fitted.Encode(_texts, vectors, BatchSize, CancellationToken.None);
        return Ndcg(vectors, fitted.Dimension);
    }

    internal (double Plain, double Centered) Ndcg(float[] vectors, int d)
    {
        float[] mean = new float[d];
        for (int i = 0; i < _texts.Length; i++)
        {
            var row = vectors.AsSpan(i * d, d);
            float norm = TensorPrimitives.Norm<float>(row);
            if (norm > 0)
                TensorPrimitives.Divide(row, norm, row);
            TensorPrimitives.Add(mean, row, mean);
        }
        TensorPrimitives.Divide(mean, (float)_texts.Length, mean);
        return (Over(new float[d]), Over(mean));

        double Over(float[] origin) =>
            _users.AsParallel().AsOrdered().Select(user => Ndcg(user.Taken, user.Relevant, vectors, origin)).ToArray().Average();
    }

    private static double Ndcg(int[] taken, int[] relevant, float[] vectors, float[] origin)
    {
        int d = origin.Length, n = vectors.Length / d;
        float[] profile = new float[d], scores = new float[n];
        foreach (int item in taken)
            TensorPrimitives.Add(profile, vectors.AsSpan(item * d, d), profile);
        for (int j = 0; j < d; j++)
            profile[j] -= taken.Length * origin[j];
        for (int i = 0; i < n; i++)
            scores[i] = TensorPrimitives.Dot<float>(profile, vectors.AsSpan(i * d, d));
        foreach (int item in taken)
            scores[item] = float.NegativeInfinity;
        double gain = 0, ideal = 0;
        for (int r = 0; r < Math.Min(K, relevant.Length); r++)
            ideal += 1 / Math.Log2(r + 2);
        foreach (int item in relevant)
        {
            // The rank is the number of items in front, ties by number.
            int rank = 0;
            for (int i = 0; i < n && rank < K; i++)
                if (scores[i] > scores[item] || (scores[i] == scores[item] && i < item))
                    rank++;
            if (rank < K)
                gain += 1 / Math.Log2(rank + 2);
        }
        return gain / ideal;
    }

    private static Dictionary<int, int[]> Sets(InteractionRows rows, float? threshold) =>
        rows.PositiveRows(threshold).Where(row => rows.Users[row] >= 0 && rows.Items[row] >= 0)
            .GroupBy(row => rows.Users[row]).ToDictionary(
                user => user.Key, user => user.Select(row => rows.Items[row]).Distinct().ToArray());
}
