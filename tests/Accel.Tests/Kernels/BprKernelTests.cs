using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class BprKernelTests
{
    [Theory]
    [MemberData(nameof(Samples.AwkwardLengths), MemberType = typeof(Samples))]
    public void Step_AnyLength_AgreesWithScalarTwin(int d)
    {
        float[][] x = Vectors(d);
        float[][] expected = [Samples.Normal(d, 7), Samples.Normal(d, 8), Samples.Normal(d, 9)];
        float[][] actual = [[.. expected[0]], [.. expected[1]], [.. expected[2]]];
        float loss = BprReference.Step(x[0], x[1], x[2], 0.5f, expected[0], expected[1], expected[2]);
        Assert.Equal(loss, BprKernel.Step(x[0], x[1], x[2], 0.5f, actual[0], actual[1], actual[2]), Tolerance.FloatSum * 10);
        for (int i = 0; i < 3; i++)
            Tolerance.AssertClose(expected[i], actual[i], Tolerance.FloatSum);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(64)]
    public void Step_Gradients_AgreeWithFiniteDifferences(int d)
    {
        float[][] x = Vectors(d);
        float[][] gradients = [new float[d], new float[d], new float[d]];
        BprKernel.Step(x[0], x[1], x[2], 1f, gradients[0], gradients[1], gradients[2]);
        for (int which = 0; which < 3; which++)
        {
            double[] expected = FiniteDifference.Gradient(
                x[which], point => Loss(which == 0 ? point : x[0], which == 1 ? point : x[1], which == 2 ? point : x[2]));
            Tolerance.AssertClose(expected, gradients[which], Tolerance.FiniteDifference);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-6f)]
    [InlineData(15f)]
    [InlineData(-15f)]
    [InlineData(90f)]
    [InlineData(-90f)]
    [InlineData(1e30f)]
    [InlineData(-1e30f)]
    public void LossAndSlope_AnyMargin_AreStable(float margin)
    {
        // log(1 + e^-x) in double; beyond +-700 its limits.
        double loss = margin < -700 ? -(double)margin : Math.Log(1 + Math.Exp(-margin));
        if (margin > 30)
            loss = Math.Exp(-margin);
        double slope = -1 / (1 + Math.Exp(Math.Min(margin, 700)));
        Assert.True(Math.Abs(loss - BprKernel.Loss(margin)) <= 1e-6 * loss + 1e-37, $"{BprKernel.Loss(margin)}");
        Assert.True(Math.Abs(slope - BprKernel.Slope(margin)) <= 1e-6 * Math.Abs(slope) + 1e-37, $"{BprKernel.Slope(margin)}");
    }

    [Fact]
    public void Step_SameItemTwice_GradientsCancel()
    {
        float[] user = Samples.Normal(33, 1);
        float[] item = Samples.Normal(33, 2);
        float[] gradient = new float[33];
        float loss = BprKernel.Step(user, item, item, 1, new float[33], gradient, gradient);
        Assert.Equal(Math.Log(2), loss, 1e-6);
        Assert.All(gradient, g => Assert.Equal(0f, g));
    }

    [Fact]
    public void Step_LengthsDiffer_Throws()
    {
        Assert.Throws<ArgumentException>(() => BprKernel.Step(
            new float[2], new float[3], new float[2], 1, new float[2], new float[2], new float[2]));
        Assert.Throws<ArgumentException>(() => BprKernel.Step(
            new float[2], new float[2], new float[2], 1, new float[2], new float[2], new float[1]));
    }

    private static float[][] Vectors(int d) => [Samples.Normal(d, 1, 0.5f), Samples.Normal(d, 2, 0.5f), Samples.Normal(d, 3, 0.5f)];

    private static double Loss(IReadOnlyList<float> user, IReadOnlyList<float> positive, IReadOnlyList<float> negative)
    {
        double margin = 0;
        for (int j = 0; j < user.Count; j++)
            margin += user[j] * ((double)positive[j] - negative[j]);
        return Math.Log(1 + Math.Exp(-margin));
    }
}
