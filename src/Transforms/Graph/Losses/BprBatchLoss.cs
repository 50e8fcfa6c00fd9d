using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>The mean over the batch of <c>-ln sigmoid((s(u,p) - s(u,n))/T)</c>.</summary>
internal sealed class BprBatchLoss(int dimension, float temperature) : IBatchLoss
{
    private readonly float[] _user = new float[dimension];
    private readonly float[] _userGradient = new float[dimension];

    public double Step(GraphBatch batch, ReadOnlySpan<float> vectors, Span<float> gradient)
    {
        gradient.Clear();
        float mean = 1f / batch.Size;
        double loss = 0;
        for (int b = 0; b < batch.Size; b++)
        {
            int user = batch.Users[b] * dimension;
            int positive = batch.Positives[b] * dimension;
            int negative = batch.Negatives[b] * dimension;

            // The user's vector carries the division by T, so its own gradient is divided once more.
            TensorPrimitives.Multiply(vectors.Slice(user, dimension), 1f / temperature, _user);
            Array.Clear(_userGradient);
            loss += BprKernel.Step(
                _user,
                vectors.Slice(positive, dimension),
                vectors.Slice(negative, dimension),
                mean,
                _userGradient,
                gradient.Slice(positive, dimension),
                gradient.Slice(negative, dimension));
            Span<float> userGradient = gradient.Slice(user, dimension);
            TensorPrimitives.MultiplyAdd(_userGradient, 1f / temperature, userGradient, userGradient);
        }

        return loss * mean;
    }
}
