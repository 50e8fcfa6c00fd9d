using System.Runtime.CompilerServices;

namespace HybridRec.MLNet.Tests.Architecture;

/// <summary>The source tree the tests were built from.</summary>
internal static class House
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", ".."));

    /// <summary>All C# files below a folder of the root, but what the build made.</summary>
    public static IReadOnlyList<string> Sources(params string[] folders)
    {
        string[] files = [.. folders.Where(folder => Directory.Exists(Path.Combine(Root, folder)))
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !Parts(file).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)];
        Assert.True(
            files.Length > 10,
            $"Only {files.Length} source files were found below {Root}; the tests must run on the machine that built them.");
        return files;
    }

    /// <summary>The path below the root, with forward slashes.</summary>
    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string[] Parts(string file) => Relative(file).Split('/');

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
