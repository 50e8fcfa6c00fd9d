using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The cosine contrastive loss: the mean over the batch of <c>(1 - s(u,p)) + w/N sum over n of max(0, s(u,n) - m)</c>; a negative equal
/// to the positive does not count.
/// </summary>
internal sealed class MarginBatchLoss(int maxBatch, int maxNegatives, int dimension, float margin, float negativeWeight, int threads)
    : IBatchLoss
{
    private const int BlockRows = 128;

    private readonly PackedMatrix _across = new();
    private readonly PackedMatrix _down = new();
    private readonly float[] _users = new float[maxBatch * dimension];
    private readonly float[] _negatives = new float[maxNegatives * dimension];
    private readonly float[] _userGradient = new float[maxBatch * dimension];
    private readonly float[] _negativeGradient = new float[maxNegatives * dimension];
    private readonly float[] _active = new float[BlockRows * maxNegatives];

    public double Step(GraphBatch batch, ReadOnlySpan<float> vectors, Span<float> gradient)
    {
        ReadOnlySpan<int> users = batch.Users.AsSpan(0, batch.Size);
        ReadOnlySpan<int> negatives = batch.Negatives.AsSpan(0, batch.NegativeCount);
        Span<float> negativeGradient = _negativeGradient.AsSpan(0, negatives.Length * dimension);
        CompactRows.Gather(vectors, users, dimension, _users);
        CompactRows.Gather(vectors, negatives, dimension, _negatives);
        ReadOnlySpan<float> rows = _negatives.AsSpan(0, negatives.Length * dimension);
        _across.Pack(rows, dimension, negatives.Length, transposed: true);
        _down.Pack(rows, negatives.Length, dimension, transposed: false);
        negativeGradient.Clear();
        double excess = 0;
        for (int first = 0; first < batch.Size; first += BlockRows)
        {
            int block = Math.Min(BlockRows, batch.Size - first);
            ReadOnlySpan<float> anchors = _users.AsSpan(first * dimension, block * dimension);
            Span<float> active = _active.AsSpan(0, block * negatives.Length);
            MatMulKernel.Multiply(anchors, _across, active, block, threads: threads);
            for (int b = 0; b < block; b++)
                excess += Hinge(active.Slice(b * negatives.Length, negatives.Length), negatives, batch.Positives[first + b]);
            MatMulKernel.Multiply(active, _down, _userGradient.AsSpan(first * dimension, block * dimension), block, threads: threads);
            MatMulKernel.MultiplyTransposedLeft(
                active, anchors, negativeGradient, negatives.Length, dimension, block, accumulate: true, threads);
        }

        float slope = negativeWeight / negatives.Length / batch.Size;
        gradient.Clear();
        CompactRows.ScatterAdd(_userGradient, users, dimension, gradient, slope);
        CompactRows.ScatterAdd(negativeGradient, negatives, dimension, gradient, slope);
        return Attract(batch, vectors, gradient) + (slope * excess);
    }

    // Leaves 1 where the hinge is open and 0 elsewhere.
    private float Hinge(Span<float> scores, ReadOnlySpan<int> negatives, int positive)
    {
        float sum = 0;
        for (int n = 0; n < scores.Length; n++)
        {
            float over = scores[n] - margin;
            bool open = over > 0 && negatives[n] != positive;
            scores[n] = open ? 1 : 0;
            sum += open ? over : 0;
        }

        return sum;
    }

    private double Attract(GraphBatch batch, ReadOnlySpan<float> vectors, Span<float> gradient)
    {
        double sum = 0;
        float slope = -1f / batch.Size;
        for (int b = 0; b < batch.Size; b++)
        {
            int user = batch.Users[b] * dimension;
            int positive = batch.Positives[b] * dimension;
            sum += 1 - TensorPrimitives.Dot(vectors.Slice(user, dimension), vectors.Slice(positive, dimension));
            Span<float> own = gradient.Slice(user, dimension);
            TensorPrimitives.MultiplyAdd(vectors.Slice(positive, dimension), slope, own, own);
            own = gradient.Slice(positive, dimension);
            TensorPrimitives.MultiplyAdd(vectors.Slice(user, dimension), slope, own, own);
        }

        return sum / batch.Size;
    }
}
