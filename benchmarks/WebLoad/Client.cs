using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace HybridRec.MLNet.Benchmarks.WebLoad;

/// <summary>
/// Sends one request after another and compares every answer with what the library itself says of that version: two lists of a user for
/// one of a history with reasons.
/// </summary>
internal sealed class Client(HttpClient http, IReadOnlyDictionary<string, ServedVersion> versions, int number)
{
    private readonly Random _random = new(number);

    public List<double> Milliseconds { get; } = [];

    /// <summary>Requests without an answer, or with another status than 200.</summary>
    public List<string> Failed { get; } = [];

    /// <summary>Lists that are not those of the version they name.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>Answers of each version.</summary>
    public Dictionary<string, int> Versions { get; } = [];

    public async Task Run(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            int which = _random.Next(ServedVersion.Lists);
            long start = Stopwatch.GetTimestamp();
            try
            {
                using HttpResponseMessage answer = _random.Next(3) == 0
                    ? await http.PostAsJsonAsync(
                        "/api/recommendations", new { history = ServedVersion.History(which), reasons = 2 }, CancellationToken.None)
                    : await http.GetAsync($"/api/recommendations/{which + 1}", CancellationToken.None);
                if (answer.IsSuccessStatusCode)
                    Judge(
                        await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None), which,
                        answer.RequestMessage!.Method == HttpMethod.Post);
                else
                    Failed.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or JsonException)
            {
                Failed.Add(e.Message);
            }

            Milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    private void Judge(JsonElement list, int which, bool history)
    {
        string version = list.GetProperty("version").GetString()!;
        Versions[version] = Versions.GetValueOrDefault(version) + 1;
        if (!versions.TryGetValue(version, out ServedVersion? known))
            Wrong.Add($"there is no version {version}");
        else if (!list.GetProperty("items").EnumerateArray().Select(film => film.GetProperty("item").GetString())
            .SequenceEqual((history ? known.OfHistory : known.OfUser)[which]))
            Wrong.Add($"{(history ? "history" : "user")} {which} has a list that is not of version {version}");
    }
}
