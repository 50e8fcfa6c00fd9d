using CsCheck;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class TopKKernelTests
{
    // Few distinct scores, so that ties are common; NaN and infinities among them.
    private static readonly float[] s_values = [float.NaN, float.NegativeInfinity, float.PositiveInfinity, -1f, 0f, -0f, 0.5f, 1f, 2f];

    private static readonly Gen<float> s_scores = Gen.Int[0, s_values.Length - 1].Select(i => s_values[i]);

    [Fact]
    public void Select_AnyScores_EqualsASort() =>
        Gen.Select(s_scores.Array[0, 140], Gen.Int[-5, 150].Array[0, 40], Gen.Int[1, 30]).Sample((scores, excluded, k) =>
        {
            Array.Sort(excluded);
            (int Index, float Score)[] expected =
            [
                .. scores.Select((score, index) => (index, score)).Where(s => !float.IsNaN(s.score) && !excluded.Contains(s.index))
                    .OrderByDescending(s => s.score).ThenBy(s => s.index).Take(k),
            ];
            int[] indices = new int[k];
            float[] top = new float[k];
            int count = TopKKernel.Select(scores, excluded, indices, top);
            Assert.Equal(expected.Select(s => s.Index), indices[..count]);
            Assert.Equal(expected.Select(s => s.Score), top[..count]);
        });

    [Theory]
    [MemberData(nameof(Samples.AwkwardLengths), MemberType = typeof(Samples))]
    public void Select_AnyLength_EqualsScalarTwin(int length)
    {
        float[] scores = Samples.Normal(length, 5);
        int[] excluded = [0, length / 2];
        (int[] expected, float[] expectedTop, int[] actual, float[] actualTop) = (new int[6], new float[6], new int[6], new float[6]);
        int count = TopKReference.Select(scores, excluded, expected, expectedTop);
        Assert.Equal(count, TopKKernel.Select(scores, excluded, actual, actualTop));
        Assert.Equal(expected, actual);
        Assert.Equal(expectedTop, actualTop);
    }

    [Fact]
    public void Select_RisingScoresAndLargeK_StaysExact()
    {
        float[] scores = [.. Enumerable.Range(0, 20_000).Select(i => (float)i)];
        int[] indices = new int[1_000];
        Assert.Equal(1_000, TopKKernel.Select(scores, [19_999], indices, new float[1_000]));
        Assert.Equal(Enumerable.Range(18_999, 1_000).Reverse(), indices);
    }

    [Fact]
    public void SelectMore_AnyTiles_EqualsASelectionOfAll() =>
        Gen.Select(s_scores.Array[0, 140], Gen.Int[-5, 150].Array[0, 40], Gen.Int[1, 30], Gen.Int[1, 50]).Sample(
            (scores, excluded, k, tile) =>
            {
                Array.Sort(excluded);
                int[] expected = new int[k], actual = new int[k];
                float[] expectedTop = new float[k], actualTop = new float[k];
                int all = TopKKernel.Select(scores, excluded, expected, expectedTop), found = 0;
                for (int first = 0; first < scores.Length; first += tile)
                {
                    found = TopKKernel.SelectMore(
                        scores.AsSpan(first, Math.Min(tile, scores.Length - first)), first, excluded, actual, actualTop, found);
                }

                Assert.Equal(expected[..all], actual[..found]);
                Assert.Equal(expectedTop[..all], actualTop[..found]);
            });

    [Fact]
    public void Select_NothingLeft_ReturnsZero()
    {
        Assert.Equal(0, TopKKernel.Select([float.NaN, 1], [1], new int[3], new float[3]));
        Assert.Equal(0, TopKKernel.Select([], [], new int[3], new float[3]));
        Assert.Equal(0, TopKKernel.Select([1, 2], [], [], []));
    }

    [Fact]
    public void Select_OutputsDiffer_Throws() =>
        Assert.Throws<ArgumentException>(() => TopKKernel.Select([1, 2], [], new int[2], new float[1]));
}
