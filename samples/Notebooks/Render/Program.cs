using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Notebooks.Rendering;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var names = new Argument<string[]>("names")
{
    Description = "Beginnings of the notebooks' names, such as 02. Without: all.",
    Arity = ArgumentArity.ZeroOrMore
};
var check = new Option<bool>("--check")
{
    Description = "Runs the notebooks, but writes nothing: fails where one fails, or where its rendered forms are of another source."
};
var folder = new Option<DirectoryInfo>("--folder")
{
    Description = "The folder of the notebooks.",
    DefaultValueFactory = _ => new DirectoryInfo("samples/Notebooks")
};
var root = new RootCommand(
    "Runs the notebooks of samples/Notebooks and writes them with their output as Markdown and .ipynb into its folder rendered.")
{
    names, check, folder
};
root.SetAction((parsed, _) => RunAsync(parsed.GetValue(folder)!, parsed.GetValue(names)!, parsed.GetValue(check)));
return await root.Parse(args).InvokeAsync();

static async Task<int> RunAsync(DirectoryInfo folder, string[] names, bool check)
{
    FileInfo[] files = folder.Exists
        ? [.. folder.GetFiles("*.cs")
            .Where(file => names.Length == 0 || names.Any(name => file.Name.StartsWith(name, StringComparison.Ordinal)))
            .OrderBy(file => file.Name, StringComparer.Ordinal)]
        : [];
    if (files.Length == 0)
    {
        Console.Error.WriteLine($"There is no notebook {string.Join(" or ", names)} in '{folder.FullName}'. Run this from the root of " +
            "the repository, or name the folder by --folder.");
        return 1;
    }

    string rendered = Path.Combine(folder.FullName, "rendered");
    int failed = 0;
    foreach (FileInfo file in files)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var source = NotebookSource.Read(file.FullName);
            string setup = KernelSetup.Write(source, folder.FullName, "..");
            var cells = await NotebookRun.RunAsync(source, file.FullName);
            string[] differences = check ? [.. RenderedFiles.Differences(rendered, source, setup, cells)] : [];
            if (!check)
                RenderedFiles.Write(rendered, source.Name, setup, cells);
            foreach (string difference in differences)
                Console.WriteLine($"  {difference}");
            if (differences.Length > 0)
                Console.WriteLine($"  Render it anew: dotnet run --project samples/Notebooks/Render -c Release -- {source.Name}");
            failed += differences.Length > 0 ? 1 : 0;
            Console.WriteLine($"{source.Name}: {(differences.Length > 0 ? "STALE" : check ? "runs, and is rendered" : "rendered")}, " +
                $"{clock.Elapsed.TotalSeconds:F0} s");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or IOException)
        {
            Console.WriteLine($"{file.Name}: FAILED after {clock.Elapsed.TotalSeconds:F0} s\n{e.Message}");
            failed++;
        }
    }

    return failed == 0 ? 0 : 1;
}
