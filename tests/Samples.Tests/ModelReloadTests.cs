using System.Collections.Concurrent;
using System.Text.Json;

namespace HybridRec.MLNet.Samples.Tests;

/// <summary>The model's file changes while requests go on.</summary>
public sealed class ModelReloadTests(ServedMovies movies)
{
    private const int Swaps = 12, Clients = 4, Users = 20;

    [Fact]
    public async Task Reload_UnderLoad_NeverFailsAndNeverMixesVersions()
    {
        (string hybrid, Dictionary<string, string> ofHybrid) = await Answers(movies.Hybrid);
        (string text, Dictionary<string, string> ofText) = await Answers(movies.TextOnly);
        Assert.NotEqual(hybrid, text);
        Assert.NotEqual(ofHybrid["1"], ofText["1"]);

        await using MovieServer server = await movies.Start(movies.Hybrid);
        using var end = new CancellationTokenSource();
        var seen = new ConcurrentDictionary<string, int>();
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            for (int n = client; !end.IsCancellationRequested; n++)
            {
                string user = ((n % Users) + 1).ToString();
                JsonElement answer = await server.Get($"/api/recommendations/{user}");
                string version = answer.GetProperty("version").GetString()!;
                Assert.Equal((version == hybrid ? ofHybrid : ofText)[user], Items(answer));
                seen.AddOrUpdate(version, 1, (_, count) => count + 1);
            }
        }))];
        for (int swap = 1; swap <= Swaps; swap++)
        {
            string next = swap % 2 == 0 ? movies.Hybrid : movies.TextOnly, half = server.ModelPath + ".tmp",
                version = swap % 2 == 0 ? hybrid : text;
            File.Copy(next, half);
            File.SetLastWriteTimeUtc(half, DateTime.UtcNow);
            File.Move(half, server.ModelPath, overwrite: true);
            await MovieServer.Until(async () =>
                clients.Any(client => client.IsFaulted) || (await server.Get("/api/model")).GetProperty("version").GetString() == version);
        }

        await end.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Equal([hybrid, text], seen.Keys.Order(Comparer<string>.Create((x, _) => x == hybrid ? -1 : 1)));
    }

    [Fact]
    public async Task Reload_AFileThatIsNoModel_KeepsTheOldOneAndSaysSo()
    {
        await using MovieServer server = await movies.Start(movies.TextOnly);
        string version = (await server.Get("/api/model")).GetProperty("version").GetString()!;
        await File.WriteAllTextAsync(server.ModelPath, "no zip", TestContext.Current.CancellationToken);
        await MovieServer.Until(async () => await server.Client.GetStringAsync("/health/ready") == "Degraded");
        Assert.Equal(version, (await server.Get("/api/recommendations/1")).GetProperty("version").GetString());

        File.Copy(movies.Hybrid, server.ModelPath, overwrite: true);
        await MovieServer.Until(async () => await server.Client.GetStringAsync("/health/ready") == "Healthy");
        Assert.NotEqual(version, (await server.Get("/api/model")).GetProperty("version").GetString());
    }

    // What a server that has only this model answers.
    private async Task<(string Version, Dictionary<string, string> ByUser)> Answers(string model)
    {
        await using MovieServer server = await movies.Start(model);
        var answers = new Dictionary<string, string>();
        string version = "";
        for (int user = 1; user <= Users; user++)
        {
            JsonElement answer = await server.Get($"/api/recommendations/{user}");
            (version, answers[user.ToString()]) = (answer.GetProperty("version").GetString()!, Items(answer));
        }

        return (version, answers);
    }

    private static string Items(JsonElement answer) => answer.GetProperty("items").GetRawText();
}
