using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The mean over the batch of the cross entropy of the positive among itself and the shared negatives; a negative equal
/// to the positive does not count.
/// </summary>
/// <param name="maxBatch">Most interactions of a batch.</param>
/// <param name="maxNegatives">Most negatives of a loss.</param>
/// <param name="dimension">Length of the vectors.</param>
/// <param name="temperature">T.</param>
/// <param name="threads">Threads.</param>
/// <param name="hard">Chooses among the batch's negatives; null takes them all.</param>
internal sealed class SampledSoftmaxBatchLoss(
    int maxBatch, int maxNegatives, int dimension, float temperature, int threads, GraphHardNegatives? hard) : IBatchLoss
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
        ReadOnlySpan<int> negatives = hard is null ? batch.Negatives.AsSpan(0, batch.NegativeCount) : hard.Choose(batch, vectors);
        ReadOnlySpan<float> bias = batch.HasNegativeBias ? batch.NegativeBias.AsSpan(0, negatives.Length) : default;
        CompactRows.Gather(vectors, users, dimension, _users);
        CompactRows.Gather(vectors, positives, dimension, _positives);
        CompactRows.Gather(vectors, negatives, dimension, _negatives);
        double loss = _kernel.Step(
            batch.Size, negatives.Length, _users, _positives, _negatives, positives, negatives, temperature, _userGradient,
            _positiveGradient, _negativeGradient, threads, bias);

        // One order of additions, whatever the threads: interactions as they stand in the batch, users first.
        gradient.Clear();
        CompactRows.ScatterAdd(_userGradient, users, dimension, gradient);
        CompactRows.ScatterAdd(_positiveGradient, positives, dimension, gradient);
        CompactRows.ScatterAdd(_negativeGradient, negatives, dimension, gradient);
        return loss;
    }
}
