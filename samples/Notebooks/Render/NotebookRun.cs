using System.Diagnostics;

namespace Notebooks.Rendering;

/// <summary>Runs a notebook as what it is, a file-based app, and collects what each cell printed.</summary>
internal static class NotebookRun
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    /// <param name="source">The notebook.</param>
    /// <param name="path">Full path of its file.</param>
    /// <exception cref="InvalidOperationException">It did not build, failed, or took more than ten minutes; the message ends
    /// with what it printed.</exception>
    public static async Task<IReadOnlyList<RenderedCell>> RunAsync(NotebookSource source, string path)
    {
        // Inside the folder of the notebooks, so that their package versions and properties hold for the copy.
        string folder = Path.Combine(Path.GetDirectoryName(path)!, "obj", source.Name), copy = Path.Combine(folder, source.Name + ".cs"),
            figures = Path.Combine(folder, "figures");
        if (Directory.Exists(figures))
            Directory.Delete(figures, recursive: true);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(copy, CellMarkers.Insert(source, path));

        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", "-p:BuildProjectReferences=false", copy])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["HYBRIDREC_FIGURES"] = figures;
        start.Environment["LC_ALL"] = "C.UTF-8";
        // What a user has set for reading other data does not belong in a page.
        start.Environment.Remove("HYBRIDREC_NOTEBOOK_DATA");
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(s_limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token),
            errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await Task.WhenAll(output, errors, process.WaitForExitAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{source.Name}.cs did not end within {s_limit.TotalMinutes:F0} minutes.");
        }

        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{source.Name}.cs ended with exit code {process.ExitCode}.\n{Tail(await output)}\n{Tail(await errors)}");
        string[] printed = CellMarkers.Split(await output, source.Cells.Count);
        return [.. source.Cells.Zip(
            printed,
            (cell, text) => new RenderedCell(cell, OutputReader.Read(text, name => File.ReadAllBytes(Path.Combine(figures, name)))))];
    }

    private static string Tail(string text)
    {
        const int Most = 40;
        string[] lines = text.Trim().Split('\n');
        return string.Join('\n', lines[Math.Max(0, lines.Length - Most)..]);
    }
}
