using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HybridRec.MLNet.Tests.Architecture.Docs;

/// <summary>The C# on the pages is compiled against the libraries, so that no page shows what is not there.</summary>
public sealed class SnippetTests
{
    private static readonly CSharpParseOptions s_language = new(LanguageVersion.Preview);
    private static readonly Lazy<MetadataReference[]> s_references = new(References);

    public static TheoryData<string> PagesWithCode => [.. Pages.All.Where(page => Pages.Snippets(page).Any())];

    [Theory]
    [MemberData(nameof(PagesWithCode))]
    public void Snippets_OfAPage_Compile(string page)
    {
        string[] errors = [.. Pages.Snippets(page).SelectMany(Errors)];
        Assert.True(errors.Length == 0, $"{page} shows C# that does not compile:\n{string.Join('\n', errors)}");
    }

    [Fact]
    public void Snippets_WithANameThatIsNotThere_AreFound()
    {
        string error = Assert.Single(Errors(new Snippet(
            "page.md", 7, ["var ok = ml.Hybrid.GnnEmbedding(new() { Dimension = 32 });", "", "ml.Hybrid.NoSuchThing()"])));
        Assert.Contains("NoSuchThing", error, StringComparison.Ordinal);
        Assert.Contains("page.md(9,", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using System.Text;", "var text = new StringBuilder();")]
    [InlineData(".Append(ml.Hybrid.Fuse(\"Features\", \"UserGraph\", \"ItemGraph\"))   // a comment")]
    [InlineData("var row = new Row { A = 1 };", "", "public class Row", "{", "    public int A { get; set; }", "}")]
    [InlineData(
        "using Microsoft.AspNetCore.Builder;", "var app = WebApplication.Create();",
        "app.MapGet(\"/top/{user}\", (string user) => recommender.Recommend(user))")]
    [InlineData("foreach (var item in recommender.Recommend(user: 42))", "    Console.WriteLine(item.Item);")]
    public void Snippets_AsPagesShowThem_Compile(params string[] lines) => Assert.Empty(Errors(new Snippet("page.md", 1, lines)));

    [Fact]
    public void Pages_WithCode_AreThere() => Assert.True(Pages.All.Sum(page => Pages.Snippets(page).Count()) > 15);

    private static IEnumerable<string> Errors(Snippet snippet)
    {
        var compilation = CSharpCompilation.Create(
            "Page", [CSharpSyntaxTree.ParseText(snippet.ToSource(), s_language, cancellationToken: TestContext.Current.CancellationToken)],
            s_references.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Disable));
        return compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(found => found.Severity == DiagnosticSeverity.Error)
            .Select(found =>
            {
                FileLinePositionSpan place = found.Location.GetMappedLineSpan();
                return $"{place.Path}({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1}): {found.Id}: " +
                    $"{found.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
            });
    }

    // The libraries of this test's own folder, those of the runtime, and those of ASP.NET Core where they are
    // beside it, for pages on services.
    private static MetadataReference[] References()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string web = Path.Combine(runtime, "..", "..", "Microsoft.AspNetCore.App", Path.GetFileName(runtime));
        string[] folders = [AppContext.BaseDirectory, runtime, .. Directory.Exists(web) ? [web] : Array.Empty<string>()];
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll")).DistinctBy(Path.GetFileName);
        return [.. files.Where(IsManaged).Select(file => MetadataReference.CreateFromFile(file))];
    }

    private static bool IsManaged(string file)
    {
        using var stream = File.OpenRead(file);
        using var reader = new System.Reflection.PortableExecutable.PEReader(stream);
        try
        {
            return reader.HasMetadata;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
