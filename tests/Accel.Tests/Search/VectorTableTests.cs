namespace HybridRec.MLNet.Accel.Tests.Search;

public sealed class VectorTableTests
{
    [Theory]
    [InlineData(3000, 64, 10, true)]
    [InlineData(3000, 64, 10, false)]
    [InlineData(2500, 33, 1, true)]
    [InlineData(2500, 7, 100, true)]
    [InlineData(5, 8, 10, true)]
    [InlineData(5, 8, 10, false)]
    public void Search_Anything_FindsTheExactBest(int rows, int d, int k, bool int8)
    {
        float[] values = SearchData.Clustered(rows, d, 20, 1);
        var table = new VectorTable(values, d, int8);
        for (int q = 0; q < 20; q++)
        {
            float[] query = q == 0 ? new float[d] : q < 10 ? Samples.Normal(d, 100 + q) : values[(q * d % values.Length)..][..d];
            int[] excluded = q % 2 == 0 ? [] : [0, 2, rows - 1], found = new int[k];
            float[] scores = new float[k];
            int count = table.Search(query, excluded, found, scores);
            int[] expected = SearchData.Best(values, d, query, excluded, k);
            Assert.Equal(expected, found[..count]);
            for (int i = 0; i < count; i++)
                Tolerance.AssertSum(SearchData.Dot(values, d, query, found[i]), scores[i], 4 * d);
        }
    }

    [Fact]
    public void Search_OneRowFarLonger_IsStillExact()
    {
        // Its error of rounding is far above what the others differ by.
        const int Dimension = 32;
        float[] values = SearchData.Clustered(2000, Dimension, 5, 3);
        for (int j = 0; j < Dimension; j++)
            values[(1234 * Dimension) + j] *= j % 2 == 0 ? 1e4f : -1e4f;
        var table = new VectorTable(values, Dimension, int8: true);
        for (int q = 0; q < 10; q++)
        {
            float[] query = Samples.Normal(Dimension, 50 + q);
            int[] found = new int[10];
            table.Search(query, [], found, new float[10]);
            Assert.Equal(SearchData.Best(values, Dimension, query, [], 10), found);
        }
    }

    [Fact]
    public void Search_EqualScores_ComeByRow()
    {
        float[] values = new float[4000 * 3];
        Array.Fill(values, 0.3f);
        foreach (bool int8 in (bool[])[false, true])
        {
            int[] found = new int[5];
            Assert.Equal(5, new VectorTable(values, 3, int8).Search([1, 1, 1], [1, 3], found, new float[5]));
            Assert.Equal([0, 2, 4, 5, 6], found);
        }
    }

    [Fact]
    public void Search_AnyNumberOfThreads_IsTheSame()
    {
        float[] values = SearchData.Clustered(9000, 16, 20, 1), query = Samples.Normal(16, 9), one = new float[50], two = new float[50];
        int[] first = new int[50], second = new int[50];
        new VectorTable(values, 16, int8: true, threads: 1).Search(query, [], first, one);
        new VectorTable(values, 16, int8: true, threads: 2).Search(query, [], second, two);
        Assert.Equal(first, second);
        Assert.Equal(one, two);
    }

    [Fact]
    public void Normalized_RowOfZeros_StaysAndOthersHaveLengthOne()
    {
        var table = VectorTable.Normalized([3, 4, 0, 0], 2, int8: true);
        Assert.Equal([0.6f, 0.8f, 0, 0], table.Values.ToArray());
    }

    [Fact]
    public void Constructor_NumberThatIsNotFinite_NamesTheRow() => Assert.Contains(
        "Row 1", Assert.Throws<ArgumentException>(() => new VectorTable(new float[] { 1, 2, float.NaN, 4 }, 2, int8: true)).Message,
        StringComparison.Ordinal);
}
