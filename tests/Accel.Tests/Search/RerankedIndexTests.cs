namespace HybridRec.MLNet.Accel.Tests.Search;

public sealed class RerankedIndexTests
{
    private const int Rows = 4000;
    private const int Dimension = 16;

    private static readonly float[] s_values = SearchData.Clustered(Rows, Dimension, 60, 1);
    private static readonly VectorTable s_table = new(s_values, Dimension, int8: false);

    [Fact]
    public void Build_IndexThatMisses_AsksForMoreUntilTheRecall()
    {
        RerankedIndex index = Build(new SloppyFactory(), 0.95);
        Assert.InRange(index.Recall, 0.95, 1);
        Assert.InRange(index.Effort, 11, (Rows / 8) - 1);
        int hits = 0;
        for (int q = 0; q < 100; q++)
        {
            int[] found = Found(index, Query(1000 + q), []);
            Assert.Equal(10, found.Length);
            hits += found.Intersect(SearchData.Best(s_values, Dimension, Query(1000 + q), [], 10)).Count();
        }

        Assert.True(hits >= 900, $"{hits} of 1000");
    }

    [Fact]
    public void Build_IndexThatFindsTheWorst_ScansTheTableAlsoWhenItHasGrown()
    {
        var factory = new SloppyFactory { Worst = true };
        RerankedIndex index = Build(factory, 0.5);
        Assert.Equal(1, index.Recall);
        Assert.Equal(SearchData.Best(s_values, Dimension, Query(3), [], 10), Found(index, Query(3), []));
        float[] values = [.. s_values, .. Samples.Normal(200 * Dimension, 5)];
        ApproximateIndex grown = index.With(
            new VectorTable(values, Dimension, int8: false), [.. Enumerable.Range(Rows, 200)], 1, CancellationToken.None);
        Assert.Equal(SearchData.Best(values, Dimension, Query(3), [], 10), Found(grown, Query(3), []));
        _ = index.With(s_table, [.. Enumerable.Range(0, Rows)], 1, CancellationToken.None);
        Assert.Equal(1, factory.Built); // never asked, so never built again
    }

    [Fact]
    public void Search_ScoresAndOrder_AreTheTables()
    {
        RerankedIndex index = Build(new SloppyFactory(), 0.9);
        int[] rows = new int[10];
        float[] scores = new float[10];
        Assert.Equal(10, index.Search(Query(2), [], rows, scores));
        Assert.Equal(scores.OrderDescending(), scores);
        for (int i = 0; i < rows.Length; i++)
            Assert.Equal(SearchData.Dot(s_values, Dimension, Query(2), rows[i]), scores[i], 1e-4);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(3600)]
    public void Search_TheBestExcluded_FindsTheNextOnes(int exclusions)
    {
        RerankedIndex index = Build(new SloppyFactory(), 0.95);
        int hits = 0;
        for (int q = 0; q < 20; q++)
        {
            int[] excluded = [.. SearchData.Best(s_values, Dimension, Query(q), [], exclusions).Order()];
            int[] found = Found(index, Query(q), excluded);
            Assert.Equal(10, found.Length);
            Assert.Empty(found.Intersect(excluded));
            hits += found.Intersect(SearchData.Best(s_values, Dimension, Query(q), excluded, 10)).Count();
        }

        Assert.True(hits >= 0.8 * 200, $"{hits} of 200");
    }

    [Fact]
    public void Search_IndexFindsFewerThanAsked_ListIsNotShort() =>
        Assert.Equal(200, Found(Build(new SloppyFactory { Finds = 60 }, 0.1), Query(1), [], 200).Length);

    [Fact]
    public void With_FewChangedAndNewRows_FindsThemWithoutBuilding()
    {
        var factory = new SloppyFactory();
        float[] query = Query(3), values = [.. s_values, .. query.Select(x => 50 * x)];
        query.Select(x => 49 * x).ToArray().CopyTo(values, 17 * Dimension);
        ApproximateIndex once = Build(factory, 0.95).With(
            new VectorTable(values, Dimension, int8: false), [17, Rows], 1, CancellationToken.None);
        Assert.Equal([Rows, 17], Found(once, query, [], 2));
        Assert.Equal(17, Found(once, query, [Rows], 1)[0]);

        // 17 goes back to where it was; what a second change leaves as it is, stays known.
        s_values.AsSpan(17 * Dimension, Dimension).CopyTo(values.AsSpan(17 * Dimension));
        ApproximateIndex twice = once.With(new VectorTable(values, Dimension, int8: false), [17], 1, CancellationToken.None);
        Assert.Equal([Rows, .. SearchData.Best(s_values, Dimension, query, [], 1)], Found(twice, query, [], 2));
        Assert.Equal(1, factory.Built);
    }

    [Fact]
    public void With_ManyChangedRows_IsBuiltAnew()
    {
        var factory = new SloppyFactory();
        float[] values = [.. s_values.Select(x => -x)];
        ApproximateIndex index = Build(factory, 0.95).With(
            new VectorTable(values, Dimension, int8: false), [.. Enumerable.Range(0, Rows)], 1, CancellationToken.None);
        Assert.Equal(2, factory.Built);
        Assert.True(Found(index, Query(5), []).Intersect(SearchData.Best(values, Dimension, Query(5), [], 10)).Count() >= 8);
    }

    [Fact]
    public void BuildAndWith_Cancelled_Throw()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => RerankedIndex.Build(
            new SloppyFactory(), s_table, Query(1), 10, 0.9, 1, cancelled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => Build(new SloppyFactory(), 0.9).With(
            s_table, [.. Enumerable.Range(0, Rows)], 1, cancelled.Token));
    }

    private static RerankedIndex Build(IVectorIndexFactory factory, double recall) =>
        RerankedIndex.Build(factory, s_table, Enumerable.Range(0, 64).SelectMany(Query).ToArray(), 10, recall, 1, CancellationToken.None);

    private static int[] Found(ApproximateIndex index, float[] query, int[] excluded, int count = 10)
    {
        int[] rows = new int[count];
        return rows[..index.Search(query, excluded, rows, new float[count])];
    }

    private static float[] Query(int seed) => Samples.Normal(Dimension, 7000 + seed);

    /// <summary>
    /// Leaves out every eighth number of a row, so that it misses some of the best and finds more where it is asked for more.
    /// </summary>
    private sealed class SloppyFactory : IVectorIndexFactory
    {
        public int Finds { get; init; } = int.MaxValue;

        public bool Worst { get; init; }

        public int Built { get; private set; }

        public IVectorIndex Create(ReadOnlyMemory<float> vectors, int dimension, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Built++;
            return new SloppyIndex(Worst ? Array.ConvertAll(vectors.ToArray(), x => -x) : vectors.ToArray(), dimension, Finds);
        }
    }

    private sealed class SloppyIndex(float[] values, int d, int finds) : IVectorIndex
    {
        public int Search(ReadOnlySpan<float> query, Span<int> rows)
        {
            float[] scores = new float[values.Length / d];
            for (int row = 0; row < scores.Length; row++)
            {
                for (int j = 0; j < d; j++)
                    scores[row] += j % 8 == 7 ? 0 : query[j] * values[(row * d) + j];
            }

            int[] found = [.. Enumerable.Range(0, scores.Length).OrderByDescending(row => scores[row]).Take(Math.Min(finds, rows.Length))
                .Order()];
            found.CopyTo(rows);
            return found.Length;
        }
    }
}
