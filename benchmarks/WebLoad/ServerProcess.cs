using System.Diagnostics;

namespace HybridRec.MLNet.Benchmarks.WebLoad;

/// <summary>The server as a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private bool _ended;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public double WorkingSetMiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (double)(1 << 20);
        }
    }

    public static async Task<ServerProcess> Start(string dll, string model, string data, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", [
            dll, "--urls", "http://127.0.0.1:0", "--Movies:ModelPath", model, "--Movies:DataPath", data, "--Movies:ReloadSeconds", "0.1",
            "--Movies:RequestsPerSecond", "1000000"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(dll),
        };
        Process process = Process.Start(start)!;
        const string Listening = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at < 0)
                continue;
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // a full pipe would stop the server
            return new ServerProcess(process, new Uri(line[(at + Listening.Length)..].Trim()));
        }

        throw new InvalidOperationException($"The server ended with exit code {process.ExitCode} before it listened.");
    }

    /// <summary>Ends it at once, as a crash or kill -9 would.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
