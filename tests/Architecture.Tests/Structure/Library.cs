namespace HybridRec.MLNet.Tests.Architecture.Structure;

/// <summary>A project of <c>src</c>: its name, its folder, its files and what they name.</summary>
/// <param name="Name">Name of the assembly.</param>
/// <param name="Folder">Its folder below the root, with forward slashes.</param>
internal sealed record Library(string Name, string Folder)
{
    private static readonly Lazy<Library[]> s_all = new(() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(House.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(project => new Library(Path.GetFileNameWithoutExtension(project), House.Relative(Path.GetDirectoryName(project)!)))
            .Where(library => library.Files.Count > 0)
            .OrderBy(library => library.Name, StringComparer.Ordinal),
    ]);

    private readonly Lazy<FileGraph> _graph = new(() => Read(Name, Folder));

    /// <summary>Every project that has code.</summary>
    public static IReadOnlyList<Library> All => s_all.Value;

    /// <summary>Its files below the root.</summary>
    public IReadOnlyList<string> Files => [.. Sources(Folder).Select(House.Relative)];

    /// <summary>Its files and what they name.</summary>
    public FileGraph Graph => _graph.Value;

    /// <summary>The room of a file: its folder below the library's, "" for the library's own.</summary>
    public string RoomOf(string file) => Path.GetDirectoryName(Path.GetRelativePath(Folder, file))!.Replace('\\', '/');

    private static FileGraph Read(string name, string folder) =>
        FileGraph.Of(name, [.. Sources(folder).Select(file => (House.Relative(file), File.ReadAllText(file)))]);

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(House.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !House.Relative(file).Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);
}
