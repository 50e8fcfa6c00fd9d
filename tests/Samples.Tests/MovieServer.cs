using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace HybridRec.MLNet.Samples.Tests;

/// <summary>A running server with a client.</summary>
/// <param name="factory">What made it.</param>
/// <param name="modelPath">The file it serves.</param>
public sealed class MovieServer(WebApplicationFactory<Program> factory, string modelPath) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    public string ModelPath { get; } = modelPath;

    public HttpClient Client { get; } = factory.CreateClient();

    public Uri Address => Client.BaseAddress!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await factory.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(ModelPath)!, recursive: true);
    }

    public async Task<JsonElement> Get(string path)
    {
        HttpResponseMessage answer = await Client.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<JsonElement> Post(string path, object body)
    {
        HttpResponseMessage answer = await Client.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Sends a wrong request and returns its reason.</summary>
    public static async Task<string> Refused(HttpStatusCode expected, Task<HttpResponseMessage> request)
    {
        HttpResponseMessage answer = await request;
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(expected == answer.StatusCode, $"{(int)answer.StatusCode}, not {(int)expected}: {body}");
        string why = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("detail").GetString()!;
        Assert.NotEmpty(why);
        return why;
    }

    public Task WaitUntilReady() => Until(async () => (await Client.GetAsync("/health/ready")).IsSuccessStatusCode);

    public static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!await condition())
            await Task.Delay(20, patience.Token);
    }
}
