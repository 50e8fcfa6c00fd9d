using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HybridRec.MLNet.Tests.Architecture.Structure;

/// <summary>
/// The files of one assembly and what they name: an arrow leads from a file to each other file that declares a type which its code names.
/// Bound by Roslyn, so that constants and static calls count, which the compiler leaves out of what it
/// writes. Documentation does not count.
/// </summary>
/// <remarks>
/// A partial type stands in the file that is named like it. Where no file is, as with the carriers of extension methods, each member stands
/// in its own.
/// </remarks>
internal sealed class FileGraph
{
    private readonly Dictionary<string, SortedSet<string>> _arrows = new(StringComparer.Ordinal);

    private FileGraph(IEnumerable<string> files)
    {
        foreach (string file in files)
            _arrows[file] = new SortedSet<string>(StringComparer.Ordinal);
    }

    /// <summary>The files.</summary>
    public IReadOnlyCollection<string> Files => _arrows.Keys;

    /// <summary>The files that a file names.</summary>
    public IReadOnlyCollection<string> ArrowsOf(string file) => _arrows[file];

    /// <summary>Reads sources.</summary>
    /// <param name="assembly">Name of the assembly they make; friends of it are seen by this name.</param>
    /// <param name="sources">Their paths and texts.</param>
    public static FileGraph Of(string assembly, IReadOnlyList<(string Path, string Text)> sources)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None);
        SyntaxTree[] trees = [.. sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, options, source.Path))];
        var compilation = CSharpCompilation.Create(
            assembly,
            [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings, options, "usings")],
            References(assembly),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, metadataImportOptions: MetadataImportOptions.All));
        var graph = new FileGraph(trees.Select(tree => tree.FilePath));
        foreach (SyntaxTree tree in trees)
            graph.Read(tree, compilation.GetSemanticModel(tree));
        return graph;
    }

    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static IEnumerable<MetadataReference> References(string assembly) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != assembly)
            .Select(path => MetadataReference.CreateFromFile(path));

    private void Read(SyntaxTree tree, SemanticModel model)
    {
        SortedSet<string> arrows = _arrows[tree.FilePath];
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            SymbolInfo found = model.GetSymbolInfo(name);
            if ((found.Symbol ?? found.CandidateSymbols.FirstOrDefault()) is { } symbol && FileOf(symbol) is { } file
                && file != tree.FilePath)
                arrows.Add(file);
        }
    }

    private string? FileOf(ISymbol symbol)
    {
        INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
        while (type?.ContainingType is { } outer)
            type = outer;
        string[] files = [.. Declarations(type)];
        return files.FirstOrDefault(file => Path.GetFileNameWithoutExtension(file) == type!.Name)
            ?? (files.Length > 1 ? Declarations(symbol).FirstOrDefault() : null) ?? files.FirstOrDefault();
    }

    private IEnumerable<string> Declarations(ISymbol? symbol) =>
        ((symbol as IMethodSymbol)?.ReducedFrom
            ?? symbol)?.OriginalDefinition.Locations.Select(at => at.SourceTree?.FilePath).OfType<string>()
            .Where(_arrows.ContainsKey) ?? [];

    /// <summary>
    /// The circles: sets of files, each of which leads to every other, largest first. Tarjan, "Depth-First Search and
    /// Linear Graph Algorithms", 1972.
    /// </summary>
    public IReadOnlyList<string[]> Circles()
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var lows = new Dictionary<string, int>(StringComparer.Ordinal);
        var stack = new Stack<string>();
        var open = new HashSet<string>(StringComparer.Ordinal);
        var circles = new List<string[]>();
        foreach (string file in Files.Order(StringComparer.Ordinal))
            if (!numbers.ContainsKey(file))
                Visit(file);
        return [.. circles.OrderByDescending(circle => circle.Length)];

        void Visit(string file)
        {
            numbers[file] = lows[file] = numbers.Count;
            stack.Push(file);
            open.Add(file);
            foreach (string next in _arrows[file])
            {
                if (!numbers.ContainsKey(next))
                    Visit(next);
                if (open.Contains(next))
                    lows[file] = Math.Min(lows[file], lows[next]);
            }

            if (lows[file] != numbers[file])
                return;
            var circle = new List<string>();
            do
            {
                open.Remove(stack.Peek());
                circle.Add(stack.Pop());
            }
            while (circle[^1] != file);
            if (circle.Count > 1)
                circles.Add([.. circle.Order(StringComparer.Ordinal)]);
        }
    }
}
