using System.Text.RegularExpressions;

namespace HybridRec.MLNet.Tests.Architecture;

/// <summary>House rules that the compiler does not check, read from the sources.</summary>
public sealed partial class SourceTests
{
    private const int MaxLines = 500;
    private const int MaxColumns = 140;
    private const string Seam = "src/Transforms/Hosting/ModelIo.cs";

    [Fact]
    public void ExternAlias_OnlyTheSeam()
    {
        string[] users = [.. House.Sources("src")
            .Where(file => File.ReadLines(file).Any(line => line.StartsWith("extern alias", StringComparison.Ordinal)))
            .Select(House.Relative)];
        Assert.Equal([Seam], users);
    }

    [Fact]
    public void IgnoresAccessChecks_OnlyTheSeam() => Assert.Equal(
        [Seam], House.Sources("src")
            .Where(file => File.ReadAllText(file).Contains("[assembly: IgnoresAccessChecksTo", StringComparison.Ordinal))
            .Select(House.Relative));

    [Fact]
    public void Files_NoneIsLongerThanItMayBe()
    {
        string[] tooLong = [.. from file in House.Sources("src", "tests", "samples", "benchmarks")
                               let lines = File.ReadLines(file).Count()
                               where lines > MaxLines
                               select $"{House.Relative(file)}: {lines} lines"];
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Lines_NoneIsLongerThanItMayBe() => Assert.Empty(
        from file in House.Sources("src", "tests", "samples", "benchmarks")
        from line in File.ReadLines(file).Select((text, index) => (text, number: index + 1))
        where line.text.Length > MaxColumns
        select $"{House.Relative(file)}:{line.number}: {line.text.Length} columns");

    [Fact]
    public void Sources_OnePublicTypeAFileNamedLikeIt()
    {
        var wrong = new List<string>();
        foreach (string file in House.Sources("src"))
        {
            string[] types = [.. PublicType().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).Distinct()];
            if (types.Length > 1 || (types.Length == 1 && types[0] != Path.GetFileName(file).Split('.')[0]))
                wrong.Add($"{House.Relative(file)}: {string.Join(", ", types)}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Sources_NeverWriteToTheConsole() => AssertNowhere(ConsoleUse(), "src");

    [Fact]
    public void Sources_HaveNoRegionsAndNoLeftovers() => AssertNowhere(Leftover(), "src", "tests", "samples", "benchmarks");

    [Fact]
    public void Sources_UseFileScopedNamespaces() => AssertNowhere(BlockNamespace(), "src", "tests");

    [Fact]
    public void Sources_NeverSilenceTheDocumentationWarning() => AssertNowhere(SilencedDocs(), "src");

    private static void AssertNowhere(Regex pattern, params string[] folders)
    {
        string[] hits = [.. from file in House.Sources(folders)
                            where Path.GetFileName(file) != nameof(SourceTests) + ".cs"
                            from line in File.ReadLines(file).Select((text, index) => (text, number: index + 1))
                            where pattern.IsMatch(line.text)
                            select $"{House.Relative(file)}:{line.number}: {line.text.Trim()}"];
        Assert.Empty(hits);
    }

    // Top-level types stand at the beginning of a line, because namespaces are file-scoped.
    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|partial|readonly|unsafe|ref) )*(?:class|struct|interface|enum|delegate [\w<>?\[\], ]+?|record(?: struct| class)?) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();

    // Examples in documentation comments may.
    [GeneratedRegex(@"^(?!\s*///).*\bConsole\.")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"^\s*#region|\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")]
    private static partial Regex Leftover();

    [GeneratedRegex(@"^namespace [\w.]+\s*$")]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"CS1591")]
    private static partial Regex SilencedDocs();
}
