using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;

namespace HybridRec.MLNet.Samples.Tests;

/// <summary>
/// A headless Chromium with one page, driven over the Chrome DevTools Protocol (https://chromedevtools.github.io/devtools-protocol/).
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private int _lastId;

    private Chromium(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>What the page has thrown, and errors that the browser logged.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>The program; null where there is none.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    public static async Task<Chromium> Start(string program, int width, int height)
    {
        string profile = Directory.CreateTempSubdirectory("hybridrec-chromium").FullName;
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
            "--remote-debugging-port=0", $"--user-data-dir={profile}", $"--window-size={width},{height}", "about:blank"])
        {
            start.ArgumentList.Add(argument);
        }

        var chromium = new Chromium(Process.Start(start)!, profile);
        using var patience = new CancellationTokenSource(s_patience);
        string port = await chromium.Port(patience.Token);
        using var http = new HttpClient();
        JsonElement[] pages = (await http.GetFromJsonAsync<JsonElement[]>($"http://127.0.0.1:{port}/json/list", patience.Token))!;
        await chromium._socket.ConnectAsync(
            new Uri(pages.First(page => page.GetProperty("type").GetString() == "page").GetProperty("webSocketDebuggerUrl").GetString()!),
            patience.Token);
        foreach (string domain in (string[])["Page", "Runtime", "Log"])
            await chromium.Call($"{domain}.enable", new { });
        // a window has a least width, a phone does not know it
        await chromium.Call("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });
        return chromium;
    }

    public Task Open(Uri address) => Call("Page.navigate", new { url = address.ToString() });

    /// <summary>What the person has set their system to.</summary>
    public Task PreferDark(bool dark) => Call(
        "Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });

    /// <summary>Takes the network away from the page, or gives it back.</summary>
    public async Task Offline(bool offline)
    {
        await Call("Network.enable", new { });
        await Call("Network.emulateNetworkConditions", new { offline, latency = 0, downloadThroughput = -1, uploadThroughput = -1 });
    }

    /// <summary>Presses a key.</summary>
    public async Task Press(string key, int code)
    {
        foreach (string type in (string[])["keyDown", "keyUp"])
            await Call(
                "Input.dispatchKeyEvent",
                new { type, key, code = key, windowsVirtualKeyCode = code, text = type == "keyDown" && key == "Enter" ? "\r" : "" });
    }

    /// <summary>Evaluates an expression in the page, as JSON.</summary>
    public async Task<JsonElement> Evaluate(string expression)
    {
        JsonElement result = await Call("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        Assert.False(result.TryGetProperty("exceptionDetails", out JsonElement details), $"{expression}: {details}");
        return result.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value : default;
    }

    /// <summary>Waits until an expression is true in the page.</summary>
    public async Task Until(string expression)
    {
        long start = Stopwatch.GetTimestamp();
        while (!(await Evaluate($"Boolean({expression})")).GetBoolean())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < s_patience, $"never true: {expression}; the page says " +
                $"'{(await Evaluate("document.body?.innerText ?? ''")).GetString()}'; {string.Join("; ", Errors)}");
            await Task.Delay(25);
        }
    }

    public async Task<byte[]> Screenshot() => (await Call("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true }))
        .GetProperty("data").GetBytesFromBase64();

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A helper process may still be writing; the folder is the system's to clear.
        }
    }

    // "DevTools listening on ws://127.0.0.1:PORT/...", on standard error.
    private async Task<string> Port(CancellationToken cancellation)
    {
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        while (await _process.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            if (!line.Contains("DevTools listening on", StringComparison.Ordinal))
                continue;
            _ = _process.StandardError.ReadToEndAsync(CancellationToken.None); // a full pipe would stop the browser
            return line.Split(':')[2].Split('/')[0];
        }

        throw new InvalidOperationException("Chromium ended before it listened.");
    }

    private async Task<JsonElement> Call(string method, object parameters)
    {
        using var patience = new CancellationTokenSource(s_patience);
        int id = ++_lastId;
        await _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }), WebSocketMessageType.Text, endOfMessage: true,
            patience.Token);
        while (true)
        {
            JsonElement message = await Receive(patience.Token);
            if (!message.TryGetProperty("id", out JsonElement answered))
                Note(message);
            else if (answered.GetInt32() == id)
                return message.TryGetProperty("result", out JsonElement result)
                    ? result
                    : throw new InvalidOperationException($"{method}: {message}");
        }
    }

    private async Task<JsonElement> Receive(CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            bytes.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonSerializer.Deserialize<JsonElement>(bytes.ToArray());
    }

    private void Note(JsonElement message)
    {
        JsonElement parameters = message.GetProperty("params");
        switch (message.GetProperty("method").GetString())
        {
            case "Runtime.exceptionThrown":
                Errors.Add(parameters.GetProperty("exceptionDetails").ToString());
                break;
            case "Log.entryAdded" when parameters.GetProperty("entry").GetProperty("level").GetString() == "error":
                Errors.Add(parameters.GetProperty("entry").GetProperty("text").ToString());
                break;
        }
    }
}
