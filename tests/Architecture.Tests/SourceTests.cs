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

    // A string that cannot be broken may stand out: raw strings, and interpolated ones that are no string (FormattableString).
    [Fact]
    public void Lines_NoneIsLongerThanItMayBe() => Assert.Empty(
        from file in House.Sources("src", "tests", "samples", "benchmarks")
        from line in LongLines(File.ReadAllText(file))
        select $"{House.Relative(file)}:{line}: more than {MaxColumns} columns");

    [Theory]
    [InlineData("// short\n", 0)]
    [InlineData("// {0}\n", 1)]
    [InlineData("int a; // {0}\n", 1)]
    [InlineData("string s = \"{0}\";\n", 0)]
    [InlineData("string s = \"\"\"\n    {0}\n    \"\"\";\n", 0)]
    [InlineData("int {0} = 1;\n", 1)]
    public void LongLines_OfText_AreThoseThatCouldBeBroken(string text, int expected) =>
        Assert.Equal(expected, LongLines(text.Replace("{0}", new string('x', MaxColumns), StringComparison.Ordinal)).Count());

    private static IEnumerable<int> LongLines(string text)
    {
        bool raw = false;
        foreach ((string line, int number) in text.Split('\n').Select((line, index) => (line, index + 1)))
        {
            bool quotes = line.Split("\"\"\"").Length % 2 == 0;
            bool comment = line.TrimStart().StartsWith("//", StringComparison.Ordinal);
            if (!raw && line.Length > MaxColumns && (comment || Quoted().Replace(line, "").Length > MaxColumns - 20))
                yield return number;
            raw ^= quotes;
        }
    }

    [Fact]
    public void Sources_OnePublicTypeAFileNamedLikeIt()
    {
        var wrong = new List<string>();
        foreach (string file in House.Sources("src"))
        {
            string[] types = [.. PublicType().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).Distinct()];
            // The extension methods of a package are one partial class in files named after what they make.
            if (types is ["HybridTransformsCatalog" or "HybridTrainersCatalog"])
                continue;
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
    public void Sources_SayDefaultsInOneForm() => AssertNowhere(OtherDefault(), "src");

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

    // From the first quote of a line to its last.
    [GeneratedRegex("\".*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"<value>(?!The default|\s*$)")]
    private static partial Regex OtherDefault();

    [GeneratedRegex(@"^\s*#region|\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")]
    private static partial Regex Leftover();

    [GeneratedRegex(@"^namespace [\w.]+\s*$")]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"CS1591")]
    private static partial Regex SilencedDocs();
}
