using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class SampledSoftmaxTests
{
    public static TheoryData<int, int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int> { { 300, 70, 24 }, { 1100, 33, 8 }, { 1, 1, 1 }, { 5, 0, 16 } };
            foreach (int length in Samples.Lengths)
            {
                shapes.Add(length, 9, 16);
                shapes.Add(6, length, 16);
                shapes.Add(6, 9, length);
            }
            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Step_AnyShape_AgreesWithScalarTwin(int batch, int negatives, int d)
    {
        var input = new Input(batch, negatives, d);
        Result expected = input.RunReference();
        Result actual = input.Run(new SampledSoftmax(batch, Math.Max(1, negatives), d), threads: 2);
        Assert.Equal(expected.Loss, actual.Loss, Tolerance.SoftmaxStep * Math.Max(1, expected.Loss));
        Tolerance.AssertClose(expected.Anchors, actual.Anchors, Tolerance.SoftmaxStep, "anchor gradient");
        Tolerance.AssertClose(expected.Positives, actual.Positives, Tolerance.SoftmaxStep, "positive gradient");
        Tolerance.AssertClose(expected.Negatives, actual.Negatives, Tolerance.SoftmaxStep, "negative gradient");
    }

    [Fact]
    public void Step_Gradients_AgreeWithFiniteDifferences()
    {
        var input = new Input(7, 9, 5) { Bias = Samples.Normal(9, 77) };
        Result result = input.Run(new SampledSoftmax(7, 9, 5), threads: 1);
        Assert.Equal(input.Loss(), result.Loss, 1e-5);
        Tolerance.AssertClose(
            FiniteDifference.Gradient(input.Anchors, _ => input.Loss()), result.Anchors, Tolerance.FiniteDifference, "anchor");
        Tolerance.AssertClose(
            FiniteDifference.Gradient(input.Positives, _ => input.Loss()), result.Positives, Tolerance.FiniteDifference, "positive");
        Tolerance.AssertClose(
            FiniteDifference.Gradient(input.Negatives, _ => input.Loss()), result.Negatives, Tolerance.FiniteDifference, "negative");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Step_AnyThreads_SameBytes(int threads)
    {
        var input = new Input(1500, 40, 16);
        Result one = input.Run(new SampledSoftmax(1500, 40, 16), threads: 1);
        Result many = input.Run(new SampledSoftmax(1500, 40, 16), threads);
        Assert.Equal(one.Loss, many.Loss);
        Assert.Equal(one.Anchors, many.Anchors);
        Assert.Equal(one.Positives, many.Positives);
        Assert.Equal(one.Negatives, many.Negatives);
    }

    [Fact]
    public void Step_SecondSmallerBatch_RemembersNothing()
    {
        var softmax = new SampledSoftmax(400, 60, 12);
        new Input(400, 60, 12).Run(softmax, threads: 2);
        var small = new Input(130, 7, 12);
        Assert.Equal(small.Run(new SampledSoftmax(130, 7, 12), 1).Negatives, small.Run(softmax, 2).Negatives);
    }

    [Fact]
    public void Step_EveryNegativeIsThePositive_LossIsZero()
    {
        var input = new Input(3, 4, 8);
        Array.Fill(input.PositiveIds, 5);
        Array.Fill(input.NegativeIds, 5);
        Result result = input.Run(new SampledSoftmax(3, 4, 8), threads: 1);
        Assert.Equal(0, result.Loss, 1e-7);
        Assert.All(result.Anchors, g => Assert.Equal(0f, g));
        Assert.All(result.Negatives, g => Assert.Equal(0f, g));
    }

    [Fact]
    public void Step_HugeScores_StayFinite()
    {
        var input = new Input(4, 6, 8) { Temperature = 1e-4f };
        Result result = input.Run(new SampledSoftmax(4, 6, 8), threads: 1);
        Assert.True(double.IsFinite(result.Loss));
        Assert.All(result.Anchors, g => Assert.True(float.IsFinite(g)));
        Assert.All(result.Negatives, g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void Step_AfterTheFirst_AllocatesNothing()
    {
        var input = new Input(256, 64, 16);
        var softmax = new SampledSoftmax(256, 64, 16);
        Result result = input.Run(softmax, threads: 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        input.RunInto(softmax, 1, result);
        // The scalar twin keeps its sums in double, in small arrays of each step.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, KernelPath.UseVector ? 0 : 16_384);
    }

    [Fact]
    public void Step_BadInput_SaysWhatIsAllowed()
    {
        var softmax = new SampledSoftmax(4, 4, 2);
        Fails("larger than the 4 and 4", () => new Input(5, 4, 2).Run(softmax, 1));
        Fails("finite number above 0", () => new Input(4, 4, 2) { Temperature = 0 }.Run(softmax, 1));
        Fails("finite number above 0", () => new Input(4, 4, 2) { Temperature = float.NaN }.Run(softmax, 1));
        Fails("one for each negative", () => new Input(4, 4, 2) { Bias = new float[3] }.Run(softmax, 1));
        Fails("rows * dimension", () => new Input(4, 4, 1).Run(softmax, 1));
        Fails("0 or more", () => new Input(4, 4, 2).Run(softmax, -1));
    }

    private static void Fails(string part, Action act) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);

    private sealed class Input(int batch, int negatives, int d)
    {
        public readonly float[] Anchors = Samples.Normal(batch * d, 1, 0.4f);
        public readonly float[] Positives = Samples.Normal(batch * d, 2, 0.4f);
        public readonly float[] Negatives = Samples.Normal(negatives * d, 3, 0.4f);

        // Few ids, so that accidental hits are common and some negatives repeat.
        public readonly int[] PositiveIds = Samples.Integers(batch, 12, 4);
        public readonly int[] NegativeIds = Samples.Integers(negatives, 12, 5);

        public float Temperature { get; init; } = 0.3f;

        public float[] Bias { get; init; } = [];

        public Result Run(SampledSoftmax softmax, int threads) => RunInto(softmax, threads, NewResult());

        public Result RunInto(SampledSoftmax softmax, int threads, Result result)
        {
            result.Loss = softmax.Step(
                batch, negatives, Anchors, Positives, Negatives, PositiveIds, NegativeIds, Temperature,
                result.Anchors, result.Positives, result.Negatives, threads, Bias);
            return result;
        }

        public Result RunReference()
        {
            Result result = NewResult();
            result.Loss = SampledSoftmaxReference.Step(
                d, batch, negatives, Anchors, Positives, Negatives, PositiveIds, NegativeIds, Temperature,
                result.Anchors, result.Positives, result.Negatives, Bias);
            return result;
        }

        /// <summary>The loss straight from its definition.</summary>
        public double Loss()
        {
            double total = 0;
            for (int i = 0; i < batch; i++)
            {
                double own = Math.Exp(Dot(i, Positives, i));
                double sum = own;
                for (int s = 0; s < negatives; s++)
                    sum += NegativeIds[s] == PositiveIds[i] ? 0 : Math.Exp(Dot(i, Negatives, s) + (Bias.Length == 0 ? 0 : Bias[s]));
                total -= Math.Log(own / sum);
            }
            return total / batch;
        }

        private double Dot(int anchor, float[] table, int row)
        {
            double sum = 0;
            for (int j = 0; j < d; j++)
                sum += (double)Anchors[(anchor * d) + j] * table[(row * d) + j];
            return sum / Temperature;
        }

        // Garbage, since gradients have to be overwritten.
        private Result NewResult() => new(Samples.Normal(batch * d, 6), Samples.Normal(batch * d, 7), Samples.Normal(negatives * d, 8));
    }

    private sealed record Result(float[] Anchors, float[] Positives, float[] Negatives)
    {
        public double Loss { get; set; }
    }
}
