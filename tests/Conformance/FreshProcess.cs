using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;

namespace HybridRec.MLNet.Conformance;

/// <summary>Runs a saved model in a process of its own, by a program that knows plain ML.NET only (tests/FreshProcess).</summary>
public static class FreshProcess
{
    /// <summary>The Single values of a column that the loaded model computes for the rows, one array a row.</summary>
    public static List<float[]> Run(MLContext ml, byte[] model, IDataView rows, string column)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hybridrec-");
        try
        {
            string modelFile = Path.Combine(folder.FullName, "model.zip"), rowsFile = Path.Combine(folder.FullName, "rows.idv");
            File.WriteAllBytes(modelFile, model);
            using (FileStream stream = File.Create(rowsFile))
                ml.Data.SaveAsBinary(rows, stream);
            string[] lines = Start(modelFile, rowsFile, column).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return [.. lines.Select(line => line.Split(' ').Select(bits => BitConverter.UInt32BitsToSingle(uint.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))).ToArray())];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Start(params string[] arguments)
    {
        // The dependencies of the running tests, so that the libraries are found when the model asks for them.
        string dependencies = Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()!.GetName().Name + ".deps.json");
        string program = Path.Combine(AppContext.BaseDirectory, nameof(FreshProcess) + ".dll");
        var start = new ProcessStartInfo(Dotnet())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in (string[])["exec", "--depsfile", dependencies, "--runtimeconfig", Path.ChangeExtension(program, ".runtimeconfig.json"), program, .. arguments])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"The fresh process ended with {process.ExitCode}:\n{errors.Result}");
        return output;
    }

    // The host this process runs on: <root>/shared/Microsoft.NETCore.App/<version>/ is the runtime's folder.
    private static string Dotnet() => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
