using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Alignment and uniformity of unit rows: <c>mean |u - i|^2 + gamma/2 (unif(users) + unif(items))</c> with
/// <c>unif(X) = ln( mean over pairs p != q of e^(-2 |x_p - x_q|^2) )</c> over the distinct rows of the batch. On the sphere
/// <c>K_pq = e^(4 x_p.x_q - 4)</c>, so that <c>d unif/d x_p = 8 sum_q K_pq x_q / sum K</c>.
/// </summary>
internal sealed class DirectAuBatchLoss(GraphBatch shape, int dimension, float uniformityWeight, int threads) : IBatchLoss
{
    private const int BlockRows = 128;

    private readonly DistinctRows _distinct = new(shape);
    private readonly PackedMatrix _across = new();
    private readonly PackedMatrix _down = new();
    private readonly float[] _rows = new float[shape.Users.Length * dimension];
    private readonly float[] _gradient = new float[shape.Users.Length * dimension];
    private readonly float[] _kernel = new float[BlockRows * shape.Users.Length];
    private readonly float[] _difference = new float[dimension];

    public double Step(GraphBatch batch, ReadOnlySpan<float> vectors, Span<float> gradient)
    {
        gradient.Clear();
        double loss = Align(batch, vectors, gradient);
        if (uniformityWeight > 0)
        {
            loss += Spread(_distinct.Of(batch, batch.Users), vectors, gradient);
            loss += Spread(_distinct.Of(batch, batch.Positives), vectors, gradient);
        }

        return loss;
    }

    private double Align(GraphBatch batch, ReadOnlySpan<float> vectors, Span<float> gradient)
    {
        double sum = 0;
        float slope = 2f / batch.Size;
        for (int b = 0; b < batch.Size; b++)
        {
            int user = batch.Users[b] * dimension;
            int item = batch.Positives[b] * dimension;
            TensorPrimitives.Subtract(vectors.Slice(user, dimension), vectors.Slice(item, dimension), _difference);
            sum += TensorPrimitives.SumOfSquares<float>(_difference);
            Span<float> own = gradient.Slice(user, dimension);
            TensorPrimitives.MultiplyAdd(_difference, slope, own, own);
            own = gradient.Slice(item, dimension);
            TensorPrimitives.MultiplyAdd(_difference, -slope, own, own);
        }

        return sum / batch.Size;
    }

    private double Spread(ReadOnlySpan<int> rows, ReadOnlySpan<float> vectors, Span<float> gradient)
    {
        int count = rows.Length;
        if (count < 2)
            return 0;
        Span<float> x = _rows.AsSpan(0, count * dimension);
        CompactRows.Gather(vectors, rows, dimension, x);
        _across.Pack(x, dimension, count, transposed: true);
        _down.Pack(x, count, dimension, transposed: false);
        double sum = 0;
        for (int first = 0; first < count; first += BlockRows)
        {
            int block = Math.Min(BlockRows, count - first);
            Span<float> kernel = _kernel.AsSpan(0, block * count);
            MatMulKernel.Multiply(x.Slice(first * dimension, block * dimension), _across, kernel, block, threads: threads);
            TensorPrimitives.Subtract(kernel, 1f, kernel);
            TensorPrimitives.Multiply(kernel, 4f, kernel);
            TensorPrimitives.Exp(kernel, kernel);
            for (int r = 0; r < block; r++)
            {
                kernel[(r * count) + first + r] = 0;
                sum += TensorPrimitives.Sum<float>(kernel.Slice(r * count, count));
            }

            MatMulKernel.Multiply(kernel, _down, _gradient.AsSpan(first * dimension, block * dimension), block, threads: threads);
        }

        CompactRows.ScatterAdd(_gradient, rows, dimension, gradient, (float)(4 * uniformityWeight / sum));
        return 0.5 * uniformityWeight * Math.Log(sum / ((double)count * (count - 1)));
    }
}
