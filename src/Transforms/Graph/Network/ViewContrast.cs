using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// InfoNCE between two views of the same nodes, over the batch's distinct users and, apart, its distinct items:
/// <c>weight * mean over v of -ln( e^(cos(a_v, b_v)/T) / sum over w of e^(cos(a_v, b_w)/T) )</c>.
/// </summary>
internal sealed class ViewContrast
{
    private readonly int _dimension;
    private readonly int _threads;
    private readonly float _weight;
    private readonly float _temperature;
    private readonly SampledSoftmax _kernel;
    private readonly CosineRows _firstCosine;
    private readonly CosineRows _secondCosine;
    private readonly DistinctRows _distinct;
    private readonly float[] _first;
    private readonly float[] _second;
    private readonly float[] _firstGradient;
    private readonly float[] _ownGradient;
    private readonly float[] _otherGradient;

    public ViewContrast(NetworkShape shape, IContrastModel model)
    {
        _dimension = shape.Dimension;
        _threads = shape.Threads;
        _weight = model.ContrastWeight;
        _temperature = model.ContrastTemperature;
        _distinct = new DistinctRows(shape.Batch);
        int most = _distinct.Capacity;
        _kernel = new SampledSoftmax(most, most, _dimension);
        _firstCosine = new CosineRows(most, _dimension);
        _secondCosine = new CosineRows(most, _dimension);
        _first = new float[most * _dimension];
        _second = new float[_first.Length];
        _firstGradient = new float[_first.Length];
        _ownGradient = new float[_first.Length];
        _otherGradient = new float[_first.Length];
    }

    /// <summary>The weighted loss; its gradients are added to the two tables, which may be one.</summary>
    public double Step(GraphBatch batch, float[] first, float[] second, float[] firstGradient, float[] secondGradient)
    {
        if (_weight == 0)
            return 0;
        return Side(_distinct.Of(batch, batch.Users)) + Side(_distinct.Of(batch, batch.Positives));

        double Side(ReadOnlySpan<int> rows)
        {
            int length = rows.Length * _dimension;
            CompactRows.Gather(first, rows, _dimension, _first);
            CompactRows.Gather(second, rows, _dimension, _second);
            _firstCosine.Forward(_first.AsSpan(0, length));
            _secondCosine.Forward(_second.AsSpan(0, length));

            // The other view's own row is the positive, and as a negative it is left out: the sum has every row once.
            double loss = _kernel.Step(
                rows.Length, rows.Length, _first, _second, _second, rows, rows, _temperature, _firstGradient, _ownGradient, _otherGradient,
                _threads);
            TensorPrimitives.Add(_otherGradient.AsSpan(0, length), _ownGradient.AsSpan(0, length), _otherGradient.AsSpan(0, length));
            _firstCosine.Backward(_first.AsSpan(0, length), _firstGradient.AsSpan(0, length));
            _secondCosine.Backward(_second.AsSpan(0, length), _otherGradient.AsSpan(0, length));
            CompactRows.ScatterAdd(_firstGradient, rows, _dimension, firstGradient, _weight);
            CompactRows.ScatterAdd(_otherGradient, rows, _dimension, secondGradient, _weight);
            return _weight * loss;
        }
    }
}
