using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class GatherDotKernelTests
{
    [Theory]
    [MemberData(nameof(Samples.AwkwardLengths), MemberType = typeof(Samples))]
    public void Dot_AnyDimension_AgreesWithScalarTwin(int d)
    {
        float[] query = Samples.Normal(d, 1);
        float[] table = Samples.Normal(11 * d, 2);
        int[] rows = [10, 0, 3, 3, 7];
        float[] expected = new float[5];
        float[] actual = new float[5];
        GatherDotReference.Dot(query, table, d, rows, expected);
        GatherDotKernel.Dot(query, table, d, rows, actual);
        for (int i = 0; i < rows.Length; i++)
            Tolerance.AssertSum(expected[i], actual[i], 2 * d);
    }

    [Fact]
    public void Dot_NoRows_ScoresAll()
    {
        float[] scores = new float[3];
        GatherDotKernel.Dot([1, 10], [1, 2, 3, 4, 5, 6], 2, [], scores);
        Assert.Equal([21f, 43f, 65f], scores);
    }

    [Fact]
    public void Dot_BadInput_SaysWhatIsAllowed()
    {
        Fails("there are 3", () => GatherDotKernel.Dot(new float[2], new float[6], 2, [0, 3], new float[2]));
        Fails("Row -1", () => GatherDotKernel.Dot(new float[2], new float[6], 2, [-1], new float[1]));
        Fails("multiple of the dimension", () => GatherDotKernel.Dot(new float[2], new float[5], 2, [0], new float[1]));
        Fails("dimension", () => GatherDotKernel.Dot(new float[3], new float[6], 2, [0], new float[1]));
        Fails("one for each row scored", () => GatherDotKernel.Dot(new float[2], new float[6], 2, [0], new float[2]));
    }

    private static void Fails(string part, Action act) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
}
