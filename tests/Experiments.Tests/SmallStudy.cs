using HybridRec.MLNet.Experiments.Latency;
using HybridRec.MLNet.Experiments.Paper;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>A study whose every figure is made up and known, for what pages and figures make of it.</summary>
internal static class SmallStudy
{
    public const string Data = "small";

    /// <summary>All sections, two seeds, stars, the simulated FPGA, and LoRA for one seed.</summary>
    public static PaperStudy Whole { get; } = new(
        Settings, [Accuracy(1, simulated: true), Accuracy(2, simulated: true)], [Tuned(1)],
        [.. TrainingPart.Configurations.Select(Training)], Latency(simulated: true));

    public static PaperSettings Settings => new(Data);

    public static Cached<AccuracyResult> Accuracy(int seed, bool simulated = false, int rated = 20, double int8 = 0.0002, bool same = true)
    {
        List<AccuracyRow> rows = [];
        foreach (string protocol in rated > 0 ? (string[])[AccuracyPart.Rated, AccuracyPart.Full] : [AccuracyPart.Full])
        {
            double scale = protocol == AccuracyPart.Rated ? 1 : 0.1, noise = 0.01 * seed;
            foreach (string baseline in (string[])["Random", "Popularity", "ItemMean", "Oracle"])
                rows.Add(Row(protocol, baseline, baseline == "Oracle" ? 1 : baseline == "Random" ? 0.2 * scale : 0.5 * scale));
            rows.Add(Row(protocol, AccuracyPart.GnnOnly, (0.6 + noise) * scale));
            rows.Add(Row(protocol, AccuracyPart.TextOnly, (0.55 + noise) * scale));
            rows.Add(Row(protocol, AccuracyPart.Hybrid, (0.7 + noise) * scale) with
            {
                Difference = new Interval(0.1 * scale, 0.05 * scale, 0.15 * scale),
                Same = false
            });
            rows.Add(Row(protocol, AccuracyPart.Int8, ((0.7 + noise) * scale) + int8) with
            {
                Difference = new Interval(int8, int8 - 0.0001, int8 + 0.0001),
                Same = false
            });
            rows.Add(Row(protocol, AccuracyPart.Distilled, (0.69 + noise) * scale) with
            {
                Difference = new Interval(-0.01 * scale, -0.02 * scale, 0),
                Same = false
            });
            if (simulated)
                rows.Add(Row(protocol, AccuracyPart.Fpga, ((0.7 + noise) * scale) + int8) with
                {
                    Difference = new Interval(0, 0, 0),
                    Same = same
                });
        }

        return new Cached<AccuracyResult>(
            new PaperPart("accuracy", seed), 10, 2.5, new AccuracyResult(seed, Data, "random split", rated, rows));

    }

    /// <summary>A transformer frozen and tuned by LoRA.</summary>
    public static Cached<TunedResult> Tuned(int seed)
    {
        List<AccuracyRow> rows = [];
        foreach (string protocol in (string[])[AccuracyPart.Rated, AccuracyPart.Full])
        {
            double scale = protocol == AccuracyPart.Rated ? 1 : 0.1;
            rows.Add(Row(protocol, TunedPart.Frozen, 0.64 * scale));
            rows.Add(Row(protocol, TunedPart.Lora, 0.68 * scale) with
            {
                Difference = new Interval(0.04 * scale, 0.03 * scale, 0.05 * scale),
                Same = false
            });
        }

        TrainingResult training = new(TunedPart.Lora, seed, 90, 5, 11, 800, []) { ProcessorSeconds = 120 };
        return new(new PaperPart("tuned", seed), 100, 2, new TunedResult(3_100_000, 70, false, true, training, rows));
    }

    public static Cached<TrainingResult> Training(string configuration)
    {
        double graph = configuration == TrainingPart.Text ? 0 : 12;
        List<CurvePoint> curve = graph == 0 ? [] : [new(4, 0.10), new(8, 0.19), new(12, 0.20)];
        return new(
            new PaperPart("training", 1, configuration), 30, 3,
            new TrainingResult(configuration, 1, 20, 5, graph, 200, curve) { ProcessorSeconds = 33 });
    }

    public static Cached<LatencyPartResult> Latency(bool simulated) => new(new PaperPart("latency", 1), 60, 1.5, new LatencyPartResult(
        Data, 6, 384, 1000, 5000, 0.5,
        [
            Row("GNN, propagated for the request", 20, null), Row("Text encoded for the request", 8, 7.5),
            Row("Text encoded for the request, + INT8", 5, 4.5), Row("Text encoded for the request, + distillation", 3, 2.5),
            Row("Hybrid, one pair, text encoded for the request", 9, 8), Row("Hybrid, one pair, precomputed", 0.05, 0.04),
            Row("Hybrid, top 10 of all items, precomputed", 0.4, 0.35),
        ],
        [.. ((int[])[1, 2, 4, 8]).Select(clients => new ClientRow(clients, 1000 * clients, Same(0.5 * clients)))],
        simulated ? new FpgaRow(123_456, 4, 2.5, "launch .1 ms, modeled") : null));

    private static AccuracyRow Row(string protocol, string name, double ndcg) => new(
        protocol, name, new Interval(ndcg, null, null), new Interval(ndcg / 2, null, null), new Interval(ndcg, ndcg - 0.01, ndcg + 0.01),
        protocol == AccuracyPart.Rated && name[0] is not ('R' or 'P' or 'I' or 'O') ? ndcg / 1.5 : null, 300, 20, 12);

    private static LatencyRow Row(string name, double clock, double? core) =>
        new(name, "what", 10 * clock, Same(clock), core is { } value ? Same(value) : null);

    private static Percentiles Same(double value) => new(50, value, 0.1 * value, value, 1.5 * value, 2 * value, 3 * value);
}
