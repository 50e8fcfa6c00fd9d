using System.CommandLine;

namespace HybridRec.MLNet.Experiments.Latency;

/// <summary>How long a recommender takes for the best items of one user, on the caller's thread.</summary>
internal static class LatencyCommand
{
    public static Command Create()
    {
        var items = NumberOption.Create("--items", "Number of items.", 100_000);
        var dimension = NumberOption.Create("--dimension", "Length of a vector.", 64);
        var count = NumberOption.Create("--count", "Items asked for.", 10);
        var requests = NumberOption.Create("--requests", "Requests that are timed, one after another.", 2000);
        var precision = new Option<EmbeddingPrecision>("--precision")
        {
            Description = "Int8 or Single: the numbers of the table that is scanned.",
            DefaultValueFactory = _ => EmbeddingPrecision.Int8
        };
        var retrieval = new Option<RetrievalMode>("--retrieval")
        {
            Description = "Exact, TwoStage, Approximate or Automatic.",
            DefaultValueFactory = _ => RetrievalMode.Exact
        };
        var index = new Option<string>("--index")
        {
            Description = "The approximate index: clusters (ours) or hnsw (USearch).",
            DefaultValueFactory = _ => "clusters"
        };
        index.AcceptOnlyFromAmong("clusters", "hnsw");
        var vectors = new Option<string>("--vectors")
        {
            Description = "clustered, as those of recommenders are, or normal: without any structure.",
            DefaultValueFactory = _ => "clustered"
        };
        vectors.AcceptOnlyFromAmong("clustered", "normal");
        var recall = new Option<double>("--target-recall")
        {
            Description = "What the approximate index is calibrated to, in (0, 1].",
            DefaultValueFactory = _ => 0.99
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the vectors.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object to." };
        var command = new Command("latency", "Time of one request for a user's best items: p50, p95, p99, and recall against exact scores.")
        {
            items, dimension, count, requests, precision, retrieval, index, vectors, recall, seed, json
        };
        command.SetAction(parsed =>
        {
            string kind = parsed.GetValue(vectors)!;
            var options = new RecommenderOptions
            {
                Precision = parsed.GetValue(precision),
                Retrieval = parsed.GetValue(retrieval),
                TargetRecall = parsed.GetValue(recall),
                Index = parsed.GetValue(index) == "hnsw" ? new HnswIndexFactory() : null,
                Seed = 1,
            };
            LatencyResult result = new LatencyBench(
                parsed.GetValue(items), parsed.GetValue(dimension), kind == "clustered",
                parsed.GetValue(seed)).Measure(kind, options, parsed.GetValue(requests), parsed.GetValue(count));
            Console.WriteLine(result); // the console must not fold it
            JsonLines.Append(parsed.GetValue(json), result);
        });
        return command;
    }
}
