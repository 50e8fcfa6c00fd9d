using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace HybridRec.MLNet.Benchmarks.WebLoad;

/// <summary>Sends one request after another and judges every answer: two lists of a user for one of a history with reasons.</summary>
internal sealed class Client(HttpClient http, IReadOnlyDictionary<string, ServedVersion> versions, int number)
{
    private readonly Random _random = new(number);

    public List<double> Milliseconds { get; } = [];

    public List<string> Wrong { get; } = [];

    public async Task Run(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            string? wrong;
            try
            {
                wrong = _random.Next(3) == 0 ? await ForHistory() : await ForUser(_random.Next(ServedVersion.Users));
            }
            catch (HttpRequestException e)
            {
                wrong = e.Message;
            }

            Milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (wrong is not null)
                Wrong.Add(wrong);
        }
    }

    private async Task<string?> ForUser(int user)
    {
        using HttpResponseMessage answer = await http.GetAsync($"/api/recommendations/{user + 1}");
        if (!answer.IsSuccessStatusCode)
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        JsonElement list = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (!versions.TryGetValue(list.GetProperty("version").GetString()!, out ServedVersion? version))
            return $"unknown version {list.GetProperty("version")}";
        return list.GetProperty("items").EnumerateArray().Select(film => film.GetProperty("item").GetString()).SequenceEqual(version.ItemsOfUser[user])
            ? null
            : $"user {user + 1} has a list that is not of version {version.Version}";
    }

    private async Task<string?> ForHistory()
    {
        string[] history = [.. Enumerable.Range(0, 5).Select(_ => _random.Next(1, 900).ToString())];
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/recommendations", new { history, reasons = 2 });
        if (!answer.IsSuccessStatusCode)
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        JsonElement list = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return versions.ContainsKey(list.GetProperty("version").GetString()!) && list.GetProperty("items").GetArrayLength() == 10 ? null : $"a history has {list}";
    }
}
