using System.CommandLine;
using System.Diagnostics;

namespace HybridRec.MLNet.Experiments.Latency;

/// <summary>How long the lists of all users take, and whether they are those that users get one by one.</summary>
internal static class RecommendAllCommand
{
    private const int Compared = 500;

    public static Command Create()
    {
        var users = NumberOption.Create("--users", "Number of users.", 29_858);
        var items = NumberOption.Create("--items", "Number of items.", 40_981);
        var seen = NumberOption.Create("--seen", "Items that a user has.", 27);
        var dimension = NumberOption.Create("--dimension", "Length of a vector.", 64);
        var count = NumberOption.Create("--count", "Items of a list.", 20);
        var runs = NumberOption.Create("--runs", "Runs that are timed.", 5);
        var pair = new Option<bool>("--pair") { Description = "A closed form as a part of the pair beside the vectors." };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a precision to." };
        var command = new Command("recommend-all", "Seconds of RecommendAll over all users, by default in the shape of gowalla.")
        {
            users, items, seen, dimension, count, runs, pair, json
        };
        command.SetAction(parsed =>
        {
            foreach (EmbeddingPrecision precision in (EmbeddingPrecision[])[EmbeddingPrecision.Single, EmbeddingPrecision.Int8])
            {
                var clock = Stopwatch.StartNew();
                using Recommender recommender = LatencyBench.Recommender(
                    parsed.GetValue(users), parsed.GetValue(items), parsed.GetValue(seen), parsed.GetValue(dimension),
                    parsed.GetValue(pair), new RecommenderOptions { Precision = precision });
                double build = clock.Elapsed.TotalSeconds;
                int length = parsed.GetValue(count);
                string[] history = [.. recommender.Items().Take(5).Select(item => item.Item)];
                clock.Restart();
                recommender.Recommend(new RecommendationRequest { History = history });
                double firstHistory = clock.Elapsed.TotalSeconds;
                double[] seconds = new double[parsed.GetValue(runs)], processor = new double[seconds.Length];
                for (int run = 0; run < seconds.Length; run++)
                {
                    TimeSpan before = Environment.CpuUsage.TotalTime;
                    clock.Restart();
                    long listed = recommender.RecommendAll(length).Sum(one => (long)one.Result.Items.Count);
                    seconds[run] = clock.Elapsed.TotalSeconds;
                    processor[run] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
                    if (listed == 0)
                        throw new InvalidOperationException("Nothing was recommended.");
                }

                int different = recommender.RecommendAll(length).Take(Compared)
                    .Count(one => !one.Result.Items.SequenceEqual(
                        recommender.Recommend(new RecommendationRequest { User = one.User, Count = length }).Items));
                Array.Sort(seconds);
                Array.Sort(processor);
                var result = new RecommendAllResult(
                    recommender.UserCount, recommender.ItemCount, parsed.GetValue(dimension), length, precision.ToString(),
                    parsed.GetValue(pair), seconds[0],
                    seconds[seconds.Length / 2], processor[0], different, build,
                    firstHistory);
                Console.WriteLine(result);
                JsonLines.Append(parsed.GetValue(json), result);
            }
        });
        return command;
    }

    private sealed record RecommendAllResult(
        int Users, int Items, int Dimension, int Count, string Precision, bool Pair, double Least, double Median, double ProcessorSeconds,
        int Different, double BuildSeconds, double FirstHistorySeconds)
    {
        public override string ToString() => FormattableString.Invariant(
            $"{Users:N0} users x {Items:N0} items, d = {Dimension}, top {Count}, {Precision}{(Pair ? ", with a closed form" : "")}: ")
            + FormattableString.Invariant($"median {Median:F2} s, least {Least:F2} s, ")
            + FormattableString.Invariant($"of all cores {ProcessorSeconds:F2} s; ")
            + FormattableString.Invariant($"{Different} of {Compared} lists differ from Recommend's; ")
            + FormattableString.Invariant($"built in {BuildSeconds:F1} s, first history {FirstHistorySeconds:F2} s");
    }
}
