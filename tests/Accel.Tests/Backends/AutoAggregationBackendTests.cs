using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Backends;

public sealed class AutoBackendConformance : BackendConformance
{
    protected override IAggregationBackend Backend { get; } = new AutoAggregationBackend(
        new AggregationSettings(), [], (_, _) => throw new InvalidOperationException());
}

public sealed class AutoSamplingConformance : SamplingConformance
{
    protected override IAggregationBackend Backend { get; } = new AutoAggregationBackend(
        new AggregationSettings(), [], (_, _) => throw new InvalidOperationException());
}

public sealed class AutoAggregationBackendTests
{
    private static readonly AggregationWork s_large = new(100_000_000, 1_000_000, 1_000_000, 64, Int8: true);

    [Fact]
    public void Explain_SmallNeighborhood_IsTheProcessorsAndOpensNoDevice()
    {
        using var auto = new AutoAggregationBackend(
            new AggregationSettings(), ["cpu", "fast"], (_, _) => throw new InvalidOperationException("A device was opened."));
        (string Backend, string Explanation) choice = auto.Explain(new AggregationWork(200, 1, 70_000, 64, Int8: true));
        Assert.Equal("cpu", choice.Backend);
        Assert.Contains("Small neighborhoods", choice.Explanation, StringComparison.Ordinal);
        Assert.Contains("modeled", choice.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Aggregate_LargeWork_RunsOnTheCheapestAndSaysWhy()
    {
        var fast = new Fake("fast", 1e-6);
        using var auto = new AutoAggregationBackend(
            new AggregationSettings(), ["cpu", "auto", "fast", "slow", "silent", "absent"], (name, _) => name switch
            {
                "fast" => fast,
                "slow" => new Fake("slow", 1e6),
                "silent" => new Fake("silent", null),
                _ => throw new BackendUnavailableException("no such card"),
            });
        (string Backend, string Explanation) choice = auto.Explain(s_large);
        Assert.Equal("fast", choice.Backend);
        foreach (string part in (string[])["cpu: ", "slow: ", "silent: does not say what it costs", "absent: not to be had: no such card"])
            Assert.Contains(part, choice.Explanation, StringComparison.Ordinal);
        CsrMatrix graph = BackendGraphs.OfDegrees(3000, BackendGraphs.Same(300, 2000), 1);
        Int8Table x = Int8Table.Quantize(BackendGraphs.Normal(3000 * 64, 2), 64), y = new(300, 64);
        AggregationRun run = auto.Aggregate(Int16Adjacency.Fold(graph, x), x, y);
        Assert.Equal(("fast", 1), (run.Backend, fast.Calls));
        auto.Aggregate(graph, new float[3000 * 64], new float[300 * 64], 64); // has no Single: the processor
        Assert.Equal(1, fast.Calls);
        Assert.Equal("cpu", auto.Explain(s_large with { Int8 = false }).Backend);
        Assert.Equal(choice, auto.Explain(s_large));
    }

    [Fact]
    public void Create_Forced_TakesTheForcedOneWhateverIsAsked()
    {
        Assert.Equal("cpu", AggregationBackends.Create("opencl", new AggregationSettings(), "cpu").Name);
        Assert.Equal("cpu", AggregationBackends.ParseForced("cpu"));
        Assert.Null(AggregationBackends.ParseForced(""));
        Assert.Contains(
            "HYBRIDREC_BACKEND is 'abacus'",
            Assert.Throws<InvalidOperationException>(() => AggregationBackends.ParseForced("abacus")).Message, StringComparison.Ordinal);
    }

    private sealed class Fake(string name, double? seconds) : IAggregationBackend
    {
        public string Name => name;

        public int Calls { get; private set; }

        public AggregationCapabilities Capabilities { get; } = new() { Int8 = true };

        public AggregationEstimate? Estimate(AggregationWork work) =>
            seconds is { } value ? new(new Figure(value, "s", Provenance.Modeled), "made up") : null;

        public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension) =>
            throw new NotSupportedException();

        public AggregationRun Aggregate(
            Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default)
        {
            Calls++;
            return new AggregationRun(Name, Figure.Measured(TimeSpan.Zero));
        }
    }
}
