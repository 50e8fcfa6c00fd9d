using HybridRec.MLNet.Search;

namespace HybridRec.MLNet.Tests.Search;

public sealed class SuccessiveHalvingTests
{
    private static readonly ParameterSpace s_space = new ParameterSpace().Real("x", 0, 1);

    [Theory]
    [InlineData(3, 27, 3, new[] { 3, 9, 27 })]
    [InlineData(2, 9, 3, new[] { 2, 6, 9 })]
    [InlineData(5, 5, 3, new[] { 5 })]
    public void Rungs_EndAtTheMaximum(int least, int most, int reduction, int[] expected) =>
        Assert.Equal(
            expected, SuccessiveHalving.Rungs(new SearchOptions { MinimumEpochs = least, MaximumEpochs = most, Reduction = reduction }));

    [Fact]
    public void Run_TheBestThirdGoesOn()
    {
        var options = new SearchOptions { Configurations = 9, MinimumEpochs = 1, MaximumEpochs = 9, Reduction = 3 };
        var trials = Run(options, p => p.Real("x") * p.Training.Epochs!.Value);
        Assert.Equal([9, 3, 1], Enumerable.Range(0, 3).Select(rung => trials.Count(trial => trial.Rung == rung)));
        Assert.Equal(13, new SuccessiveHalving(s_space, options, default, _ => 0).TrialCount);
        Assert.Equal([1, 3, 9], trials.Select(trial => trial.Epochs).Distinct());
        double[] drawn = [.. trials.Take(9).Select(trial => trial.Parameters.Real("x")).OrderDescending()];
        Assert.Equal(drawn.Take(3), trials.Where(trial => trial.Rung == 1).Select(trial => trial.Parameters.Real("x")).OrderDescending());
        Assert.Equal(drawn[0], new SearchReport(trials, "x").Best.Parameters.Real("x"));
    }

    [Fact]
    public void Run_MoreConfigurations_BeginsWithTheSame()
    {
        var few = Run(new SearchOptions { Configurations = 3, MaximumEpochs = 3 }, p => p.Real("x"));
        var many = Run(new SearchOptions { Configurations = 6, MaximumEpochs = 3 }, p => p.Real("x"));
        Assert.Equal(few.Select(trial => trial.Parameters.ToString()), many.Take(3).Select(trial => trial.Parameters.ToString()));
        Assert.Equal(6, many.Select(trial => trial.Parameters.ToString()).Distinct().Count());
    }

    [Fact]
    public void Run_AConfigurationThatDiverges_FailsAlone()
    {
        double worst = Run(new SearchOptions { Configurations = 4, MaximumEpochs = 3 }, p => p.Real("x")).Min(trial => trial.Value);
        var trials = Run(new SearchOptions { Configurations = 4, MinimumEpochs = 1, MaximumEpochs = 3 }, p =>
            p.Real("x") > worst ? throw new InvalidOperationException("diverged") : p.Training.Epochs!.Value);
        Assert.Equal(3, trials.Count(trial => trial.Failure == "diverged" && double.IsNaN(trial.Value)));
        Assert.Equal(worst, new SearchReport(trials, "x").Best.Parameters.Real("x"));
    }

    [Fact]
    public void Report_AllFailed_SaysWhy()
    {
        var trials = Run(new SearchOptions { Configurations = 2 }, _ => throw new InvalidOperationException("loss is NaN"));
        Assert.Contains("loss is NaN", Assert.Throws<InvalidOperationException>(() => new SearchReport(trials, "x")).Message);
    }

    [Fact]
    public void Report_Table_HasALineATrialBestFirst()
    {
        var report = new SearchReport(
            Run(new SearchOptions { Configurations = 3, MinimumEpochs = 1, MaximumEpochs = 3 }, p => p.Real("x")), "Ndcg@10");
        string[] lines = report.ToString().Split(Environment.NewLine);
        Assert.Equal(["rung", "epochs", "Ndcg@10", "seconds", "x"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(1 + report.Trials.Count, lines.Length);
        Assert.StartsWith("1", lines[1].TrimStart(), StringComparison.Ordinal);
        Assert.Equal(report.Trials.Count, report.ToDataFrame().Rows.Count);
    }

    internal static List<SearchTrial> Run(SearchOptions options, Func<SearchParameters, double> run) =>
        new SuccessiveHalving(s_space, options with { Seed = 1 }, default, run).Run([], _ => { }, _ => { });
}
