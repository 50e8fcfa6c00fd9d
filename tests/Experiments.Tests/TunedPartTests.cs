using HybridRec.MLNet.Experiments.Paper;
using HybridRec.MLNet.Tests.Torch;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>
/// The LoRA row of the study, on a small data set and a BERT of random weights: what it gives, not how good it is. As in the study the
/// program runs it in a process of its own; that has libtorch, these tests have none.
/// </summary>
public sealed class TunedPartTests : IDisposable
{
    private readonly SmallData _data = new();
    private readonly TemporaryFolder _encoder = TinyBert.Folder(positions: TunedPart.Tokens), _results = new();

    public void Dispose()
    {
        _data.Dispose();
        _encoder.Dispose();
        _results.Dispose();
    }

    [Fact]
    public void Run_SmallData_APairOfRowsOfOneGraph()
    {
        // Texts of letters, the words that the little BERT knows.
        string folder = _data.MovieLens("ml-latest-tiny", textOf: item => $"{(char)('a' + (item % 2))} {(char)('c' + (item % 20))}");
        var settings = new PaperSettings(folder, Epochs: 2, Patience: 1, FinalEpochs: 1, RankerEpochs: 2) { Encoder = _encoder.Path };
        var part = new PaperPart("tuned", 3);
        TunedResult result = new PartCache(
            _results.Path, settings,
            (part, file, log) => PartCache.RunProgram([Program()], settings, part, file, log)).Get<TunedResult>(part, _ => { }).Result;

        Assert.Equal([TunedPart.Frozen, TunedPart.Lora], result.Rows.Select(row => row.Name));
        Assert.All(result.Rows, row =>
        {
            Assert.Equal(AccuracyPart.Full, row.Protocol);
            Assert.InRange(row.Ndcg.Value, 0, 1);
        });
        Assert.Null(result.Rows[0].Difference);
        Assert.Equal(result.Rows[1].Ndcg.Value - result.Rows[0].Ndcg.Value, result.Rows[1].Difference!.Value, 1e-9);
        Assert.Equal((TunedPart.Lora, 3), (result.Training.Configuration, result.Training.Seed));
        Assert.True(result.Parameters > 1000 && result.TextSeconds > 0 && result.Training.Seconds >= result.TextSeconds
            && result.Training.GraphSeconds > 0);
        Assert.Equal(
            [Path.GetFileName(new PartCache(_results.Path, settings).FileOf(part))],
            Directory.EnumerateFiles(_results.Path).Select(Path.GetFileName));
    }

    private static string Program()
    {
        string folder = AppContext.BaseDirectory.Replace(
            Path.Combine("tests", "Experiments.Tests"), Path.Combine("benchmarks", "Experiments"), StringComparison.Ordinal);
        string program = Path.Combine(folder, "HybridRec.MLNet.Experiments" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        Assert.True(File.Exists(program), $"'{program}' is not there; build benchmarks/Experiments in the same configuration.");
        return program;
    }
}
