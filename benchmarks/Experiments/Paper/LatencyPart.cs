using System.Diagnostics;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Experiments.Latency;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>The time of one request: graph and text computed for it against both looked up, and what clients get together.</summary>
internal static class LatencyPart
{
    private const int Together = 20;

    /// <param name="settings">The data set, and the shape of the encoder.</param>
    /// <param name="seed">Seed of the split and of training.</param>
    /// <param name="effort">How often things are asked; null for what a page's percentiles take.</param>
    public static LatencyPartResult Run(PaperSettings settings, int seed, LatencyEffort? effort = null)
    {
        effort ??= new LatencyEffort();
        var ml = new MLContext(seed);
        ExperimentData data = PaperData.Open(ml, settings.Data, seed).Data;
        IDataView train = data.Split.TrainSet;
        var keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(train);
        // What the vectors are worth does not change how long they take.
        var options = new GnnEmbeddingOptions
        {
            PositiveThreshold = data.RelevanceThreshold,
            FinalEpochs = 0,
            Updatable = true,
            Training = new() { Epochs = 2, Seed = seed }
        };
        GnnEmbeddingTransformer graph = ml.Hybrid.GnnEmbedding(options).Fit(keys.Transform(train));
        string[] texts = [.. data.Items!.GetColumn<string>("ItemText").Where(text => !string.IsNullOrWhiteSpace(text)).Distinct()];
        // The items are encoded once, which is not what is measured: some texts do, evenly spread.
        string[] some = [.. Enumerable.Range(0, Math.Min(effort.Texts, texts.Length))
            .Select(i => texts[(int)((long)i * texts.Length / Math.Min(effort.Texts, texts.Length))])];
        using TextEncoder deep = PaperEncoders.Open(settings);
        using TextEncoder int8 = deep.Quantize(some);
        using TextEncoder student = PaperEncoders.Open(settings with { EncoderLayers = PaperEncoders.StudentLayers });

        List<LatencyRow> rows = [];
        GraphUpdates updates = graph.RequireUpdates();
        rows.Add(Time(
            "GNN, propagated for the request", "the whole graph, 3 layers, all cores", effort.Propagations,
            _ => updates.Serve(graph.Mapping)) with
        {
            Core = null
        });
        Encoder("Text encoded for the request", deep);
        Encoder("Text encoded for the request, + INT8", int8);
        Encoder("Text encoded for the request, + distillation", student);

        // The whole chain over raw rows: one user, one item, one text.
        TransformerChain<ITransformer> model = Chain(ml, keys, graph, train, data, deep, some, seed);
        Func<string, float> score = PairScorer.Create(ml, model, train);
        rows.Add(Time(
            "Hybrid, one pair, text encoded for the request", "vectors of the graph looked up", effort.Requests,
            i => score(some[i % some.Length] + " " + i)));
        rows.Add(Time("Hybrid, one pair, precomputed", "both looked up", effort.Lookups, i => score(some[i % some.Length]), Together));
        long start = Stopwatch.GetTimestamp();
        using TextEncoder quick = TextEncoder.FromGenerator(
            new RandomVectors(settings.EncoderDimension), "random vectors", settings.EncoderDimension);
        using Recommender recommender = ml.Hybrid.CreateRecommender(
            Chain(ml, keys, graph, train, data, quick, null, seed), train,
            new RecommenderOptions { TextQueries = false, Retrieval = RetrievalMode.TwoStage });
        double build = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string[] users = [.. recommender.RecommendAll(1).Select(one => one.User).Take(2000)];
        rows.Add(Time(
            "Hybrid, top 10 of all items, precomputed", "INT8 scan, 500 candidates under the MLP", effort.Lookups,
            i => recommender.Recommend(users[i % users.Length], 10), Together));
        List<ClientRow> clients = [.. ((int[])[1, 2, 4, 8]).Select(count => Clients(recommender, users, count, effort.ClientSeconds))];
        return new LatencyPartResult(
            data.Name, settings.EncoderLayers, settings.EncoderDimension, recommender.ItemCount, updates.Graph.EdgeCount, build, rows,
            clients, Modeled(updates));

        void Encoder(string name, TextEncoder encoder)
        {
            FittedEncoder fitted = encoder.Fit(some, null, null, CancellationToken.None);
            float[] vector = new float[fitted.Dimension];
            rows.Add(Time(
                name, "one text, one thread", effort.Requests,
                i => fitted.Encode([some[i % some.Length]], vector, 1, CancellationToken.None)));
        }
    }

    // From raw rows to the score of the MLP; with `known`, fitted on the rows of these texts alone, which then
    // are the ones that are looked up.
    internal static TransformerChain<ITransformer> Chain(
        MLContext ml, ITransformer keys, GnnEmbeddingTransformer graph, IDataView train, ExperimentData data, TextEncoder encoder,
        string[]? known, int seed)
    {
        IDataView few = keys.Transform(train);
        if (known is not null)
        {
            var allowed = known.ToHashSet(StringComparer.Ordinal);
            few = ml.Data.FilterByCustomPredicate<TextRow>(few, row => row.ItemText is null || !allowed.Contains(row.ItemText));
        }

        var text = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(few);
        IDataView view = text.Transform(graph.Transform(few));
        var profile = ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = data.RelevanceThreshold, Seed = seed }).Fit(view);
        var fuse = ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning").Fit(profile.Transform(view));
        IDataView fused = fuse.Transform(profile.Transform(view));
        var ranker = RandomHead.Mlp(ml, fused, PaperStages.HiddenSizes, seed);
        return new TransformerChain<ITransformer>(keys, text, graph, profile, fuse, ranker);
    }

    // The first call, which compiles what it runs, then those of a warm process. The thread's clock costs a microsecond itself: requests as
    // short as that are read `together`.
    private static LatencyRow Time(string name, string what, int requests, Action<int> request, int together = 1)
    {
        long start = Stopwatch.GetTimestamp();
        request(0);
        double cold = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        for (int i = 1; i <= requests / 5; i++)
            request(i);
        double[] times = new double[Math.Max(1, requests / together) * together], core = new double[Math.Max(1, requests / together)];
        double before = ThreadTime.Milliseconds;
        for (int i = 0; i < times.Length; i++)
        {
            start = Stopwatch.GetTimestamp();
            request(1000 + i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if ((i + 1) % together != 0)
                continue;
            double now = ThreadTime.Milliseconds;
            core[i / together] = (now - before) / together;
            before = now;
        }

        return new LatencyRow(name, what, cold, Percentiles.Of(times), double.IsNaN(core[0]) ? null : Percentiles.Of(core));
    }

    private static ClientRow Clients(Recommender recommender, string[] users, int clients, double seconds)
    {
        var times = new List<double>[clients];
        using var start = new Barrier(clients);
        Thread[] threads = [.. Enumerable.Range(0, clients).Select(client => new Thread(() =>
        {
            var own = times[client] = [];
            start.SignalAndWait();
            long began = Stopwatch.GetTimestamp();
            for (int i = client; Stopwatch.GetElapsedTime(began).TotalSeconds < seconds; i++)
            {
                long at = Stopwatch.GetTimestamp();
                recommender.Recommend(users[i * 7919 % users.Length], 10);
                own.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        double[] all = [.. times.SelectMany(one => one)];
        return new ClientRow(clients, all.Length / seconds, Percentiles.Of(all));
    }

    // Cycles of the simulated kernel on this graph, and what the model makes of them on a board.
    private static FpgaRow? Modeled(GraphUpdates updates)
    {
        if (Environment.GetEnvironmentVariable("HYBRIDREC_FPGA_SIM") is not { Length: > 0 })
            return null;
        IAggregationBackend backend = AggregationBackends.Create("fpga-sim");
        using var owned = backend as IDisposable;
        CsrMatrix matrix = updates.Graph.Adjacency(updates.Rule.Normalization);
        Int8Table table = Int8Table.Quantize((float[])[.. updates.Users.Rows, .. updates.Items.Rows], updates.Rule.Dimension);
        AggregationRun run = backend.Aggregate(Int16Adjacency.Fold(matrix, table, 0), table, new Int8Table(matrix.Rows, table.Dimension));
        FpgaEstimate estimate = FpgaPerformanceModel.Estimate(run, 1, FpgaBoard.AlveoU55C);
        return new FpgaRow(
            run.Cycles!.Value, estimate.Units, updates.Rule.Layers * estimate.Total.Value * 1000, FpgaPerformanceModel.Describe(estimate));
    }

    private sealed class TextRow
    {
        public string? ItemText { get; set; }
    }
}

/// <summary>How often things are asked; the defaults are a page's.</summary>
/// <param name="Texts">Texts that are encoded in turn.</param>
/// <param name="Requests">Requests of each row that encodes.</param>
/// <param name="Lookups">Requests of each row that looks up.</param>
/// <param name="Propagations">Propagations of the whole graph.</param>
/// <param name="ClientSeconds">Seconds of each number of clients.</param>
internal sealed record LatencyEffort(
    int Texts = 32, int Requests = 50, int Lookups = 5000, int Propagations = 30, double ClientSeconds = 2);

/// <summary>
/// A line of the latency table; milliseconds. Cold is the first call, Core the processor time of the calling thread: null where others work
/// too, or the system does not tell.
/// </summary>
internal sealed record LatencyRow(string Name, string What, double Cold, Percentiles Warm, Percentiles? Core)
{
    /// <summary>The time of the core where it is known, else the clock's.</summary>
    public double Typical => (Core ?? Warm).P50;
}

/// <summary>Clients that ask at once, each as soon as it has its answer.</summary>
internal sealed record ClientRow(int Clients, double RequestsPerSecond, Percentiles Times);

/// <summary>
/// One aggregation on the simulated kernel (cycles are simulated), and what three layers would take on a board (milliseconds, modeled).
/// </summary>
internal sealed record FpgaRow(double Cycles, int Units, double Milliseconds, string Model);

/// <summary>All of one data set.</summary>
internal sealed record LatencyPartResult(
    string Data, int EncoderLayers, int EncoderDimension, int Items, int Edges, double BuildSeconds, List<LatencyRow> Rows,
    List<ClientRow> Clients, FpgaRow? Fpga);
