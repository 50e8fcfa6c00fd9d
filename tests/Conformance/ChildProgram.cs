using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Conformance;

/// <summary>A program of this repository that lies beside the running tests, as a process of its own.</summary>
public static class ChildProgram
{
    /// <summary>
    /// The command line of the program: the runtime of this process, the dependencies of the running tests (so that libraries are found
    /// which only the model asks for).
    /// </summary>
    public static IReadOnlyList<string> Command(string name, params string[] arguments)
    {
        string dependencies = Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()!.GetName().Name + ".deps.json"),
            program = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        return [
            Dotnet(), "exec", "--depsfile", dependencies, "--runtimeconfig", Path.ChangeExtension(program, ".runtimeconfig.json"), program,
            .. arguments
        ];
    }

    /// <summary>Starts a command line; what it prints is for the caller to read.</summary>
    public static Process Start(IEnumerable<string> command)
    {
        string[] words = [.. command];
        return Process.Start(new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        })!;
    }

    /// <summary>Runs a command line to its end: exit code, output, errors.</summary>
    public static (int ExitCode, string Output, string Errors) Run(IEnumerable<string> command)
    {
        using Process process = Start(command);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    // The host this process runs on: <root>/shared/Microsoft.NETCore.App/<version>/ is the runtime's folder.
    private static string Dotnet() => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
