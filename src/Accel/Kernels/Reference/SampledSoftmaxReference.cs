namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="SampledSoftmax"/>, in double, anchor by anchor.</summary>
internal static class SampledSoftmaxReference
{
    /// <inheritdoc cref="SampledSoftmax.Step"/>
    public static double Step(
        int dimension, int batch, int negatives, ReadOnlySpan<float> anchors, ReadOnlySpan<float> positiveRows,
        ReadOnlySpan<float> negativeRows, ReadOnlySpan<int> positiveIds, ReadOnlySpan<int> negativeIds, float temperature,
        Span<float> anchorGradient, Span<float> positiveGradient, Span<float> negativeGradient, ReadOnlySpan<float> negativeBias = default)
    {
        int d = dimension;
        double[] logits = new double[negatives];
        double[] negativeSum = new double[negatives * d];
        double[] anchorSum = new double[d];
        double total = 0;
        for (int i = 0; i < batch; i++)
        {
            ReadOnlySpan<float> anchor = anchors.Slice(i * d, d);
            ReadOnlySpan<float> positive = positiveRows.Slice(i * d, d);
            double own = Dot(anchor, positive) / temperature;
            double max = own;
            for (int s = 0; s < negatives; s++)
            {
                logits[s] = negativeIds[s] == positiveIds[i]
                    ? double.NegativeInfinity
                    : (Dot(anchor, negativeRows.Slice(s * d, d)) / temperature) + (negativeBias.IsEmpty ? 0 : negativeBias[s]);
                max = Math.Max(max, logits[s]);
            }
            double partition = Math.Exp(own - max);
            for (int s = 0; s < negatives; s++)
                partition += Math.Exp(logits[s] - max);
            total += max + Math.Log(partition) - own;

            double scale = 1 / ((double)temperature * batch);
            double slope = scale * ((Math.Exp(own - max) / partition) - 1);
            for (int j = 0; j < d; j++)
                (anchorSum[j], positiveGradient[(i * d) + j]) = (slope * positive[j], (float)(slope * anchor[j]));
            for (int s = 0; s < negatives; s++)
            {
                double weight = scale * Math.Exp(logits[s] - max) / partition;
                for (int j = 0; j < d; j++)
                {
                    anchorSum[j] += weight * negativeRows[(s * d) + j];
                    negativeSum[(s * d) + j] += weight * anchor[j];
                }
            }
            for (int j = 0; j < d; j++)
                anchorGradient[(i * d) + j] = (float)anchorSum[j];
        }
        for (int j = 0; j < negativeSum.Length; j++)
            negativeGradient[j] = (float)negativeSum[j];
        return batch == 0 ? 0 : total / batch;
    }

    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
            sum += (double)x[j] * y[j];
        return sum;
    }
}
