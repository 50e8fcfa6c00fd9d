using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.Latency;

/// <summary>
/// A recommender over synthetic vectors, made by the public API, and how long its requests take. The chain is keys, Fuse and a dot-product
/// Ranking over vector columns of the data.
/// </summary>
internal sealed class LatencyBench
{
    private const int SeenPerUser = 50, RowsOfFit = 2000, WarmUps = 300, RecallQueries = 200;

    private readonly MLContext _ml = new(1);
    private readonly SyntheticVectors _vectors;
    private readonly int _users;

    /// <param name="items">Items.</param>
    /// <param name="dimension">Width of a vector.</param>
    /// <param name="clustered">The kind of vectors.</param>
    /// <param name="seed">Seed.</param>
    public LatencyBench(int items, int dimension, bool clustered, int seed)
    {
        _users = Math.Max(200, items / SeenPerUser);
        _vectors = new SyntheticVectors(items, _users, dimension, clustered, seed);
    }

    /// <summary>
    /// A recommender with users of a number, each of whom has the same number of items; with a closed form (ItemKNN) as a part of the pair,
    /// if asked for.
    /// </summary>
    public static Recommender Recommender(int users, int items, int seen, int dimension, bool pair, RecommenderOptions options)
    {
        var ml = new MLContext(1);
        var vectors = new SyntheticVectors(items, users, dimension, clustered: true, seed: 1);
        float[][] userRows = [.. vectors.Users.Chunk(dimension)], itemRows = [.. vectors.Items.Chunk(dimension)];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(VectorRow));
        schema[nameof(VectorRow.UserVector)].ColumnType = schema[nameof(VectorRow.ItemVector)].ColumnType = new VectorDataViewType(
            NumberDataViewType.Single, dimension);
        IEnumerable<VectorRow> rows = Enumerable.Range(0, Math.Max(users * seen, items)).Select(row =>
        {
            int user = row % users, item = (int)(row * 7919L % items);
            return new VectorRow { User = user, Item = item, Label = 1, UserVector = userRows[user], ItemVector = itemRows[item] };
        });
        IEstimator<ITransformer> keys = ml.Transforms.Conversion.MapValueToKey("User", maximumNumberOfKeys: int.MaxValue)
            .Append(ml.Transforms.Conversion.MapValueToKey("Item", maximumNumberOfKeys: int.MaxValue));
        var ranking = ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() });
        ITransformer model = pair
            ? keys.Append(ml.Hybrid.GraphFilter("FilterScore", ClosedForm.ItemKnn()))
                .Append(ml.Hybrid.Fuse(
                    "Features", user: [nameof(VectorRow.UserVector)], item: [nameof(VectorRow.ItemVector)], pair: ["FilterScore"]))
                .Append(ranking).Fit(ml.Data.LoadFromEnumerable(rows, schema))
            : keys.Append(ml.Hybrid.Fuse("Features", nameof(VectorRow.UserVector), nameof(VectorRow.ItemVector)))
                .Append(ranking).Fit(ml.Data.LoadFromEnumerable(rows.Take(RowsOfFit), schema));
        return ml.Hybrid.CreateRecommender(model, ml.Data.LoadFromEnumerable(rows, schema), options);
    }

    /// <summary>Builds the recommender, asks, and compares its lists with those of double precision over all items.</summary>
    public LatencyResult Measure(string kind, RecommenderOptions options, int requests, int count)
    {
        int d = _vectors.Dimension, items = _vectors.Items.Length / d;
        SchemaDefinition schema = SchemaDefinition.Create(typeof(VectorRow));
        schema[nameof(VectorRow.UserVector)].ColumnType = schema[nameof(VectorRow.ItemVector)].ColumnType = new VectorDataViewType(
            NumberDataViewType.Single, d);
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(items), schema);
        var chain = _ml.Transforms.Conversion.MapValueToKey("User").Append(_ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(_ml.Hybrid.Fuse("Features", nameof(VectorRow.UserVector), nameof(VectorRow.ItemVector)))
            .Append(_ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() }));
        ITransformer model = chain.Fit(_ml.Data.LoadFromEnumerable(Rows(Math.Min(items, RowsOfFit)), schema));

        var clock = Stopwatch.StartNew();
        using Recommender recommender = _ml.Hybrid.CreateRecommender(model, data, options);
        double build = clock.Elapsed.TotalSeconds;
        var random = new Random(7);
        for (int i = 0; i < WarmUps; i++)
            recommender.Recommend(random.Next(_users), count);
        GC.Collect();
        double[] times = new double[requests], core = new double[requests];
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < requests; i++)
        {
            long user = random.Next(_users);
            double before = ThreadTime.Milliseconds;
            long start = Stopwatch.GetTimestamp();
            recommender.Recommend(user, count);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            core[i] = ThreadTime.Milliseconds - before;
        }

        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / requests;
        Percentiles percentiles = Percentiles.Of(times), onCore = Percentiles.Of(core);
        double recall = Recall(recommender, count);
        using var process = Process.GetCurrentProcess();
        return new LatencyResult(
            kind, items, d, options.Precision.ToString(),
            options.Index is null ? options.Retrieval.ToString() : $"{options.Retrieval}, HNSW", count, requests, percentiles.P50,
            percentiles.P95, percentiles.P99, percentiles.Mean, percentiles.Deviation, percentiles.Most, Finite(onCore.P50),
            Finite(onCore.P99), recall, recommender.IndexRecall, build, process.PeakWorkingSet64 / (double)(1 << 20), allocated);
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private IEnumerable<VectorRow> Rows(int count)
    {
        int d = _vectors.Dimension;
        for (int item = 0; item < count; item++)
        {
            int user = item % _users;
            yield return new VectorRow
            {
                User = user,
                Item = item,
                Label = 1,
                UserVector = _vectors.Users.AsSpan(user * d, d).ToArray(),
                ItemVector = _vectors.Items.AsSpan(item * d, d).ToArray(),
            };
        }
    }

    // The share of the true best items, seen ones left in, that are among those recommended.
    private double Recall(Recommender recommender, int count)
    {
        int d = _vectors.Dimension, queries = Math.Min(RecallQueries, _users), hits = 0;
        for (int q = 0; q < queries; q++)
        {
            int user = (int)((long)q * _users / queries);
            double[] scores = new double[_vectors.Items.Length / d];
            ReadOnlySpan<float> query = _vectors.Users.AsSpan(user * d, d);
            for (int item = 0; item < scores.Length; item++)
            {
                ReadOnlySpan<float> row = _vectors.Items.AsSpan(item * d, d);
                double sum = 0;
                for (int j = 0; j < d; j++)
                    sum += (double)row[j] * query[j];
                scores[item] = -sum;
            }

            double[] ascending = (double[])scores.Clone();
            Array.Sort(ascending);
            foreach (Recommendation one in recommender.Recommend(user, count, excludeSeen: false))
                hits += scores[int.Parse(one.Item, CultureInfo.InvariantCulture)] <= ascending[count - 1] ? 1 : 0;
        }

        return hits / ((double)queries * count);
    }

    private sealed class VectorRow
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Label { get; set; }

        public float[] UserVector { get; set; } = [];

        public float[] ItemVector { get; set; } = [];
    }
}

/// <summary>
/// One line of the JSON file of <c>latency</c>; times in milliseconds: of the clock, and of the core (<see cref="ThreadTime"/>), which
/// other work on the machine does not lengthen but by the caches and the memory it takes. Recall is against dot products in double
/// precision of all items, IndexRecall what the index was calibrated to.
/// </summary>
internal sealed record LatencyResult(
    string Data, int Items, int Dimension, string Precision, string Retrieval, int Count, int Requests, double P50, double P95, double P99,
    double Mean, double Deviation, double Most, double? CoreP50, double? CoreP99,
    double Recall, double? IndexRecall, double BuildSeconds, double PeakMemoryMiB, long BytesPerRequest)
{
    public override string ToString() => FormattableString.Invariant($"{Items:N0} {Data} items, d = {Dimension}, {Precision}, ") +
        FormattableString.Invariant($"{Retrieval}: p50 {P50:F3}, p95 {P95:F3}, p99 {P99:F3} ms (mean {Mean:F3} ± {Deviation:F3}, most ") +
        FormattableString.Invariant($"{Most:F3}, {Requests} requests for {Count}), on the core p50 {CoreP50:F3}, p99 {CoreP99:F3} ms")
        + FormattableString.Invariant($"; recall@{Count} ") +
            FormattableString.Invariant($"{Recall:F4}") +
            FormattableString.Invariant($"{(IndexRecall is { } r ? FormattableString.Invariant($" (calibrated to {r:F4})") : "")}; ") +
            FormattableString.Invariant($"built in {BuildSeconds:F1} s, peak {PeakMemoryMiB:F0} MiB, {BytesPerRequest:N0} bytes a request");
}
