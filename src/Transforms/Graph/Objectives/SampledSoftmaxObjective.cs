using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>The mean over the batch of the cross entropy of the positive among itself and the shared negatives; a negative equal to the positive does not count.</summary>
internal sealed class SampledSoftmaxObjective(int maxBatch, int maxNegatives, int dimension, float temperature, int threads) : IGraphObjective
{
    private readonly SampledSoftmax _kernel = new(maxBatch, maxNegatives, dimension);
    private readonly float[] _users = new float[maxBatch * dimension];
    private readonly float[] _positives = new float[maxBatch * dimension];
    private readonly float[] _negatives = new float[maxNegatives * dimension];
    private readonly float[] _userGradient = new float[maxBatch * dimension];
    private readonly float[] _positiveGradient = new float[maxBatch * dimension];
    private readonly float[] _negativeGradient = new float[maxNegatives * dimension];

    public double Step(GraphBatch batch, ReadOnlySpan<float> vectors, Span<float> gradient)
    {
        ReadOnlySpan<int> users = batch.Users.AsSpan(0, batch.Size);
        ReadOnlySpan<int> positives = batch.Positives.AsSpan(0, batch.Size);
        ReadOnlySpan<int> negatives = batch.Negatives.AsSpan(0, batch.NegativeCount);
        CompactRows.Gather(vectors, users, dimension, _users);
        CompactRows.Gather(vectors, positives, dimension, _positives);
        CompactRows.Gather(vectors, negatives, dimension, _negatives);
        double loss = _kernel.Step(
            batch.Size, batch.NegativeCount, _users, _positives, _negatives, positives, negatives, temperature, _userGradient, _positiveGradient, _negativeGradient, threads);

        // One order of additions, whatever the threads: interactions as they stand in the batch, users first.
        gradient.Clear();
        CompactRows.ScatterAdd(_userGradient, users, dimension, gradient);
        CompactRows.ScatterAdd(_positiveGradient, positives, dimension, gradient);
        CompactRows.ScatterAdd(_negativeGradient, negatives, dimension, gradient);
        return loss;
    }
}
