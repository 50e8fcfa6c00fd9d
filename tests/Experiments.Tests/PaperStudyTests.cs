using HybridRec.MLNet.Experiments.Paper;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>What tables take from results, and what a study must not find.</summary>
public sealed class PaperStudyTests
{
    [Fact]
    public void Faults_SmallChangeAndSameIntegers_None() => Assert.Empty(SmallStudy.Whole.Faults());

    [Theory]
    [InlineData(0.001)]
    [InlineData(-0.0011)]
    [InlineData(double.NaN)]
    public void Faults_Int8ChangesTooMuch_IsNamedForEachProtocol(double change)
    {
        IReadOnlyList<string> faults = Of(SmallStudy.Accuracy(1, int8: change)).Faults();
        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault => Assert.StartsWith("+ INT8 changes NDCG@10", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_FpgaChangesAnyUser_IsNamed()
    {
        IReadOnlyList<string> faults = Of(SmallStudy.Accuracy(1, simulated: true, same: false)).Faults();
        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault => Assert.Contains(AccuracyPart.Fpga, fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_OracleIsLast_BaselinesFirst()
    {
        string[] names = SmallStudy.Whole.Names(AccuracyPart.Full);
        Assert.Equal(["Random", "Popularity", "ItemMean", AccuracyPart.GnnOnly], names[..4]);
        Assert.Equal([TunedPart.Frozen, TunedPart.Lora, "Oracle"], names[^3..]);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Mean_TwoSeeds_IsOfBoth() =>
        Assert.Equal(0.715, SmallStudy.Whole.Mean(AccuracyPart.Rated, AccuracyPart.Hybrid, row => row.Ndcg.Value), 12);

    [Fact]
    public void Target_OfTheGnnAlone_Is95PercentOfItsBest()
    {
        Assert.Equal(0.19, SmallStudy.Whole.Target!.Value, 12);
        Assert.Null((SmallStudy.Whole with { Training = [] }).Target);
        Assert.Null((SmallStudy.Whole with { Training = [SmallStudy.Training(TrainingPart.Text)] }).Target);
    }

    // 20 s in all, 12 of them the graph's: reached after 8 of these.
    [Theory]
    [InlineData(0.19, 16.0)]
    [InlineData(0.1, 12.0)]
    [InlineData(0.2, 20.0)]
    public void SecondsTo_ReachedQuality_WholeFitLessTheEpochsAfter(double quality, double seconds) =>
        Assert.Equal(seconds, SmallStudy.Training(TrainingPart.Gnn).Result.SecondsTo(quality));

    [Fact]
    public void SecondsTo_NeverReachedOrNoGraph_Null()
    {
        Assert.Null(SmallStudy.Training(TrainingPart.Gnn).Result.SecondsTo(0.21));
        Assert.Null(SmallStudy.Training(TrainingPart.Text).Result.SecondsTo(0.1));
    }

    [Fact]
    public void IsWhole_WithoutASection_IsNot()
    {
        Assert.True(SmallStudy.Whole.IsWhole);
        Assert.False((SmallStudy.Whole with { Training = [] }).IsWhole);
        Assert.False((SmallStudy.Whole with { Latency = null }).IsWhole);
    }

    [Fact]
    public void Typical_OfALatencyRow_IsTheCoresWhereKnown()
    {
        Dictionary<string, LatencyRow> rows = SmallStudy.Latency(false).Result.Rows.ToDictionary(row => row.Name);
        Assert.Equal(7.5, rows["Text encoded for the request"].Typical);
        Assert.Equal(20, rows["GNN, propagated for the request"].Typical);
    }

    private static PaperStudy Of(params Cached<AccuracyResult>[] accuracy) => new(SmallStudy.Settings, accuracy, [], [], null);
}
