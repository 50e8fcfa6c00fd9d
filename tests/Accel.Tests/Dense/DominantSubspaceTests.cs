using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;

namespace HybridRec.MLNet.Tests.Dense;

public sealed class DominantSubspaceTests
{
    private const int Groups = 5;
    private const int Columns = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Right_GroupsOfFallingWeight_SpansTheHeaviest(int rank)
    {
        // Column c belongs to group c mod 5; rows of group g have the weight 5 - g in all of its columns: the singular vectors are
        // the groups, the heaviest first.
        CsrMatrix a = GroupMatrix();
        float[] basis = DominantSubspace.Right(a, a.Transpose(), rank, 20, threads: 2);
        for (int c = 0; c < Columns; c++)
        {
            for (int other = 0; other < Columns; other++)
            {
                double projection = Enumerable.Range(0, rank).Sum(k => (double)basis[(c * rank) + k] * basis[(other * rank) + k]);
                double expected = c % Groups == other % Groups && c % Groups < rank ? (double)Groups / Columns : 0;
                Assert.Equal(expected, projection, 1e-4);
            }
        }
    }

    [Fact]
    public void Right_RankAboveTheMatrix_FillsUpWithZerosAndStaysOrthonormal()
    {
        const int rank = 12;
        CsrMatrix a = GroupMatrix();
        float[] basis = DominantSubspace.Right(a, a.Transpose(), rank, 8, threads: 1);
        double Dot(int k, int l) => Enumerable.Range(0, Columns).Sum(c => (double)basis[(c * rank) + k] * basis[(c * rank) + l]);
        Assert.Equal(Groups, Enumerable.Range(0, rank).Count(k => Dot(k, k) > 0.5));
        for (int k = 0; k < rank; k++)
        {
            Assert.Equal(Dot(k, k) > 0.5 ? 1 : 0, Dot(k, k), 1e-4);
            for (int l = 0; l < k; l++)
                Assert.Equal(0, Dot(k, l), 1e-4);
        }
    }

    [Fact]
    public void Right_OneAndTwoThreads_SameBytes()
    {
        CsrMatrix a = GroupMatrix();
        Assert.Equal(
            DominantSubspace.Right(a, a.Transpose(), 4, 6, threads: 1), DominantSubspace.Right(a, a.Transpose(), 4, 6, threads: 2));
    }

    private static CsrMatrix GroupMatrix()
    {
        var entries = (from row in Enumerable.Range(0, 30)
                       from column in Enumerable.Range(0, Columns)
                       where row % Groups == column % Groups
                       select (row, column)).ToArray();
        return CsrMatrix.FromCoordinates(
            30, Columns, [.. entries.Select(e => e.row)], [.. entries.Select(e => e.column)],
            [.. entries.Select(e => (float)(Groups - (e.row % Groups)))]);
    }
}
