using System.Text.Json;
using HybridRec.MLNet.Experiments;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>The command that serves a sampled model both ways, on a small data set.</summary>
public sealed class ServedSampleCommandTests : IDisposable
{
    private readonly SmallData _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("graphsage")]
    [InlineData("pinsage")]
    public void Invoke_SmallData_ALineForEachWayOfServing(string model)
    {
        string folder = _data.MovieLens("ml-latest-tiny"), json = Path.Combine(folder, "lines.json");
        int code = ServedSampleCommand.Create().Parse([
            "--data", folder, "--model", model, "--fanouts", "2", "1", "--epochs", "1", "--user", "5", "--repetitions", "1", "--json",
            json]).Invoke();
        Assert.Equal(0, code);
        JsonElement[] lines = [.. File.ReadAllLines(json).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["all neighbors", "2 and 1 sampled"], lines.Select(line => line.GetProperty("served").GetString()));
        Assert.All(lines, line => Assert.All(
            (string[])["propagation", "foldIn", "request", "ndcg20"], name => Assert.True(line.GetProperty(name).GetDouble() > 0)));
        Assert.NotEqual(lines[0].GetProperty("ndcg20").GetDouble(), lines[1].GetProperty("ndcg20").GetDouble()); // other vectors
    }
}
