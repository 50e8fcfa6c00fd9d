namespace HybridRec.MLNet.Accel.Tests.Backends;

public sealed class CpuAggregationBackendTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Aggregate_AnyThreads_SameBytes(int threads)
    {
        CsrMatrix matrix = Samples.Matrix(700, 10_000, 9_000, seed: 1, longRow: 100);
        float[] x = Samples.Normal(10_000 * 33, seed: 2);
        float[] one = new float[700 * 33];
        float[] many = new float[700 * 33];
        new CpuAggregationBackend(1).Aggregate(matrix, x, one, 33);
        new CpuAggregationBackend(threads).Aggregate(matrix, x, many, 33);
        Assert.Equal(one, many);
    }

    [Fact]
    public void Aggregate_AlignedOrNot_SameBytes()
    {
        CsrMatrix matrix = Samples.Matrix(60, 60, 500, seed: 1);
        float[] x = Samples.Normal(60 * 64, seed: 2);
        Memory<float> aligned = AlignedMemory.Allocate(x.Length);
        x.CopyTo(aligned);
        float[] plain = new float[60 * 64];
        Memory<float> result = AlignedMemory.Allocate(plain.Length);
        var backend = new CpuAggregationBackend();
        backend.Aggregate(matrix, x, plain, 64);
        backend.Aggregate(matrix, aligned, result, 64);
        Assert.Equal(plain, result.ToArray());
    }

    [Fact]
    public void Aggregate_NoRows_DoesNothing() =>
        new CpuAggregationBackend().Aggregate(CsrMatrix.FromCoordinates(0, 0, [], [], []), Memory<float>.Empty, Memory<float>.Empty, 64);

    [Fact]
    public void Aggregate_BadInput_Throws()
    {
        var backend = new CpuAggregationBackend();
        Assert.Throws<ArgumentNullException>(() => backend.Aggregate(null!, Memory<float>.Empty, Memory<float>.Empty, 1));
        Assert.Throws<ArgumentException>(() => backend.Aggregate(Samples.Matrix(2, 2, 2, 1), new float[3], new float[2], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CpuAggregationBackend(-1));
    }
}
