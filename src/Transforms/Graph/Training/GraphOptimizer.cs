using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>Adam over all parameters; of row-sparse ones it moves the rows that a step touches (lazy Adam).</summary>
/// <param name="parameters">What it moves.</param>
/// <param name="learningRate">Step size.</param>
/// <param name="threads">Threads.</param>
internal sealed class GraphOptimizer(IReadOnlyList<GraphParameter> parameters, float learningRate, int threads)
{
    private const int ParametersPerChunk = 1 << 15;

    /// <summary>One step on every parameter.</summary>
    /// <param name="number">Steps so far, this one included: 1 for the first.</param>
    /// <param name="rate">What the learning rate is multiplied with.</param>
    public void Update(int number, float rate = 1)
    {
        foreach (GraphParameter parameter in parameters)
        {
            var adam = new AdamStep { LearningRate = learningRate * rate * parameter.Rate, StepNumber = number };
            if (parameter.RowLength > 0)
                UpdateRows(parameter, new AdamFactors(adam));
            else
                UpdateAll(parameter, adam);
        }
    }

    private void UpdateAll(GraphParameter p, AdamStep adam)
    {
        int length = p.Value.Length;
        Parallelism.For((length + ParametersPerChunk - 1) / ParametersPerChunk, threads, chunk =>
        {
            int first = chunk * ParametersPerChunk;
            int count = Math.Min(ParametersPerChunk, length - first);
            AdamKernel.Step(
                p.Value.AsSpan(first, count), p.Gradient.AsSpan(first, count), p.FirstMoment.AsSpan(first, count),
                p.SecondMoment.AsSpan(first, count), adam);
        });
    }

    // With the correction of the moments by the number of all steps.
    private void UpdateRows(GraphParameter p, AdamFactors factors)
    {
        int width = p.RowLength;
        int rowsPerChunk = Math.Max(1, ParametersPerChunk / width);
        Parallelism.For((p.Rows.Length + rowsPerChunk - 1) / rowsPerChunk, threads, chunk =>
        {
            ReadOnlySpan<int> rows = p.Rows;
            int end = Math.Min(rows.Length, (chunk + 1) * rowsPerChunk);
            for (int r = chunk * rowsPerChunk; r < end; r++)
            {
                int first = rows[r] * width;
                AdamKernel.StepRow(
                    p.Value.AsSpan(first, width), p.Gradient.AsSpan(r * width, width), p.FirstMoment.AsSpan(first, width),
                    p.SecondMoment.AsSpan(first, width), factors);
            }
        });
    }
}
