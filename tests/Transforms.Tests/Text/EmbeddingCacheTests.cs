using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Text;

public sealed class EmbeddingCacheTests
{
    [Fact]
    public void Fit_SecondTime_AsksOnlyForNewTexts()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(2, Fit(folder, ["a", "b b"]).Asked);
        var second = Fit(folder, ["b b", "a", "c c c"]);
        Assert.Equal(1, second.Asked);
        Assert.Equal([[3f, 1, 1], [1, 0, 1], [5, 2, 1]], second.Rows);
        Assert.Equal(0, Fit(folder, ["c c c", "a"]).Asked);
        Assert.Single(Directory.GetFiles(folder.Path)); // one model, and no temporary file left
    }

    [Fact]
    public void Fit_OtherModelOrPrompt_DoesNotHit()
    {
        using var folder = new TemporaryFolder();
        Fit(folder, ["a"]);
        Assert.Equal(1, Fit(folder, ["a"], modelId: "fake-2").Asked);
        Assert.Equal(1, Fit(folder, ["a"], prompt: "> ").Asked);
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fit_DamagedCache_IsReportedAndBuiltAnew(int fault)
    {
        using var folder = new TemporaryFolder();
        Fit(folder, ["a", "b b"]);
        string file = Directory.GetFiles(folder.Path).Single();
        byte[] bytes = File.ReadAllBytes(file);
        switch (fault)
        {
            case 0:
                bytes[40] ^= 1;
                break;
            case 1:
                bytes = bytes[..^5];
                break;
            case 2:
                bytes = [];
                break;
            default:
                bytes[^1] ^= 0x80;
                break;
        }
        File.WriteAllBytes(file, bytes);
        var rebuilt = Fit(folder, ["a", "b b"]);
        Assert.Equal(2, rebuilt.Asked);
        Assert.Equal([[1f, 0, 1], [3, 1, 1]], rebuilt.Rows);
        Assert.Single(rebuilt.Log, line => line.Contains("is damaged", StringComparison.Ordinal));
        Assert.Equal(0, Fit(folder, ["a", "b b"]).Asked);
    }

    [Fact]
    public void Fit_CancelledHalfway_KeepsWhatWasEncoded()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var ml = new MLContext();
        string[] texts = [.. Enumerable.Range(0, 64).Select(i => $"text {i}")];
        var generator = new FakeGenerator(onCall: call =>
        {
            if (call == 40)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => ml.Hybrid.LlmEmbedding(new()
        {
            Encoder = TextEncoder.FromGenerator(generator, dimension: 3),
            BatchSize = 1,
            CachePath = folder.Path,
            CancellationToken = source.Token,
        }).Fit(LlmEmbeddingTests.View(ml, texts)));
        int asked = Fit(folder, texts).Asked;
        Assert.Equal(32, asked); // parts of 16: two were complete
    }

    [Fact]
    public void Fit_GeneratorWithoutModelId_RefusesTheCache()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "modelId", Assert.Throws<ArgumentException>(() => Fit(folder, ["a"], modelId: null)).Message, StringComparison.Ordinal);
    }

    private static (int Asked, List<float[]> Rows, List<string> Log) Fit(
        TemporaryFolder folder, string[] texts, string? modelId = "fake-1", string? prompt = null)
    {
        var generator = new FakeGenerator(modelId);
        var ml = new MLContext();
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.Message);
        var view = LlmEmbeddingTests.View(ml, texts);
        using var model = ml.Hybrid.LlmEmbedding(new()
        {
            Encoder = TextEncoder.FromGenerator(generator, dimension: 3),
            CachePath = folder.Path,
            Prompt = prompt
        }).Fit(view);
        return (generator.Calls.Sum(c => c.Length), LlmEmbeddingTests.Rows(model.Transform(view)), log);
    }
}
