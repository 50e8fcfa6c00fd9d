using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Quantization;

public sealed class Int16AdjacencyTests
{
    [Fact]
    public void Fold_AnyMatrix_WeightsTimesScaleAreTheProducts()
    {
        CsrMatrix matrix = Samples.Matrix(50, 300, 900, seed: 1, longRow: 7);
        Int8Table table = Int8Table.Quantize(Samples.Normal(300 * 5, seed: 2), 5);
        Int16Adjacency folded = Int16Adjacency.Fold(matrix, table, threads: 1);
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int e = matrix.RowOffsets[row]; e < matrix.RowOffsets[row + 1]; e++)
            {
                double exact = (double)matrix.Values[e] * table.Scales[matrix.ColumnIndices[e]];
                Assert.InRange(Math.Abs(exact - ((double)folded.Weights[e] * folded.RowScales[row])), 0, folded.RowScales[row] * 0.50001);
            }
        }

        Assert.Equal(folded.Weights.ToArray(), Int16Adjacency.Fold(matrix, table, threads: 3).Weights.ToArray());
    }

    [Theory]
    [MemberData(nameof(Samples.AwkwardLengths), MemberType = typeof(Samples))]
    public void Folding_AnyLength_IsTheScalarTwin(int length)
    {
        float[] values = Samples.Normal(length, 1), scales = [.. Samples.Normal(50, 2, 1e-3f).Select(Math.Abs)];
        int[] columns = Samples.Integers(length, 50, 3);
        double largest = Int16FoldingReference.Largest(values, columns, scales);
        Assert.Equal(largest, Int16Folding.Largest(values, columns, scales));
        short[] expected = new short[length], actual = new short[length];
        Int16FoldingReference.Round(values, columns, scales, 32767 / largest, expected);
        Int16Folding.Round(values, columns, scales, 32767 / largest, actual);
        Assert.Equal(expected, actual);
        for (int i = 0; i < length; i++)
        {
            float[] bad = [.. values];
            bad[i] = float.NaN;
            Assert.Equal(double.NaN, Int16Folding.Largest(bad, columns, scales));
        }
    }

    [Fact]
    public void Fold_RowOfManyEqualEntries_StaysIn40Bits()
    {
        const int Degree = 200_000;
        int[] columns = [.. Enumerable.Range(0, Degree)];
        float[] weights = new float[Degree];
        Array.Fill(weights, 3f);
        var matrix = new CsrMatrix(1, Degree, [0, Degree], columns, weights);
        Int8Table table = Int8Table.FromValues(Degree, 1, [.. Enumerable.Repeat((sbyte)-128, Degree)], [.. Enumerable.Repeat(1f, Degree)]);
        Int16Adjacency folded = Int16Adjacency.Fold(matrix, table);
        Assert.InRange(Math.Abs((long)folded.Weights[0]) * Degree * 128, 1L << 36, (1L << 39) - 1);
        _ = new Int16Adjacency(matrix, folded.Weights.ToArray(), folded.RowScales.ToArray());
    }

    [Fact]
    public void Fold_ZeroWeightsAndEmptyRows_HaveTheSmallestScale()
    {
        var matrix = new CsrMatrix(2, 1, [0, 1, 1], [0], [0f]);
        Int16Adjacency folded = Int16Adjacency.Fold(matrix, Int8Table.FromValues(1, 1, [5], [1f]));
        Assert.Equal([Int8Table.SmallestScale, Int8Table.SmallestScale], folded.RowScales.ToArray());
        Assert.Equal(0, folded.Weights[0]);
    }

    [Theory]
    [InlineData(float.NaN, 1f)]
    [InlineData(float.NegativeInfinity, 1f)]
    [InlineData(float.MaxValue, float.MaxValue)]
    public void Fold_TooLarge_NamesTheRow(float weight, float scale)
    {
        var matrix = new CsrMatrix(2, 1, [0, 0, 1], [0], [weight]);
        Assert.Contains(
            "Row 1", Assert.Throws<ArgumentException>(() => Int16Adjacency.Fold(matrix, Int8Table.FromValues(1, 1, [5], [scale]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fold_IndexOutsideTheTable_Throws() =>
        Assert.Contains("3 columns and the table 2 rows", Assert.Throws<ArgumentException>(() => Int16Adjacency.Fold(
            new CsrMatrix(1, 3, [0, 1], [2], [1f]), new Int8Table(2, 4))).Message, StringComparison.Ordinal);

    [Fact]
    public void Constructor_SumsBeyond40Bits_NamesTheRow()
    {
        const int Degree = 131_073; // times 32768 times 128: above 2^39
        var matrix = new CsrMatrix(2, Degree, [0, 0, Degree], [.. Enumerable.Range(0, Degree)], new float[Degree]);
        short[] weights = new short[Degree];
        Array.Fill(weights, short.MinValue);
        Assert.Contains(
            "row 1", Assert.Throws<ArgumentException>(() => new Int16Adjacency(matrix, weights, [1, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Int16Adjacency(matrix, new short[Degree], [1, 0]));
        Assert.Throws<ArgumentException>(() => new Int16Adjacency(matrix, new short[Degree], [1, float.NaN]));
        Assert.Throws<ArgumentException>(() => new Int16Adjacency(matrix, new short[Degree], [float.PositiveInfinity, 1]));
        Assert.Throws<ArgumentException>(() => new Int16Adjacency(matrix, new short[3], [1, 1]));
    }

    [Fact]
    public void EdgeRecords_RowsAndEmptyRows_AreLaidOutAsDevicesReadThem()
    {
        var matrix = new CsrMatrix(3, 8, [0, 2, 2, 3], [1, 7, 4], [0, 0, 0]);
        var adjacency = new Int16Adjacency(matrix, [5, -1, short.MinValue], [1, 1, 1]);
        var records = new ulong[EdgeRecord.Count(adjacency, 0, 3)];
        EdgeRecord.Write(adjacency, 0, 3, records);
        Assert.Equal([0x0000_0005_0000_0001, 0x8000_FFFF_0000_0007, 0xC000_0000_0000_0000, 0x8000_8000_0000_0004], records);
    }
}
