using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.ML;
using Movies;
using Spectre.Console;

namespace HybridRec.MLNet.Benchmarks.WebLoad;

/// <summary>The whole run: two models, a server, clients, swaps, a kill and a restart.</summary>
internal static class LoadRun
{
    private const int Parts = 5, MostTime = 3; // of the time asked for: a machine that cannot swap so often ends with fewer swaps

    public static async Task<bool> Execute(
        string dll, string? models, TimeSpan duration, int clientCount, int swaps, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("hybridrec-webload").FullName;
        try
        {
            string data = Path.Combine(folder, "data"), model = Path.Combine(folder, "model.zip");
            ServedVersion[] versions = Versions(models ?? folder, data);
            File.Copy(versions[0].Path, model);
            var byName = versions.ToDictionary(version => version.Version, StringComparer.Ordinal);
            bool good;
            using (ServerProcess server = await ServerProcess.Start(dll, model, data, cancellation))
            {
                using HttpClient http = await Ready(server, cancellation);
                good = await Load(server, http, byName, versions, model, duration, clientCount, swaps, cancellation);
                await Kill(server, http, byName, model, clientCount, cancellation);
            }

            return await Restart(dll, model, data, byName, cancellation) && good;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ServedVersion[] Versions(string folder, string data)
    {
        SampleFilms.EnsureIn(data);
        string hybrid = Path.Combine(folder, "hybrid.zip"), graph = Path.Combine(folder, "graph.zip");
        if (!File.Exists(hybrid))
            MovieRecommender.Train(hybrid, data);
        var ml = new MLContext(seed: 1);
        IDataView ratings = MovieRecommender.LoadIDataViewFromFolder(ml, data);
        IEstimator<ITransformer> alone = ml.Transforms.Conversion.MapValueToKey("User")
            .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.GnnEmbedding(
                new GnnEmbeddingOptions { PositiveThreshold = MovieRecommender.Liked, Training = new() { Seed = 1 } }))
            .Append(ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph"))
            .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() }));
        if (!File.Exists(graph))
            MovieRecommender.SaveModel(ml, alone.Fit(ratings), ratings, graph);
        return [ServedVersion.Of(ml, hybrid, data), ServedVersion.Of(ml, graph, data)];
    }

    private static async Task<bool> Load(
        ServerProcess server, HttpClient http, Dictionary<string, ServedVersion> byName, ServedVersion[] versions, string model,
        TimeSpan duration, int clientCount, int swaps, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Client[] clients = [.. Enumerable.Range(0, clientCount).Select(n => new Client(http, byName, n))];
        Task[] running = [.. clients.Select(client => Task.Run(() => client.Run(end.Token), CancellationToken.None))];
        var memory = new List<double>();
        var served = new List<string>();
        long start = Stopwatch.GetTimestamp();
        for (int swap = 1; swap <= swaps && Stopwatch.GetElapsedTime(start) < MostTime * duration; swap++)
        {
            TimeSpan wait = (duration * swap / swaps) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, cancellation);
            File.Copy(versions[swap % 2].Path, model + ".tmp");
            File.SetLastWriteTimeUtc(model + ".tmp", DateTime.UtcNow);
            File.Move(model + ".tmp", model, overwrite: true);

            // The next swap waits for this one: each of them is to be served.
            while ((await http.GetFromJsonAsync<JsonElement>("/api/model", cancellation)).GetProperty("version")
                .GetString() != versions[swap % 2].Version)
                await Task.Delay(10, cancellation);
            served.Add(versions[swap % 2].Version);
            memory.Add(server.WorkingSetMiB);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        await end.CancelAsync();
        await Task.WhenAll(running);
        double[] all = [.. clients.SelectMany(client => client.Milliseconds).Order()];
        string[] failed = [.. clients.SelectMany(client => client.Failed)], wrong = [.. clients.SelectMany(client => client.Wrong)];
        (string Name, string Value)[] rows =
        [
            ("clients, seconds", $"{clientCount}, {took.TotalSeconds:F0}"),
            ("requests a second", $"{all.Length / took.TotalSeconds:N0}"),
            ("latency p50, p95, p99, most, ms", $"{At(all, .5):F1}, {At(all, .95):F1}, {At(all, .99):F1}, {all[^1]:F0}"),
            ("swaps served", $"{served.Count} of {swaps}"),
            ("answers of each version", string.Join(
                ", ", versions.Select(version => $"{clients.Sum(client => client.Versions.GetValueOrDefault(version.Version)):N0}"))),
            ("failed requests", $"{failed.Length}"),
            ("answers not of the version they name", $"{wrong.Length}"),
            ("working set after each fifth of the swaps, MiB", string.Join(
                ", ", Enumerable.Range(1, Parts).Select(part => $"{memory[Math.Max(0, (memory.Count * part / Parts) - 1)]:F0}"))),
        ];
        Table table = new Table().AddColumns("", "");
        foreach ((string name, string value) in rows)
            table.AddRow(name, value);
        AnsiConsole.Write(table.HideHeaders());
        foreach (string reason in failed.Concat(wrong).Distinct().Take(5))
            AnsiConsole.MarkupLineInterpolated($"[red]{reason}[/]");
        return failed.Length == 0 && wrong.Length == 0 && served.Count == swaps;
    }

    // The server dies with requests in flight and the file of the next model half written; what lies there whole is served again.
    private static async Task Kill(
        ServerProcess server, HttpClient http, Dictionary<string, ServedVersion> byName, string model, int clientCount,
        CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] running = [.. Enumerable.Range(0, clientCount)
            .Select(n => Task.Run(() => new Client(http, byName, n).Run(end.Token), CancellationToken.None))];
        await Task.Delay(200, cancellation);
        await File.WriteAllBytesAsync(model + ".tmp", new byte[1000], cancellation);
        server.Dispose();
        await end.CancelAsync();
        await Task.WhenAll(running);
    }

    private static async Task<bool> Restart(
        string dll, string model, string data, Dictionary<string, ServedVersion> byName, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        using ServerProcess server = await ServerProcess.Start(dll, model, data, cancellation);
        using HttpClient http = await Ready(server, cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var client = new Client(http, byName, 0);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await client.Run(end.Token);
        AnsiConsole.MarkupInterpolated(
            $"killed under load and started again: serving after {seconds:F1} s; of {client.Milliseconds.Count} requests ");
        AnsiConsole.MarkupLineInterpolated($"{client.Failed.Count} failed, {client.Wrong.Count} answers wrong");
        return client.Failed.Count == 0 && client.Wrong.Count == 0;
    }

    private static async Task<HttpClient> Ready(ServerProcess server, CancellationToken cancellation)
    {
        var http = new HttpClient { BaseAddress = server.Address };
        while (!(await http.GetAsync("/health/ready", cancellation)).IsSuccessStatusCode)
            await Task.Delay(20, cancellation);
        return http;
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
