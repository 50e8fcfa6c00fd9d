namespace HybridRec.MLNet.Accel.Tests.Search;

public sealed class ClusterIndexTests
{
    private const int Rows = 6000;
    private const int Dimension = 16;

    private static readonly float[] s_values = SearchData.Clustered(Rows, Dimension, 60, 1);
    private static readonly VectorTable s_table = new(s_values, Dimension, int8: false);

    [Fact]
    public void Search_ClusteredRows_ReachesTheRecallWithFewClusters()
    {
        ClusterIndex index = Build(0.95);
        Assert.InRange(index.Recall, 0.95, 1);
        Assert.InRange(index.Probes, 1, index.ClusterCount / 2);
        int hits = 0;
        for (int q = 0; q < 100; q++)
        {
            float[] query = Query(1000 + q);
            int[] found = new int[10];
            Assert.Equal(10, index.Search(query, [], found, new float[10]));
            hits += found.Intersect(SearchData.Best(s_values, Dimension, query, [], 10)).Count();
        }

        Assert.True(hits >= 900, $"{hits} of 1000");
    }

    [Fact]
    public void Search_RecallOfOne_IsExactOnTheCalibrationQueries()
    {
        ClusterIndex index = Build(1);
        for (int q = 0; q < 20; q++)
        {
            int[] found = new int[10];
            index.Search(Query(q), [], found, new float[10]);
            Assert.Equal(SearchData.Best(s_values, Dimension, Query(q), [], 10), found);
        }
    }

    [Fact]
    public void Search_NearlyAllExcluded_FindsTheRest()
    {
        int[] excluded = [.. Enumerable.Range(0, Rows).Where(row => row % 1000 != 7)], found = new int[10];
        Assert.Equal(6, Build(0.9).Search(Query(1), excluded, found, new float[10]));
        Assert.Equal(SearchData.Best(s_values, Dimension, Query(1), excluded, 10), found[..6]);
    }

    [Fact]
    public void Build_AnyNumberOfThreads_IsTheSame()
    {
        float[] queries = Queries(32);
        var one = ClusterIndex.Build(s_table, queries, 10, 0.95, 1, 1, CancellationToken.None);
        var two = ClusterIndex.Build(s_table, queries, 10, 0.95, 1, 2, CancellationToken.None);
        Assert.Equal((one.Probes, one.Recall), (two.Probes, two.Recall));
        int[] first = new int[20], second = new int[20];
        one.Search(Query(5), [], first, new float[20]);
        two.Search(Query(5), [], second, new float[20]);
        Assert.Equal(first, second);
    }

    [Fact]
    public void With_ChangedAndNewRows_FindsThemWhereTheyAreNow()
    {
        float[] query = Query(3), values = [.. s_values, .. query.Select(x => 50 * x)];
        query.Select(x => 49 * x).ToArray().CopyTo(values, 17 * Dimension);
        ApproximateIndex index = Build(0.95).With(new VectorTable(values, Dimension, int8: false), [17, Rows], 1, CancellationToken.None);
        int[] found = new int[2];
        index.Search(query, [], found, new float[2]);
        Assert.Equal([Rows, 17], found);
    }

    [Fact]
    public void Build_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ClusterIndex.Build(s_table, Queries(4), 10, 0.9, 1, 1, cancelled.Token));
    }

    private static ClusterIndex Build(double recall) => ClusterIndex.Build(s_table, Queries(64), 10, recall, 1, 1, CancellationToken.None);

    private static float[] Query(int seed) => Samples.Normal(Dimension, 7000 + seed);

    private static float[] Queries(int count) => [.. Enumerable.Range(0, count).SelectMany(Query)];
}
