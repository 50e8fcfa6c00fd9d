namespace HybridRec.MLNet.Accel.Tests.Backends;

public sealed class AggregationBackendsTests
{
    [Fact]
    public void Create_Unknown_NamesThoseThereAre() =>
        Assert.Contains(
            "cpu", Assert.Throws<ArgumentException>(() => AggregationBackends.Create("abacus")).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_Unavailable_ThrowsUnlessTheCpuMayTakeItsPlace()
    {
        AggregationBackends.Register("broken", _ => throw new BackendUnavailableException("no such card; plug one in"));
        Assert.Contains(
            "plug one in", Assert.Throws<BackendUnavailableException>(() => AggregationBackends.Create("broken")).Message,
            StringComparison.Ordinal);
        var log = new List<string>();
        long before = AggregationBackends.FallbackCount;
        IAggregationBackend taken = AggregationBackends.Create("broken", new AggregationSettings { AllowFallback = true, Log = log.Add });
        Assert.Equal("cpu", taken.Name);
        Assert.True(AggregationBackends.FallbackCount > before);
        Assert.Contains("plug one in", Assert.Single(log), StringComparison.Ordinal);
    }

    [Fact]
    public void Capabilities_OfABackendThatSaysNothing_AreSingleOnly()
    {
        IAggregationBackend plain = new Plain();
        Assert.True(plain.Capabilities.Single);
        Assert.False(plain.Capabilities.Int8 || plain.Capabilities.Sampling);
        var matrix = new CsrMatrix(1, 1, [0, 1], [0], [1f]);
        var table = new Int8Table(1, 4);
        Int16Adjacency folded = Int16Adjacency.Fold(matrix, table);
        Assert.Contains(
            "'plain' has no Int8", Assert.Throws<NotSupportedException>(() => plain.Aggregate(folded, table, new Int8Table(1, 4))).Message,
            StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => plain.AggregateRaw(folded, table, new int[4]));
        Assert.Throws<NotSupportedException>(() => plain.Sample(NeighborTable.Uniform(matrix), new int[1], 1, 0, new int[1], new int[1]));
    }

    private sealed class Plain : IAggregationBackend
    {
        public string Name => "plain";

        public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension) =>
            destination.Span.Clear();
    }

    [Theory]
    [InlineData("opencl", "HybridRec.MLNet.Accel.OpenCl")]
    [InlineData("fpga", "HybridRec.MLNet.Accel.Fpga")]
    [InlineData("fpga-sim", "HybridRec.MLNet.Accel.Fpga")]
    public void Create_BackendOfAPackageThatIsNotRegistered_NamesThePackage(string name, string package)
    {
        Assert.Equal(["auto", "cpu"], AggregationBackends.Names.Where(known => known is "auto" or "cpu" || known == name));
        Assert.Contains(
            package, Assert.Throws<ArgumentException>(() => AggregationBackends.Create(name)).Message, StringComparison.Ordinal);
        Assert.Contains(
            package, Assert.Throws<InvalidOperationException>(() => AggregationBackends.ParseForced(name)).Message,
            StringComparison.Ordinal);
    }
}
