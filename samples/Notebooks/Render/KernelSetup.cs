using System.Xml.Linq;

namespace Notebooks.Rendering;

/// <summary>
/// What stands for the <c>#:</c> lines in the .NET kernel, which knows no projects: <c>#r</c> of the assemblies that the notebook kit's
/// build put together, and of their packages in the versions of Directory.Packages.props.
/// </summary>
internal static class KernelSetup
{
    private const string Kit = "NotebookKit";

    /// <summary>What the SDK adds to every app; the kernel adds less.</summary>
    private const string ImplicitUsings = "using System; using System.Collections.Generic; using System.IO; using System.Linq; using " +
        "System.Net.Http; using System.Threading; using System.Threading.Tasks;";

    /// <param name="source">The notebook.</param>
    /// <param name="folder">The folder of its file.</param>
    /// <param name="toFolder">From the folder of the .ipynb to <paramref name="folder"/>, with slashes.</param>
    public static string Write(NotebookSource source, string folder, string toFolder)
    {
        var projects = new List<string>();
        foreach (string project in Values(source, "project"))
            AddProject(Path.GetFullPath(project, folder), projects);
        var versions = PackageVersions(Path.Combine(folder, "Directory.Packages.props"));
        string[] packages = [.. Values(source, "package").Concat(projects.SelectMany(PackagesOf)).Select(package => package.Split('@')[0])
            .Distinct().Order(StringComparer.Ordinal)];
        // Of what the kit is made of, all of it lies in its output folder.
        IEnumerable<string> lines = packages.Select(package => $"#r \"nuget: {package}, {versions[package]}\"")
            .Concat(
                projects.Select(project => $"#r \"{toFolder}/Kit/bin/Release/net10.0/{Path.GetFileNameWithoutExtension(project)}.dll\""))
            .Append(ImplicitUsings);
        if (projects.Any(project => Path.GetFileNameWithoutExtension(project) == Kit))
            lines = lines.Append("Notebooks.Show.FigureSaved = file => HTML($\"<img src='data:image/png;base64," +
                "{Convert.ToBase64String(System.IO.File.ReadAllBytes(file))}'>\").Display();");
        return string.Join('\n', lines.Prepend("// First: dotnet build -c Release samples/Notebooks/Kit"));
    }

    private static IEnumerable<string> Values(NotebookSource source, string kind) =>
        source.Directives.Where(line => line.StartsWith($"#:{kind} ", StringComparison.Ordinal))
            .Select(line => line[(kind.Length + 3)..].Trim());

    /// <summary>A project after those it refers to.</summary>
    private static void AddProject(string file, List<string> projects)
    {
        if (projects.Contains(file))
            return;
        foreach (XElement reference in XDocument.Load(file).Descendants("ProjectReference")
            .Where(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false"))
            AddProject(Path.GetFullPath(reference.Attribute("Include")!.Value.Replace('\\', '/'), Path.GetDirectoryName(file)!), projects);
        projects.Add(file);
    }

    private static IEnumerable<string> PackagesOf(string project) =>
        XDocument.Load(project).Descendants("PackageReference")
            .Where(package => package.Attribute("PrivateAssets") is null && package.Element("PrivateAssets") is null)
            .Select(package => package.Attribute("Include")!.Value);

    /// <summary>The versions of a file and of those it imports; its own count more.</summary>
    private static Dictionary<string, string> PackageVersions(string file)
    {
        var versions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        XElement root = XDocument.Load(file).Root!;
        foreach (XElement import in root.Elements("Import"))
        {
            foreach (var (package, version) in PackageVersions(Path.GetFullPath(
                import.Attribute("Project")!.Value, Path.GetDirectoryName(file)!)))
                versions[package] = version;
        }

        foreach (XElement package in root.Descendants("PackageVersion").Where(package => package.Attribute("Version") is not null))
            versions[(package.Attribute("Include") ?? package.Attribute("Update"))!.Value] = package.Attribute("Version")!.Value;
        return versions;
    }
}
