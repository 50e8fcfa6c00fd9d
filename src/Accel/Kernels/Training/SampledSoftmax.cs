using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Softmax cross-entropy of each anchor's positive against negatives shared by the batch. With s(x) = anchor . x / temperature,
/// loss = mean over anchors of -s(p) + ln(e^s(p) + sum over n of e^s(n)); a negative that is the anchor's own positive
/// (an accidental hit) takes no part. For cosine similarity give normalized rows. Not safe for two calls at once.
/// <para>Anchors go through in blocks whose scores (block x N) stay in the L2 cache; the three products of a block run on the
/// register-blocked <see cref="MatMulKernel"/>. Blocks belong to a fixed number of groups, each with a gradient of the negatives of its
/// own; these are added in order of the groups, so that the bytes do not depend on the threads. A step allocates no table.</para>
/// </summary>
internal sealed class SampledSoftmax
{
    private const int BlockRows = 128;

    // More than the threads of a small machine, so that they stay evenly busy; each costs a table of N x d.
    private const int MaxGroups = 8;

    private readonly int _maxBatch;
    private readonly int _maxNegatives;
    private readonly int _dimension;
    private readonly PackedMatrix _negativesAcross = new();
    private readonly PackedMatrix _negativesDown = new();
    private readonly Group[] _groups = new Group[MaxGroups];
    private readonly int[] _positiveIds;
    private readonly int[] _negativeIds;
    private readonly int[] _negativePlaces;
    private readonly float[] _bias;
    private readonly Action<int> _runGroup;
    private Batch _step;

    /// <summary>Allocates all buffers of a step.</summary>
    /// <param name="maxBatch">Most anchors of a step.</param>
    /// <param name="maxNegatives">Most negatives of a step.</param>
    /// <param name="dimension">Width of all tables.</param>
    public SampledSoftmax(int maxBatch, int maxNegatives, int dimension)
    {
        Guard.AtLeast(maxBatch, 1, nameof(maxBatch));
        Guard.AtLeast(maxNegatives, 1, nameof(maxNegatives));
        Guard.AtLeast(dimension, 1, nameof(dimension));
        (_maxBatch, _maxNegatives, _dimension) = (maxBatch, maxNegatives, dimension);
        (_positiveIds, _negativeIds, _negativePlaces, _bias) = (
            new int[maxBatch], new int[maxNegatives], new int[maxNegatives], new float[maxNegatives]);
        _runGroup = RunGroup;
        int rows = Math.Min(BlockRows, maxBatch);
        for (int g = 0; g < Math.Min(MaxGroups, (maxBatch + BlockRows - 1) / BlockRows); g++)
            _groups[g] = new Group(rows, maxNegatives, dimension);
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
        Span<float> negativeSum = negativeGradient.AsSpan(0, negatives * _dimension);
        if (!KernelPath.UseVector)
        {
            return SampledSoftmaxReference.Step(
                _dimension, batch, negatives, anchors, positiveRows, negativeRows, positiveIds, negativeIds, temperature,
                anchorGradient, positiveGradient, negativeSum, negativeBias);
        }

        Prepare(negatives, negativeRows, positiveIds, negativeIds, negativeBias);
        int blocks = (batch + BlockRows - 1) / BlockRows;
        int groups = Math.Min(MaxGroups, blocks);
        _step = new Batch(
            batch, negatives, blocks, groups, !negativeBias.IsEmpty, temperature, anchors, positiveRows, anchorGradient, positiveGradient);
        try
        {
            Parallelism.For(groups, threads, _runGroup);
        }
        finally
        {
            _step = default;
        }

        negativeSum.Clear();
        double loss = 0;
        for (int g = 0; g < groups; g++)
        {
            loss += _groups[g].Loss;
            TensorPrimitives.Add(negativeSum, _groups[g].NegativeGradient.AsSpan(0, negativeSum.Length), negativeSum);
        }
        return batch == 0 ? 0 : loss / batch;
    }

    private void Prepare(
        int negatives, float[] negativeRows, ReadOnlySpan<int> positiveIds, ReadOnlySpan<int> negativeIds, ReadOnlySpan<float> bias)
    {
        ReadOnlySpan<float> rows = negativeRows.AsSpan(0, negatives * _dimension);
        _negativesAcross.Pack(rows, _dimension, negatives, transposed: true);
        _negativesDown.Pack(rows, negatives, _dimension, transposed: false);
        positiveIds.CopyTo(_positiveIds);
        negativeIds.CopyTo(_negativeIds);
        bias.CopyTo(_bias);
        // Sorted, so that an anchor finds its accidental hits by a binary search instead of N comparisons.
        for (int s = 0; s < negatives; s++)
            _negativePlaces[s] = s;
        _negativeIds.AsSpan(0, negatives).Sort(_negativePlaces.AsSpan(0, negatives));
    }

    private void RunGroup(int g)
    {
        Group group = _groups[g];
        group.Loss = 0;
        group.NegativeGradient.AsSpan(0, _step.Negatives * _dimension).Clear();
        int end = (int)((long)(g + 1) * _step.Blocks / _step.Groups);
        for (int block = (int)((long)g * _step.Blocks / _step.Groups); block < end; block++)
        {
            int first = block * BlockRows;
            RunBlock(group, first, Math.Min(BlockRows, _step.Size - first));
        }
    }

    private void RunBlock(Group group, int first, int rows)
    {
        int d = _dimension;
        int negatives = _step.Negatives;
        var part = new Range(first * d, (first + rows) * d);
        ReadOnlySpan<float> anchors = _step.Anchors.AsSpan(part);
        ReadOnlySpan<float> positives = _step.Positives.AsSpan(part);
        Span<float> scores = group.Scores.AsSpan(0, rows * negatives);
        Span<float> scaled = group.ScaledAnchors.AsSpan(0, rows * d);
        TensorPrimitives.Multiply(anchors, 1 / _step.Temperature, scaled);
        MatMulKernel.Multiply(scaled, _negativesAcross, scores, rows);

        float scale = 1 / (_step.Temperature * _step.Size);
        Span<float> slopes = stackalloc float[rows];
        for (int i = 0; i < rows; i++)
        {
            float own = TensorPrimitives.Dot(scaled.Slice(i * d, d), positives.Slice(i * d, d));
            slopes[i] = scale * Softmax(scores.Slice(i * negatives, negatives), own, _positiveIds[first + i], scale, ref group.Loss);
        }

        Span<float> anchorGradient = _step.AnchorGradient.AsSpan(part);
        MatMulKernel.Multiply(scores, _negativesDown, anchorGradient, rows);
        Span<float> positiveGradient = _step.PositiveGradient.AsSpan(part);
        for (int i = 0; i < rows; i++)
        {
            Span<float> own = anchorGradient.Slice(i * d, d);
            TensorPrimitives.MultiplyAdd(positives.Slice(i * d, d), slopes[i], own, own);
            TensorPrimitives.Multiply(anchors.Slice(i * d, d), slopes[i], positiveGradient.Slice(i * d, d));
        }
        group.Anchors.Pack(anchors, rows, d, transposed: false);
        MatMulKernel.MultiplyTransposedLeft(
            scores, group.Anchors, group.NegativeGradient.AsSpan(0, negatives * d), negatives, accumulate: true);
    }

    /// <summary>Turns the scores of an anchor into scale * probability; adds its loss; returns probability of the positive - 1.</summary>
    private float Softmax(Span<float> scores, float own, int positiveId, float scale, ref double loss)
    {
        if (_step.HasBias)
            TensorPrimitives.Add(scores, _bias.AsSpan(0, scores.Length), scores);
        Mask(scores, positiveId);
        float max = scores.IsEmpty ? own : MathF.Max(own, TensorPrimitives.Max(scores));
        TensorPrimitives.Subtract(scores, max, scores);
        TensorPrimitives.Exp(scores, scores);
        float others = TensorPrimitives.Sum(scores);
        float positive = MathF.Exp(own - max);
        float partition = positive + others;
        TensorPrimitives.Multiply(scores, scale / partition, scores);
        loss += Math.Log(partition) + max - own;
        // Not positive / partition - 1: the difference would lose all digits where the positive already wins.
        return -others / partition;
    }

    private void Mask(Span<float> scores, int positiveId)
    {
        ReadOnlySpan<int> ids = _negativeIds.AsSpan(0, scores.Length);
        int place = ids.BinarySearch(positiveId);
        if (place < 0)
            return;
        while (place > 0 && ids[place - 1] == positiveId)
            place--;
        for (; place < ids.Length && ids[place] == positiveId; place++)
            scores[_negativePlaces[place]] = float.NegativeInfinity;
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
            Guard.Throw(
                nameof(batch),
                $"A step of {batch} anchors and {negatives} negatives is larger than the {_maxBatch} and {_maxNegatives} this object was made for.");
        Guard.Length(positiveIds, batch, nameof(positiveIds), "one for each anchor");
        Guard.Length(negativeIds, negatives, nameof(negativeIds), "one for each negative");
        if (!(temperature > 0) || !float.IsFinite(temperature))
            Guard.Throw(nameof(temperature), $"The temperature is {temperature}; it has to be a finite number above 0.");
    }

    private readonly record struct Batch(
        int Size, int Negatives, int Blocks, int Groups, bool HasBias, float Temperature,
        float[] Anchors, float[] Positives, float[] AnchorGradient, float[] PositiveGradient);

    private sealed class Group(int rows, int negatives, int dimension)
    {
        public readonly float[] Scores = new float[checked(rows * negatives)];
        public readonly float[] ScaledAnchors = new float[checked(rows * dimension)];
        public readonly float[] NegativeGradient = new float[checked(negatives * dimension)];
        public readonly PackedMatrix Anchors = new();
        public double Loss;
    }
}
