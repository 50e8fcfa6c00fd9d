using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Softmax cross-entropy of each anchor's positive against negatives shared by the batch. With s(x) = anchor . x / temperature,
/// loss = mean over anchors of -s(p) + ln(e^s(p) + sum over n of e^s(n)); a negative that is the anchor's own positive
/// (an accidental hit) takes no part. For cosine similarity give normalized rows. Not safe for two calls at once.
/// </summary>
internal sealed class SampledSoftmax
{
    private readonly int _maxBatch;
    private readonly int _maxNegatives;
    private readonly int _dimension;

    /// <summary>Allocates all buffers of a step.</summary>
    public SampledSoftmax(int maxBatch, int maxNegatives, int dimension)
    {
        Guard.AtLeast(maxBatch, 1, nameof(maxBatch));
        Guard.AtLeast(maxNegatives, 1, nameof(maxNegatives));
        Guard.AtLeast(dimension, 1, nameof(dimension));
        (_maxBatch, _maxNegatives, _dimension) = (maxBatch, maxNegatives, dimension);
    }

    /// <summary>Loss and gradients of one batch.</summary>
    /// <param name="batch">Anchors, B, at most maxBatch.</param>
    /// <param name="negatives">Negatives, N, at most maxNegatives.</param>
    /// <param name="anchors">B x d, at least; so for all tables below.</param>
    /// <param name="positiveRows">B x d: the positive of each anchor.</param>
    /// <param name="negativeRows">N x d.</param>
    /// <param name="positiveIds">B ids, to find accidental hits.</param>
    /// <param name="negativeIds">N ids.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="anchorGradient">B x d; overwritten.</param>
    /// <param name="positiveGradient">B x d; overwritten.</param>
    /// <param name="negativeGradient">N x d; overwritten.</param>
    /// <param name="threads">Threads; 0 takes all cores. The bytes of the result do not depend on it.</param>
    /// <param name="negativeBias">Added to the score of each negative, such as -ln(N q(n)) for negatives drawn with
    /// probability q; empty adds nothing.</param>
    /// <returns>The mean loss over the batch; 0 for an empty one.</returns>
    /// <exception cref="ArgumentException">A length does not match, or the temperature is not above 0.</exception>
    public double Step(
        int batch, int negatives, float[] anchors, float[] positiveRows, float[] negativeRows,
        ReadOnlySpan<int> positiveIds, ReadOnlySpan<int> negativeIds, float temperature,
        float[] anchorGradient, float[] positiveGradient, float[] negativeGradient, int threads, ReadOnlySpan<float> negativeBias = default)
    {
        Check(batch, negatives, positiveIds.Length, negativeIds.Length, temperature, threads);
        if (!negativeBias.IsEmpty)
            Guard.Length(negativeBias.Length, negatives, nameof(negativeBias), "one for each negative");
        Table(anchors, batch, nameof(anchors));
        Table(positiveRows, batch, nameof(positiveRows));
        Table(negativeRows, negatives, nameof(negativeRows));
        Table(anchorGradient, batch, nameof(anchorGradient));
        Table(positiveGradient, batch, nameof(positiveGradient));
        Table(negativeGradient, negatives, nameof(negativeGradient));
        return SampledSoftmaxReference.Step(
            _dimension, batch, negatives, anchors, positiveRows, negativeRows, positiveIds, negativeIds, temperature,
            anchorGradient, positiveGradient, negativeGradient.AsSpan(0, negatives * _dimension), negativeBias);
    }

    private void Table(float[] table, int rows, string name)
    {
        ArgumentNullException.ThrowIfNull(table, name);
        Guard.LengthAtLeast(table.Length, (long)rows * _dimension, name, "rows * dimension");
    }

    private void Check(int batch, int negatives, int positiveIds, int negativeIds, float temperature, int threads)
    {
        Guard.AtLeast(batch, 0, nameof(batch));
        Guard.AtLeast(negatives, 0, nameof(negatives));
        Guard.AtLeast(threads, 0, nameof(threads));
        if (batch > _maxBatch || negatives > _maxNegatives)
            Guard.Throw(nameof(batch), $"A step of {batch} anchors and {negatives} negatives is larger than the {_maxBatch} and {_maxNegatives} this object was made for.");
        Guard.Length(positiveIds, batch, nameof(positiveIds), "one for each anchor");
        Guard.Length(negativeIds, negatives, nameof(negativeIds), "one for each negative");
        if (!(temperature > 0) || !float.IsFinite(temperature))
            Guard.Throw(nameof(temperature), $"The temperature is {temperature}; it has to be a finite number above 0.");
    }
}
