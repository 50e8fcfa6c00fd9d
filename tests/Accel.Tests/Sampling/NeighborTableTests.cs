using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Sampling;

public sealed class NeighborTableTests
{
    [Fact]
    public void XorShift32_KnownSeed_KnownNumbers()
    {
        // Worked out apart from this code: fmix32(1 ^ 2 * 0x9E3779B9) and the steps 13, 17, 5.
        var random = new XorShift32(1, 2);
        uint[] drawn = [random.NextBits(), random.NextBits(), random.NextBits()];
        Assert.Equal(Expected(1, 2, 3), drawn);
        var zero = new XorShift32(0, 0);
        Assert.NotEqual(0u, zero.NextBits());
    }

    [Fact]
    public void Sample_Uniform_EverySetIsAsLikely()
    {
        NeighborTable table = NeighborTable.Uniform(Star(5));
        var seen = new Dictionary<string, int>();
        int[] drawn = new int[2];
        for (uint seed = 0; seed < 20_000; seed++)
        {
            Assert.Equal(2, NeighborSamplingReference.Sample(table, 0, seed, drawn));
            string key = string.Join(',', drawn.Order());
            seen[key] = seen.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(10, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, 2000 - 250, 2000 + 250)); // six standard deviations
    }

    [Fact]
    public void Sample_Importance_FollowsTheWeights()
    {
        NeighborTable table = NeighborTable.Importance(Star(4, 1, 2, 0, 5));
        int[] counts = new int[4], drawn = new int[4];
        for (uint seed = 0; seed < 10_000; seed++)
        {
            Assert.Equal(4, NeighborSamplingReference.Sample(table, 0, seed, drawn));
            foreach (int neighbor in drawn)
                counts[neighbor]++;
        }

        Assert.Equal(0, counts[2]);
        Assert.InRange(counts[0], 5000 - 450, 5000 + 450);
        Assert.InRange(counts[1], 10_000 - 600, 10_000 + 600);
        Assert.InRange(counts[3], 25_000 - 650, 25_000 + 650);
    }

    [Fact]
    public void Sample_FewNeighbors_AllInTheirOrder()
    {
        int[] drawn = new int[5];
        Assert.Equal(3, NeighborSamplingReference.Sample(NeighborTable.Uniform(Star(3)), 0, 9, drawn));
        Assert.Equal([0, 1, 2, -1, -1], drawn);
        Assert.Equal(0, NeighborSamplingReference.Sample(NeighborTable.Importance(Star(3)), 1, 9, drawn));
        Assert.Equal([-1, -1, -1, -1, -1], drawn);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0f)]
    public void Importance_BadWeights_NameTheRow(float weight) =>
        Assert.Contains(
            "ow 0", Assert.Throws<ArgumentException>(() => NeighborTable.Importance(Star(2, weight, 0))).Message, StringComparison.Ordinal);

    private static CsrMatrix Star(int degree, params float[] weights) => new(
        2, degree, [0, degree, degree], [.. Enumerable.Range(0, degree)],
        weights.Length > 0 ? weights : [.. Enumerable.Repeat(1f, degree)]);

    private static uint[] Expected(uint seed, uint node, int count)
    {
        ulong h = (seed ^ (node * 0x9E3779B9UL)) & 0xFFFFFFFF;
        h = (h ^ (h >> 16)) * 0x85EBCA6B & 0xFFFFFFFF;
        h = (h ^ (h >> 13)) * 0xC2B2AE35 & 0xFFFFFFFF;
        h ^= h >> 16;
        var numbers = new uint[count];
        for (int i = 0; i < count; i++)
        {
            h ^= (h << 13) & 0xFFFFFFFF;
            h ^= h >> 17;
            h ^= (h << 5) & 0xFFFFFFFF;
            numbers[i] = (uint)h;
        }

        return numbers;
    }
}
