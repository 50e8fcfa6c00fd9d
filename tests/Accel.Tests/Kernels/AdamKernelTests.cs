using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class AdamKernelTests
{
    [Theory]
    [MemberData(nameof(Samples.AwkwardLengths), MemberType = typeof(Samples))]
    public void Step_AnyLength_EqualsScalarTwinBitForBit(int length)
    {
        (float[] p, float[] m, float[] v) = (Samples.Normal(length, 1), new float[length], new float[length]);
        (float[] q, float[] n, float[] w) = ([.. p], new float[length], new float[length]);
        for (int t = 1; t <= 5; t++)
        {
            var step = new AdamStep { StepNumber = t, L2 = 0.01f, Decoupled = t % 2 == 0 };
            float[] gradient = Samples.Normal(length, seed: t);
            AdamKernel.Step(p, gradient, m, v, step);
            AdamReference.Step(q, gradient, n, w, new AdamFactors(step));
        }
        Assert.Equal(q, p);
        Assert.Equal(n, m);
        Assert.Equal(w, v);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_TenSteps_FollowsTheTextbookInDouble(bool decoupled)
    {
        const int Length = 37;
        float[] p = Samples.Normal(Length, 1);
        float[] m = new float[Length];
        float[] v = new float[Length];
        double[] theta = Array.ConvertAll(p, x => (double)x);
        double[] first = new double[Length];
        double[] second = new double[Length];
        for (int t = 1; t <= 10; t++)
        {
            float[] gradient = Samples.Normal(Length, seed: 10 + t);
            AdamKernel.Step(p, gradient, m, v, new AdamStep { LearningRate = 0.02f, StepNumber = t, L2 = 0.1f, Decoupled = decoupled });
            for (int i = 0; i < Length; i++)
            {
                double g = gradient[i] + (decoupled ? 0 : 0.1 * theta[i]);
                first[i] = (0.9 * first[i]) + (0.1 * g);
                second[i] = (0.999 * second[i]) + (0.001 * g * g);
                double shrunk = decoupled ? theta[i] * (1 - (0.02 * 0.1)) : theta[i];
                theta[i] = shrunk - (0.02 * (first[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.999, t))) + 1e-8));
            }
        }
        // 1 - 0.999f differs from 0.001 by 5e-5 of itself; the root halves it, and ten steps of 0.02 carry it.
        Tolerance.AssertClose(theta, p, 1e-5);
    }

    [Fact]
    public void Step_ZeroGradient_LeavesParametersAlone()
    {
        float[] p = [1, -2, 3, 4, 5, 6, 7, 8, 9];
        AdamKernel.Step(p, new float[9], new float[9], new float[9], new AdamStep());
        Assert.Equal([1, -2, 3, 4, 5, 6, 7, 8, 9], p);
    }

    [Fact]
    public void Step_BadInput_Throws()
    {
        Assert.Throws<ArgumentException>(() => AdamKernel.Step(new float[3], new float[2], new float[3], new float[3], new AdamStep()));
        Assert.Throws<ArgumentException>(() => AdamKernel.Step(new float[3], new float[3], new float[4], new float[3], new AdamStep()));
        Assert.Throws<ArgumentException>(() => AdamKernel.Step(new float[3], new float[3], new float[3], new float[1], new AdamStep()));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => AdamKernel.Step(new float[3], new float[3], new float[3], new float[3], new AdamStep { StepNumber = 0 }));
    }
}
