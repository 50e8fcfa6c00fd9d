using System.Text.Json;
using HybridRec.MLNet.Experiments.Paper;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>What a study keeps, by what, and how it goes on.</summary>
public sealed class PartCacheTests : IDisposable
{
    private static readonly PaperPart s_first = new("accuracy", 1), s_second = new("accuracy", 2);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "hybridrec-" + Guid.NewGuid().ToString("N"));
    private readonly List<PaperPart> _computed = [];

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void FileOf_SameConfiguration_SameFile() =>
        Assert.Equal(Cache(new PaperSettings("a")).FileOf(s_first), Cache(new PaperSettings("a")).FileOf(new PaperPart("accuracy", 1)));

    [Fact]
    public void FileOf_AnyDifference_AnotherFile()
    {
        var settings = new PaperSettings("a");
        string[] files =
        [
            .. ((PaperSettings[])[
                settings, settings with { Data = "b" }, settings with { Epochs = 3 }, settings with { Patience = 9 },
                settings with { FinalEpochs = 9 }, settings with { RankerEpochs = 9 },
                settings with { EncoderLayers = 2 }, settings with { EncoderDimension = 64 }, settings with { Version = 99 },
                settings with { Users = 5 }]).Select(other => Cache(other).FileOf(s_first)),
            Cache(settings).FileOf(s_second), Cache(settings).FileOf(new PaperPart("training", 1)),
            Cache(settings).FileOf(new PaperPart("training", 1, TrainingPart.Gnn)), Cache(settings).FileOf(new PaperPart("latency", 1)),
        ];
        Assert.Equal(files.Length, files.Distinct().Count());
    }

    [Fact]
    public void FileOf_Encoder_IsWhatIsInItAndOnlyOfTheTunedPart()
    {
        PaperPart tuned = new("tuned", 1);
        string Encoder(string name, string content)
        {
            string pooling = Directory.CreateDirectory(Path.Combine(_folder, name, "1_Pooling")).FullName;
            File.WriteAllText(Path.Combine(pooling, "config.json"), content);
            return Path.Combine(_folder, name);
        }

        PaperSettings first = new("a") { Encoder = Encoder("one", "mean") }, copied = new("a") { Encoder = Encoder("two", "mean") },
            other = new("a") { Encoder = Encoder("three", "cls") };
        Assert.Equal(Cache(first).FileOf(tuned), Cache(copied).FileOf(tuned));
        Assert.NotEqual(Cache(first).FileOf(tuned), Cache(other).FileOf(tuned));
        Assert.Equal(Cache(new PaperSettings("a")).FileOf(s_first), Cache(other).FileOf(s_first));
    }

    [Fact]
    public void FileOf_Users_ConcernNeitherTrainingNorLatency() =>
        Assert.All((PaperPart[])[new("training", 1, TrainingPart.Gnn), new("latency", 1)], part =>
            Assert.Equal(Cache(new PaperSettings("a")).FileOf(part), Cache(new PaperSettings("a") { Users = 5 }).FileOf(part)));

    [Fact]
    public void FileOf_DataThatIsAFolder_IsNamedByIt() => Assert.StartsWith(
        "mine-accuracy-",
        Path.GetFileName(Cache(new PaperSettings(Path.Combine("some", "mine") + Path.DirectorySeparatorChar)).FileOf(s_first)),
        StringComparison.Ordinal);

    [Fact]
    public void Get_Twice_IsComputedOnce()
    {
        PartCache cache = Cache(SmallStudy.Settings);
        Cached<AccuracyResult> first = cache.Get<AccuracyResult>(s_first, _ => { }),
            again = Cache(SmallStudy.Settings).Get<AccuracyResult>(s_first, _ => { });
        Assert.Equal([s_first], _computed);
        Assert.Equal(JsonSerializer.Serialize(first), JsonSerializer.Serialize(again));
        Assert.Equal(JsonSerializer.Serialize(SmallStudy.Accuracy(1)), JsonSerializer.Serialize(again)); // nothing is lost on the way
    }

    [Fact]
    public void Get_Anew_IsComputedAgain()
    {
        PartCache cache = Cache(SmallStudy.Settings);
        cache.Get<AccuracyResult>(s_first, _ => { });
        cache.Get<AccuracyResult>(s_first, _ => { }, anew: true);
        Assert.Equal([s_first, s_first], _computed);
    }

    [Fact]
    public void Get_AfterAPartFailed_KeepsThoseBeforeIt()
    {
        var failing = new PartCache(_folder, SmallStudy.Settings, (part, file, log) =>
        {
            if (part == s_second)
            {
                File.WriteAllText(file + ".part", "{ half of a res"); // where a process that is killed stops
                throw new InvalidOperationException("killed");
            }

            Compute(part, file, log);
        });
        failing.Get<AccuracyResult>(s_first, _ => { });
        Assert.Throws<InvalidOperationException>(() => failing.Get<AccuracyResult>(s_second, _ => { }));
        PartCache later = Cache(SmallStudy.Settings);
        later.Get<AccuracyResult>(s_first, _ => { });
        Assert.Equal(2, later.Get<AccuracyResult>(s_second, _ => { }).Result.Seed);
        Assert.Equal([s_first, s_second], _computed); // the first only once
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"part\": { \"kind\": \"accuracy\"")]
    public void Get_DamagedFile_NamesIt(string content)
    {
        PartCache cache = Cache(SmallStudy.Settings);
        File.WriteAllText(cache.FileOf(s_first), content);
        var thrown = Assert.Throws<InvalidDataException>(() => cache.Get<AccuracyResult>(s_first, _ => { }));
        Assert.Contains(cache.FileOf(s_first), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_FileOfAnotherPart_IsNotTaken()
    {
        PartCache cache = Cache(SmallStudy.Settings);
        cache.Get<AccuracyResult>(s_second, _ => { });
        File.Copy(cache.FileOf(s_second), cache.FileOf(s_first));
        Assert.Throws<InvalidDataException>(() => cache.Get<AccuracyResult>(s_first, _ => { }));
    }

    [Fact]
    public void Compute_UnknownKind_NamesThoseThatThereAre()
    {
        var thrown = Assert.Throws<ArgumentException>(() => PartCache.Compute(
            SmallStudy.Settings, new PaperPart("speed", 1), Path.Combine(_folder, "x")));
        Assert.Contains("accuracy, training, latency or tuned", thrown.Message, StringComparison.Ordinal);
    }

    private PartCache Cache(PaperSettings settings) => new(_folder, settings, Compute);

    private void Compute(PaperPart part, string file, Action<string> log)
    {
        _computed.Add(part);
        log("computing");
        PartCache.Write(file, SmallStudy.Accuracy(part.Seed));
    }
}
