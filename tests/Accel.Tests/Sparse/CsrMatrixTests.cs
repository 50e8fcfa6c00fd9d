using CsCheck;

namespace HybridRec.MLNet.Accel.Tests.Sparse;

public sealed class CsrMatrixTests
{
    private static readonly Gen<CsrMatrix> s_matrices =
        from rows in Gen.Int[0, 12]
        from columns in Gen.Int[0, 12]
        from entries in Gen.Select(Gen.Int[0, Math.Max(0, rows - 1)], Gen.Int[0, Math.Max(0, columns - 1)], Gen.Float[-8, 8])
            .Array[0, rows * columns == 0 ? 0 : 60]
        select CsrMatrix.FromCoordinates(
            rows, columns, [.. entries.Select(e => e.Item1)], [.. entries.Select(e => e.Item2)], [.. entries.Select(e => e.Item3)]);

    [Fact]
    public void Transpose_Twice_IsIdentity() => s_matrices.Sample(matrix =>
    {
        CsrMatrix twice = matrix.Transpose().Transpose();
        return twice.Rows == matrix.Rows && twice.Columns == matrix.Columns
            && twice.RowOffsets.SequenceEqual(matrix.RowOffsets)
            && twice.ColumnIndices.SequenceEqual(matrix.ColumnIndices)
            && twice.Values.SequenceEqual(matrix.Values);
    });

    [Fact]
    public void RowChunks_AnyMatrix_CoverEachRowOnce() => s_matrices.Sample(matrix =>
    {
        ReadOnlySpan<int> chunks = matrix.RowChunks;
        bool ascending = true;
        for (int c = 1; c < chunks.Length; c++)
            ascending &= chunks[c] >= chunks[c - 1];
        return ascending && chunks[0] == 0 && chunks[^1] == matrix.Rows;
    });

    [Fact]
    public void RowChunks_LongRow_IsAloneInItsChunk()
    {
        CsrMatrix matrix = Samples.Matrix(1_000, 10_000, 3_000, seed: 1, longRow: 500);
        int[] chunks = matrix.RowChunks.ToArray();
        int chunk = Enumerable.Range(0, chunks.Length - 1).Single(c => chunks[c] <= 500 && 500 < chunks[c + 1]);
        int work = matrix.RowOffsets[chunks[chunk + 1]] - matrix.RowOffsets[chunks[chunk]];
        Assert.InRange(work, 10_000, 10_300);
    }

    [Fact]
    public void FromCoordinates_DuplicatesAndAnyOrder_AreSummedAndSorted()
    {
        CsrMatrix matrix = CsrMatrix.FromCoordinates(3, 4, [2, 0, 2, 0], [3, 1, 3, 0], [1f, 2f, 4f, 8f]);
        Assert.Equal([0, 2, 2, 3], matrix.RowOffsets.ToArray());
        Assert.Equal([0, 1, 3], matrix.ColumnIndices.ToArray());
        Assert.Equal([8f, 2f, 5f], matrix.Values.ToArray());
    }

    [Fact]
    public void FromCoordinates_AnyEntries_KeepTheSum() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[-100, 100]).Array[0, 50].Sample(entries =>
        {
            CsrMatrix matrix = CsrMatrix.FromCoordinates(
                5, 5, [.. entries.Select(e => e.Item1)], [.. entries.Select(e => e.Item2)], [.. entries.Select(e => (float)e.Item3)]);
            return matrix.Values.ToArray().Sum() == entries.Sum(e => e.Item3);
        });

    [Theory]
    [InlineData(-1, 0, "(-1, 0)")]
    [InlineData(2, 0, "(2, 0)")]
    [InlineData(0, 3, "(0, 3)")]
    [InlineData(0, -5, "(0, -5)")]
    public void FromCoordinates_IndexOutside_NamesThePlace(int row, int column, string place)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => CsrMatrix.FromCoordinates(2, 3, [0, row], [0, column], [1, 1]));
        Assert.Contains("Entry 1", error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromCoordinates_LengthsDiffer_Throws()
    {
        Assert.Throws<ArgumentException>(() => CsrMatrix.FromCoordinates(2, 2, [0, 1], [0], [1, 1]));
        Assert.Throws<ArgumentException>(() => CsrMatrix.FromCoordinates(2, 2, [0, 1], [0, 1], [1]));
    }

    [Fact]
    public void Constructor_BadArrays_SaysWhatIsWrong()
    {
        Fails("rows + 1", () => new CsrMatrix(2, 2, [0, 1], [0], [1]));
        Fails("one value for each column index", () => new CsrMatrix(1, 2, [0, 1], [0], []));
        Fails("from 1 to 1", () => new CsrMatrix(1, 2, [1, 1], [0], [1]));
        Fails("must not fall", () => new CsrMatrix(2, 2, [0, 2, 1], [0], [1]));
        Fails("must not fall", () => new CsrMatrix(2, 2, [0, -1, 1], [0], [1]));
        Fails("column 2", () => new CsrMatrix(1, 2, [0, 1], [2], [1]));
        Fails("column -1", () => new CsrMatrix(1, 2, [0, 1], [-1], [1]));
        Fails("ascend strictly", () => new CsrMatrix(1, 2, [0, 2], [1, 1], [1, 1]));
        Fails("0 or more", () => new CsrMatrix(-1, 2, [], [], []));
        Fails("exactly 2147483648", () => new CsrMatrix(int.MaxValue, 2, [0], [], []));
    }

    private static void Fails(string part, Func<CsrMatrix> make) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(make).Message, StringComparison.Ordinal);
}
