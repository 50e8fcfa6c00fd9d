using System.Diagnostics;

namespace Quickstart;

/// <summary>Runs this program once more, as a new process that has only the saved model, and reads what it prints.</summary>
internal static class FreshProcess
{
    public static string[] Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        // `dotnet Quickstart.dll` instead of the program's own executable: the dll comes first then.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Insert(0, typeof(FreshProcess).Assembly.Location);
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : throw new InvalidOperationException($"The fresh process ended with exit code {process.ExitCode}.");
    }
}
