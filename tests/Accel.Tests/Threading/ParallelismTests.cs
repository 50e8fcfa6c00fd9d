namespace HybridRec.MLNet.Accel.Tests.Threading;

public sealed class ParallelismTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void For_AnyThreads_RunsEachChunkOnce(int threads)
    {
        int[] runs = new int[1_000];
        Parallelism.For(runs.Length, threads, chunk => Interlocked.Increment(ref runs[chunk]));
        Assert.All(runs, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void For_ChunkThrows_ThrowsItsOwnException(int threads)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Parallelism.For(50, threads, chunk =>
        {
            if (chunk == 17)
                throw new InvalidDataException("chunk 17");
        }));
        Assert.Equal("chunk 17", error.Message);
    }

    [Fact]
    public void For_Nested_Finishes()
    {
        int total = 0;
        Parallelism.For(20, 8, _ => Parallelism.For(20, 8, _ => Interlocked.Increment(ref total)));
        Assert.Equal(400, total);
    }

    [Fact]
    public void For_BadInput_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.For(-1, 1, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.For(1, -1, _ => { }));
        Parallelism.For(0, 4, _ => Assert.Fail("there is no chunk"));
    }
}
