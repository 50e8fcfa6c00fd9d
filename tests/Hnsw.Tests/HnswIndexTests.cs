using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Tests.Hnsw;

/// <summary>The graph itself: what it finds, what it refuses, and that it is the same every time and from any number of threads.</summary>
public sealed class HnswIndexTests
{
    private const int Rows = 3000, Dimension = 24;

    private static readonly float[] s_values = Normal(Rows, 1);
    private static readonly Lazy<IVectorIndex> s_index = new(() => new HnswIndexFactory().Create(
        s_values, Dimension, CancellationToken.None));

    public HnswIndexTests() => NativeUSearch.Require();

    [Fact]
    public void Search_MoreAskedFor_FindsMoreOfTheBest()
    {
        double few = Recall(10), many = Recall(100);
        Assert.InRange(few, 0.5, 0.999);
        Assert.InRange(many, 0.98, 1);
        Assert.True(many > few, $"{many} and {few}");
    }

    [Fact]
    public void Search_Rows_AreDistinctAndOfTheTable()
    {
        int[] rows = new int[500];
        Assert.Equal(500, s_index.Value.Search(Query(1), rows));
        Assert.Equal(500, rows.Distinct().Count(row => row is >= 0 and < Rows));
    }

    [Fact]
    public void Search_MoreThanThereAre_FindsAll()
    {
        IVectorIndex small = new HnswIndexFactory().Create(s_values.AsMemory(0, 7 * Dimension), Dimension, CancellationToken.None);
        int[] rows = new int[20];
        Assert.Equal(7, small.Search(Query(1), rows));
        Assert.Equal(Enumerable.Range(0, 7), rows[..7].Order());
        Assert.Equal(0, new HnswIndexFactory().Create(Array.Empty<float>(), Dimension, CancellationToken.None).Search(Query(1), rows));
    }

    [Fact]
    public void Create_Twice_IsTheSameGraph()
    {
        IVectorIndex again = new HnswIndexFactory().Create(s_values, Dimension, CancellationToken.None);
        for (int q = 0; q < 50; q++)
            Assert.Equal(Found(s_index.Value, Query(q), 30), Found(again, Query(q), 30));
    }

    // USearch refuses a search that finds no slot; no more are let through than it has.
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Search_FromMoreThreadsThanCores_AnswersEach(int searches)
    {
        IVectorIndex index = new HnswIndexFactory { Searches = searches }.Create(s_values, Dimension, CancellationToken.None);
        int[][] expected = [.. Enumerable.Range(0, 40).Select(q => Found(s_index.Value, Query(q), 200))];
        var threads = Enumerable.Range(0, (4 * Environment.ProcessorCount) + 8).Select(t => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < 200; i++)
                    Assert.Equal(expected[(i + t) % 40], Found(index, Query((i + t) % 40), 200));
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        await Task.WhenAll(threads);
    }

    [Theory]
    [InlineData(1, 128, "M")]
    [InlineData(513, 128, "M")]
    [InlineData(16, 0, "EfConstruction")]
    [InlineData(16, 65_537, "EfConstruction")]
    public void Create_OptionOutOfRange_NamesIt(int m, int efConstruction, string name)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() =>
            new HnswIndexFactory { M = m, EfConstruction = efConstruction }.Create(s_values, Dimension, CancellationToken.None));
        Assert.Contains($"HnswIndexFactory: {name} is ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateAndSearch_WrongLengths_Throw()
    {
        Assert.Throws<ArgumentException>(() => new HnswIndexFactory().Create(new float[25], Dimension, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswIndexFactory().Create(s_values, 0, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => s_index.Value.Search(new float[Dimension - 1], new int[5]));
    }

    [Fact]
    public void Create_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => new HnswIndexFactory().Create(s_values, Dimension, cancelled.Token));
    }

    private static double Recall(int asked)
    {
        int hits = 0;
        for (int q = 0; q < 100; q++)
        {
            float[] query = Query(q);
            int[] best = [.. Enumerable.Range(0, Rows).OrderByDescending(row => Dot(query, row)).Take(10)];
            hits += Found(s_index.Value, query, asked).Intersect(best).Count();
        }

        return hits / 1000.0;
    }

    private static double Dot(float[] query, int row)
    {
        double sum = 0;
        for (int j = 0; j < Dimension; j++)
            sum += (double)query[j] * s_values[(row * Dimension) + j];
        return sum;
    }

    private static int[] Found(IVectorIndex index, float[] query, int count)
    {
        int[] rows = new int[count];
        return rows[..index.Search(query, rows)];
    }

    private static float[] Query(int q) => Normal(1, 1000 + q);

    private static float[] Normal(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * Dimension)
            .Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
