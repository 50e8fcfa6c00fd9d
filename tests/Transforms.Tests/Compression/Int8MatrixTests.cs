using CsCheck;
using HybridRec.MLNet.Compression;

namespace HybridRec.MLNet.Tests.Compression;

public sealed class Int8MatrixTests
{
    [Theory]
    [InlineData(63)]
    [InlineData(127)]
    public void ByColumnsAndByRows_AnyMatrix_RoundToHalfAStepOfTheirScale(int largest) =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9])
            .SelectMany((rows, columns) => Gen.Select(Gen.Const(columns), Gen.Float[-1000, 1000].Array[rows * columns]))
            .Sample((columns, values) =>
            {
                var byColumns = Int8Matrix.ByColumns(values, columns, largest);
                var byRows = Int8Matrix.ByRows(values, columns, largest);
                Assert.Equal(columns, byColumns.Scales.Length);
                Assert.Equal(values.Length / columns, byRows.Scales.Length);
                for (int i = 0; i < values.Length; i++)
                {
                    Check(values[i], byColumns.Values[i], byColumns.Scales[i % columns], largest);
                    Check(values[i], byRows.Values[i], byRows.Scales[i / columns], largest);
                }
            });

    [Fact]
    public void ByColumns_LargestOfEachColumn_IsExact()
    {
        var matrix = Int8Matrix.ByColumns([0.5f, -4, 0, -1, 2, 0], 3, 127);
        Assert.Equal([1f / 127, 4f / 127, 1], matrix.Scales);
        Assert.Equal(new sbyte[] { 64, -127, 0, -127, 64, 0 }, matrix.Values);
    }

    private static void Check(float value, sbyte rounded, float scale, int largest)
    {
        Assert.InRange(rounded, -largest, largest);
        Assert.True(Math.Abs(value - (scale * rounded)) <= (0.5001f * scale) + 1e-30f, $"{value:R} is {rounded} times {scale:R}");
    }
}
