using System.Globalization;
using System.Text.RegularExpressions;
using HybridRec.MLNet.Experiments.Paper;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>The page: every table whole, every figure there, every simulated or modeled number called so.</summary>
public sealed partial class PaperPageTests
{
    public static TheoryData<string> Studies => [.. s_studies.Keys];

    private static readonly Dictionary<string, PaperStudy> s_studies = new()
    {
        ["whole"] = SmallStudy.Whole,
        ["no stars, no FPGA"] = new(
            SmallStudy.Settings, [SmallStudy.Accuracy(1, rated: 0)], [], [.. TrainingPart.Configurations.Select(SmallStudy.Training)],
            SmallStudy.Latency(false)),
        ["accuracy alone"] = new(SmallStudy.Settings, [SmallStudy.Accuracy(1)], [], [], null),
        ["no latency"] = SmallStudy.Whole with { Latency = null },
        ["no training"] = SmallStudy.Whole with { Training = [] },
    };

    [Theory]
    [MemberData(nameof(Studies))]
    public void Write_AnyStudy_TablesHaveEqualRows(string name)
    {
        int tables = 0, columns = 0;
        foreach (string line in Page(name).Split('\n').Select(line => line.TrimEnd('\r')))
        {
            if (!line.StartsWith('|'))
            {
                columns = 0;
                continue;
            }

            Assert.EndsWith("|", line, StringComparison.Ordinal);
            if (columns == 0)
                tables++;
            int own = line.Count(c => c == '|');
            Assert.True(columns == 0 || columns == own, $"A row of {own - 1} cells in a table of {columns - 1}: {line}");
            columns = own;
        }

        Assert.True(tables > 0);
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void Write_AnyStudy_HasTheFiguresItNamesAndNoOther(string name)
    {
        string folder = Directory.CreateTempSubdirectory("hybridrec-page-").FullName;
        try
        {
            PaperFigures.Write(s_studies[name], folder);
            string[] named = [.. Picture().Matches(Page(name)).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
            Assert.NotEmpty(named);
            Assert.Equal(named, Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
            Assert.All(
                named, picture => Assert.Equal((byte[])[0x89, 0x50, 0x4e, 0x47], File.ReadAllBytes(Path.Combine(folder, picture))[..4]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void Write_AnyStudy_CallsEveryFpgaRowSimulatedOrModeled(string name)
    {
        string[] rows = [.. Page(name).Split('\n').Where(line => line.StartsWith('|') && line.Contains("FPGA", StringComparison.Ordinal))];
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Matches("simulated|modeled", row));
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void Write_AnyStudy_HasNoFigureThatIsNone(string name) => Assert.DoesNotMatch(@"NaN|∞|\bnull\b|Infinity", Page(name));

    [Fact]
    public void Write_WithoutSimulation_SaysThatItWasNotRun()
    {
        string page = Page("no stars, no FPGA");
        Assert.Contains($"| {AccuracyPart.Fpga} | | | not run: `HYBRIDREC_FPGA_SIM` was not set", page, StringComparison.Ordinal);
        Assert.DoesNotContain("modeled**", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LeftOutSections_AreNamed()
    {
        Assert.Contains("Not run here: training time and latency and trade-offs.", Page("accuracy alone"), StringComparison.Ordinal);
        Assert.Contains("Not run here: latency and trade-offs.", Page("no latency"), StringComparison.Ordinal);
        Assert.DoesNotContain("Not run here", Page("whole"), StringComparison.Ordinal);
        // the command that gives this page
        Assert.Contains("--epochs 12 --parts accuracy` wrote", Page("accuracy alone"), StringComparison.Ordinal);
        Assert.Contains(
            "--epochs 12 --encoder FOLDER --encoder-seeds 1 --parts accuracy training` wrote", Page("no latency"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Whole_HasTheFiguresOfTheResults()
    {
        string page = Page("whole");
        Assert.Contains(
            "| Hybrid, unoptimized | .7150 | .3575 | .7150 ± .0071 [.7000, .7200] | .4767 | 64 % | +0.1000 [+0.0500, +0.1500] to GNN " +
            "only | .75 / .58 / .66 |",
            page, StringComparison.Ordinal);
        Assert.Contains("0 for every user, to INT8 on the CPU", page, StringComparison.Ordinal);
        Assert.Contains("| GNN only | 16.0 | 33.0 | 20.0 | 12.0 | 5.0 | 200 | 3 | 4.5 |", page, StringComparison.Ordinal);
        Assert.Contains("| Text encoded for the request | what | 7.5 | 8 | 12 | 16 | 8 ± 0.8 | 80 |", page, StringComparison.Ordinal);
        Assert.Contains("from 8 to 0.04 ms of the core (p50), 200 times less", page, StringComparison.Ordinal);
        Assert.Contains("| 8 | 8,000 | 4 | 6 | 8 |", page, StringComparison.Ordinal);
        Assert.Contains(
            "`dotnet run -c Release --project benchmarks/Experiments -- paper --data small --seeds 2 --epochs 12 --encoder FOLDER " +
            "--encoder-seeds 1`",
            page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Tuned_RowsOfItsOwnSeedsAndItsTraining()
    {
        string page = Page("whole");
        Assert.Contains(
            "| Hybrid, transformer frozen | .6400 | .3200 | .6400 [.6300, .6500] | .4267 | 55 % |  |  |", page, StringComparison.Ordinal);
        Assert.Contains(
            "| + LoRA | .6800 | .3400 | .6800 [.6700, .6900] | .4533 | 60 % | +0.0400 [+0.0300, +0.0500] to the frozen transformer | .78 " +
            "/ .63 / .72 |",
            page, StringComparison.Ordinal);
        Assert.Contains("BERT of 3.1 M parameters", page, StringComparison.Ordinal);
        Assert.Contains("seed 1 only", page, StringComparison.Ordinal);
        Assert.Contains("| + LoRA |  | 120.0 | 90.0 | 11.0 | 5.0 | 800 | 2 | 3.8 |", page, StringComparison.Ordinal);
        Assert.Contains("very same work in 4 of the rows", page, StringComparison.Ordinal); // LoRA's graph leaves rows out
    }

    [Fact]
    public void Write_DrawnUsers_SaysSo()
    {
        string page = PaperPage.Write(SmallStudy.Whole with { Settings = SmallStudy.Settings with { Users = 300 } }, 2);
        Assert.Contains("--epochs 12 --users 300 --encoder", page, StringComparison.Ordinal);
        Assert.Contains(
            "300 users, 20 candidates and 12.0 relevant items each (seed 1; of at most 300 of the test's users, drawn anew for each seed)",
            page, StringComparison.Ordinal);
        Assert.DoesNotContain("drawn anew", Page("whole"), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WithoutAnEncoder_SaysThatLoraWasNotRun()
    {
        string page = Page("no stars, no FPGA");
        Assert.Contains("| + LoRA | | | not run: no `--encoder` was given | | |", page, StringComparison.Ordinal);
        Assert.Contains("| + LoRA | | | not run: no `--encoder` was given | | | | | 3.8 |", page, StringComparison.Ordinal);
        Assert.DoesNotContain("transformer frozen", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OneSeed_ClaimsNoDeviationOverSeeds()
    {
        string page = Page("accuracy alone");
        Assert.Contains("One seed; in brackets", page, StringComparison.Ordinal);
        Assert.DoesNotContain("±", page, StringComparison.Ordinal);
        Assert.Matches(@"its load \d+ while", page); // one part, one load
        Assert.Matches(@"its load 2 to 3 while", Page("whole"));
    }

    [Fact]
    public void Write_AFault_IsOnThePage()
    {
        string page = PaperPage.Write(new PaperStudy(SmallStudy.Settings, [SmallStudy.Accuracy(1, int8: 0.002)], [], [], null), 1);
        Assert.Contains("**It does not hold:** + INT8 changes NDCG@10", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_CultureWithCommas_SamePage()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            string page = Page("whole");
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(page, Page("whole"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Page(string name) => PaperPage.Write(s_studies[name], s_studies[name].Accuracy.Count);

    [GeneratedRegex(@"!\[[^]]*\]\(([^)]*)\)")]
    private static partial Regex Picture();
}
