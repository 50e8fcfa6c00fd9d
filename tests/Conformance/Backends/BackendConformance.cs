using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Conformance;

/// <summary>
/// What every aggregation backend must do: in 8 bits the bytes of the scalar reference, the neighbors of its sampler, in Single the product
/// within rounding, and clear errors. What a backend says it cannot do has to be a clear error too. Inherit it and name the backend.
/// </summary>
public abstract class BackendConformance
{
    private const double SingleRounding = 1.0 / (1 << 23);

    /// <summary>The backend under test, made once; skips the test, with the reason, where it is not to be had.</summary>
    protected abstract IAggregationBackend Backend { get; }

    [Theory]
    [MemberData(nameof(BackendCases.Names), MemberType = typeof(BackendCases))]
    public void AggregateInt8_Case_BytesOfTheReference(string name)
    {
        (Int16Adjacency a, Int8Table x) = BackendCases.Get(name);
        var result = new Int8Table(a.Rows, x.Dimension);
        if (!Backend.Capabilities.Int8)
        {
            Assert.Throws<NotSupportedException>(() => Backend.Aggregate(a, x, result));
            return;
        }

        var expected = new Int8Table(a.Rows, x.Dimension);
        Int8AggregationReference.Multiply(a, x, expected, 0, a.Rows);
        AggregationRun run = Backend.Aggregate(a, x, result);
        AssertSame(expected, result);
        Assert.False(string.IsNullOrEmpty(run.Backend));
        Assert.True(run.Time.Value >= 0, run.Time.ToString());
    }

    [Theory]
    [MemberData(nameof(BackendCases.Names), MemberType = typeof(BackendCases))]
    public void AggregateRaw_Case_SumsOfTheReference(string name)
    {
        (Int16Adjacency a, Int8Table x) = BackendCases.Get(name);
        int[] expected = new int[a.Rows * x.Dimension], result = new int[expected.Length];
        if (!Backend.Capabilities.Int8)
        {
            Assert.Throws<NotSupportedException>(() => Backend.AggregateRaw(a, x, result));
            return;
        }

        Int8AggregationReference.MultiplyRaw(a, x, expected, 0, a.Rows);
        Backend.AggregateRaw(a, x, result);
        Assert.Equal(expected, result);
    }

    [Fact]
    public void AggregateInt8_LayersInAChain_BytesOfTheReference()
    {
        Assert.SkipUnless(Backend.Capabilities.Int8, "The backend has no 8 bits, as another test asserts.");
        CsrMatrix graph = BackendGraphs.PowerLaw(400, 21);
        Int8Table expected = Int8Table.Quantize(BackendGraphs.Normal(400 * 64, 22), 64), result = expected;
        for (int layer = 0; layer < 3; layer++)
        {
            Int8Table nextExpected = new(400, 64), next = new(400, 64);
            Int8AggregationReference.Multiply(Int16Adjacency.Fold(graph, expected), expected, nextExpected, 0, 400);
            Backend.Aggregate(Int16Adjacency.Fold(graph, result), result, next);
            AssertSame(nextExpected, next);
            (expected, result) = (nextExpected, next);
        }
    }

    [Fact]
    public async Task AggregateInt8_ManyThreadsAtOnce_EachItsOwnAnswer()
    {
        Assert.SkipUnless(Backend.Capabilities.Int8, "The backend has no 8 bits, as another test asserts.");
        string[] names = ["mixed-d64", "power-law-d65", "rounding", "any-bytes-d128"];
        await Task.WhenAll(names.Concat(names).Select(name => Task.Run(() => AggregateInt8_Case_BytesOfTheReference(name))));
    }

    [Theory]
    [MemberData(nameof(BackendCases.Dimensions), MemberType = typeof(BackendCases))]
    public void AggregateSingle_AnyDimension_ProductWithinRounding(int dimension)
    {
        foreach (CsrMatrix graph in (CsrMatrix[])[
            BackendGraphs.Mixed(31), BackendGraphs.PowerLaw(300, 32), new CsrMatrix(2, 1, [0, 0, 1], [0], [3f])])
        {
            float[] x = BackendGraphs.Normal(graph.Columns * dimension, 33), y = BackendGraphs.Same(graph.Rows * dimension, float.NaN);
            if (!Backend.Capabilities.Single)
            {
                Assert.Throws<NotSupportedException>(() => Backend.Aggregate(graph, x, y, dimension));
                return;
            }

            Backend.Aggregate(graph, x, y, dimension);
            for (int row = 0; row < graph.Rows; row++)
            {
                for (int j = 0; j < dimension; j++)
                {
                    double exact = 0, magnitudes = 0;
                    for (int e = graph.RowOffsets[row]; e < graph.RowOffsets[row + 1]; e++)
                    {
                        double term = (double)graph.Values[e] * x[(graph.ColumnIndices[e] * dimension) + j];
                        exact += term;
                        magnitudes += Math.Abs(term);
                    }

                    Assert.InRange(
                        y[(row * dimension) + j], exact - (magnitudes * SingleRounding * 16), exact + (magnitudes * SingleRounding * 16));
                }
            }
        }
    }

    [Fact]
    public void Aggregate_BadInput_IsAClearError()
    {
        Assert.SkipUnless(Backend.Capabilities.Int8, "The backend has no 8 bits, as another test asserts.");
        (Int16Adjacency a, Int8Table x) = BackendCases.Get("power-law-d8");
        Assert.Throws<ArgumentNullException>(() => Backend.Aggregate(null!, x, new Int8Table(600, 8)));
        Assert.Throws<ArgumentNullException>(() => Backend.Aggregate(a, null!, new Int8Table(600, 8)));
        Assert.Throws<ArgumentNullException>(() => Backend.Aggregate(a, x, null!));
        Assert.Contains(
            "599 rows", Assert.Throws<ArgumentException>(() => Backend.Aggregate(a, new Int8Table(599, 8), new Int8Table(600, 8))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "600 rows of 9", Assert.Throws<ArgumentException>(() => Backend.Aggregate(a, x, new Int8Table(600, 9))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "is the source", Assert.Throws<ArgumentException>(() => Backend.Aggregate(a, x, x)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Backend.AggregateRaw(a, x, new int[(600 * 8) - 1]));
        Assert.ThrowsAny<OperationCanceledException>(() => Backend.Aggregate(
            a, x, new Int8Table(600, 8), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Aggregate_ScaleBeyondSingle_NamesTheRow()
    {
        Assert.SkipUnless(Backend.Capabilities.Int8, "The backend has no 8 bits, as another test asserts.");
        var pattern = new CsrMatrix(3, 1, [0, 0, 0, 1], [0], [1f]);
        var a = new Int16Adjacency(pattern, [20_000], [1, 1, float.MaxValue]);
        Int8Table x = Int8Table.FromValues(1, 4, [100, 1, 2, 3], [1]);
        Assert.Contains(
            "row 2", Assert.Throws<ArgumentException>(() => Backend.Aggregate(a, x, new Int8Table(3, 4))).Message,
            StringComparison.Ordinal);
    }

    private static void AssertSame(Int8Table expected, Int8Table result)
    {
        Assert.Equal(expected.Scales, result.Scales);
        for (int row = 0; row < expected.Rows; row++)
        {
            if (!expected.Row(row).SequenceEqual(result.Row(row)))
                Assert.Fail($"Row {row} is {string.Join(' ', result.Row(row).ToArray())}; the reference has " +
                    $"{string.Join(' ', expected.Row(row).ToArray())}.");
        }

        Assert.True(expected.Storage.Span.SequenceEqual(result.Storage.Span), "The padding is no longer zero.");
    }
}
