using System.Text;
using System.Text.RegularExpressions;

namespace HybridRec.MLNet.Tests.Architecture.Docs;

/// <summary>A block of C# on a page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Line">Its first line there.</param>
/// <param name="Lines">The lines.</param>
internal sealed partial record Snippet(string Page, int Line, string[] Lines)
{
    /// <summary>What pages may use without saying so: their pipelines are about these.</summary>
    private const string Given = """
        static readonly MLContext ml = null!;
        static readonly IDataView ratings = null!, newRows = null!, films = null!;
        static readonly InteractionSplit split = null!;
        static readonly ITransformer model = null!;
        static readonly EstimatorChain<ITransformer> chain = null!;
        static readonly EstimatorChain<FuseTransformer> pipeline = null!, small = null!;
        static readonly Recommender recommender = null!;
        static readonly VectorStore store = null!;
        static readonly TorchEncoder encoder = null!;
        static readonly IEmbeddingGenerator<string, Embedding<float>> teacher = null!;
        static readonly string[] texts = null!;
        static readonly (string Anchor, string Positive)[] pairs = null!;
        static readonly Int16Adjacency adjacency = null!;
        static readonly Int8Table table = null!, result = null!;
        static readonly CancellationToken cancellationToken;
        """;

    private static readonly string[] s_usings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading", "System.Threading.Tasks",
        "HybridRec.MLNet", "HybridRec.MLNet.Accel", "Microsoft.ML", "Microsoft.ML.Data", "Microsoft.ML.Transforms",
        "Microsoft.Extensions.AI", "Microsoft.Extensions.VectorData",
    ];

    /// <summary>
    /// A source file with the block as the body of a method. Its own usings and types stand where the language wants them; a block that
    /// begins with <c>.Append</c> goes on from a chain; a line that ends a call without a semicolon, as pages show calls, gets one. Line
    /// numbers are those of the page.
    /// </summary>
    public string ToSource()
    {
        int types = Array.FindIndex(Lines, line => TypeDeclaration().IsMatch(line));
        string[] body = types < 0 ? Lines : Lines[..types];
        var source = new StringBuilder();
        foreach (string name in s_usings)
            source.Append("using ").Append(name).Append("; ");
        foreach (string line in body.Where(line => UsingDirective().IsMatch(line)))
            source.Append(line.Trim()).Append(' ');
        source.Append("\n#pragma warning disable\n").Append("static class Page {").Append(Given.ReplaceLineEndings(" "))
            .Append(" static async Task Block() {\n");
        source.Append("#line ").Append(Line).Append(" \"").Append(Page).Append("\"\n");
        foreach (string line in Statements(body))
            source.Append(line).Append('\n');
        source.Append("await Task.CompletedTask; } }\n");
        if (types >= 0)
            source.Append("#line ").Append(Line + types).Append(" \"").Append(Page).Append("\"\n").AppendJoin('\n', Lines[types..]);
        return source.ToString();
    }

    private static IEnumerable<string> Statements(string[] lines)
    {
        int depth = 0;
        bool begun = false;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = UsingDirective().IsMatch(lines[i]) ? "" : lines[i];
            string code = Comment().Replace(line, "").TrimEnd();
            depth += code.Count(c => c is '(' or '{' or '[') - code.Count(c => c is ')' or '}' or ']');
            string? next = lines.Skip(i + 1).FirstOrDefault(following => following.Trim().Length > 0)?.TrimStart();
            if (!begun && code.TrimStart().StartsWith('.'))
                code = "chain" + code.TrimStart();
            begun |= code.Length > 0;
            if (depth == 0 && code.EndsWith(')') && next?.StartsWith('.') != true && next?.StartsWith('{') != true
                && !Control().IsMatch(code))
                code += ";";
            yield return code;
        }
    }

    [GeneratedRegex(@"^using [\w.]+;")]
    private static partial Regex UsingDirective();

    [GeneratedRegex(@"^(?:public |internal )?(?:sealed )?(?:class|record|enum|struct) ")]
    private static partial Regex TypeDeclaration();

    // No string on the pages has two slashes after a blank.
    [GeneratedRegex(@"(?<=^|\s)//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s*(?:if|for|foreach|while|using|await foreach|lock) ?\(")]
    private static partial Regex Control();
}
