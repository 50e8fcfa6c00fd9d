using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// Forward and backward pass of a head over one user's candidates; owns its scratch, so one a thread. <see cref="Fold"/> multiplies the
/// user into the first layer once, after which a candidate costs one (item width x hidden) product and the
/// products of parts cost nothing more.
/// </summary>
internal sealed class HeadPass
{
    private readonly HeadShape _shape;
    private readonly float[] _linear; // item width: what an item slot adds to the score
    private readonly float[] _matrix; // item width x hidden: M_u
    private readonly float[] _scores; // what a score of the pair adds
    private readonly float[] _bias;   // hidden
    private readonly float[] _tower;  // P z_u
    private readonly float[][] _activations;
    private readonly float[][] _deltas;
    private readonly float[] _itemGradient;
    private readonly float[] _matrixGradient;
    private readonly float[] _biasGradient;
    private HeadWeights _weights;
    private float[] _user = [];
    private float _keep = 1;

    public HeadPass(HeadWeights weights, int capacity)
    {
        _weights = weights;
        _shape = weights.Shape;
        int hidden = _shape.FirstWidth;
        _linear = new float[_shape.ItemDimension];
        _scores = new float[_shape.Scores];
        _matrix = new float[_shape.ItemDimension * hidden];
        _bias = new float[hidden];
        _tower = new float[_shape.TowerDimension];
        _activations = [.. _shape.HiddenSizes.Select(h => new float[capacity * h])];
        _deltas = [.. _shape.HiddenSizes.Select(h => new float[capacity * h])];
        _itemGradient = new float[_shape.ItemDimension];
        _matrixGradient = new float[_matrix.Length];
        _biasGradient = new float[hidden];
    }

    /// <summary>
    /// What each item slot adds to the score of the folded user past the hidden layers: a DotProduct or Linear head is
    /// this inner product and a constant.
    /// </summary>
    public ReadOnlySpan<float> Linear => _linear;

    /// <summary>What each score of the pair is multiplied by.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>Makes <paramref name="user"/> (kept until the next call) the user of the passes that follow.</summary>
    public void Fold(HeadWeights weights, ReadOnlySpan<float> user)
    {
        _weights = weights;
        if (_user.Length != user.Length)
            _user = new float[user.Length];
        user.CopyTo(_user);
        ReadOnlySpan<float> p = weights.Parameters;
        int hidden = _shape.FirstWidth;
        bool trained = _shape.Head != RankingHeadKind.DotProduct;

        if (trained)
            _shape.ItemWeights.Of(p).CopyTo(_linear);
        else
            Array.Clear(_linear);
        _shape.FirstItem.Of(p).CopyTo(_matrix);
        var learned = _shape.ProductWeights.Of(p);
        var products = _shape.FirstProduct.Of(p);
        for (int pair = 0; pair < _shape.Pairs.Count; pair++)
        {
            var (userSlot, itemSlot, productSlot, length) = _shape.Pairs[pair];
            float scale = weights.PairScales[pair], start = weights.StartWeights[pair], slotScale = SlotScale(pair);
            for (int k = 0; k < length; k++)
            {
                float u = user[userSlot + k];
                _linear[itemSlot + k] += (start + (trained ? learned[productSlot + k] : 0)) * scale * u;
                if (hidden == 0 || u == 0)
                    continue;
                var row = _matrix.AsSpan((itemSlot + k) * hidden, hidden);
                TensorPrimitives.MultiplyAdd(products.Slice((productSlot + k) * hidden, hidden), u * slotScale, row, row);
            }
        }

        var learnedScores = _shape.ScoreWeights.Of(p);
        for (int s = 0; s < _scores.Length; s++)
        {
            int part = _shape.Pairs.Count + s;
            _scores[s] = (weights.StartWeights[part] + (trained ? learnedScores[s] : 0)) * weights.PairScales[part];
        }

        if (_tower.Length > 0)
            FoldTower(p, user);
        if (hidden == 0)
            return;
        _shape.FirstBias.Of(p).CopyTo(_bias);
        var first = _shape.FirstUser.Of(p);
        for (int k = 0; k < user.Length; k++)
            if (user[k] != 0)
                TensorPrimitives.MultiplyAdd(first.Slice(k * hidden, hidden), user[k], _bias, _bias);
    }

    // <P z_u, Q z_i> is linear in z_i for a given user.
    private void FoldTower(ReadOnlySpan<float> parameters, ReadOnlySpan<float> user)
    {
        int width = _tower.Length;
        Array.Clear(_tower);
        var users = _shape.UserTower.Of(parameters);
        for (int k = 0; k < user.Length; k++)
            TensorPrimitives.MultiplyAdd(users.Slice(k * width, width), user[k], _tower, _tower);
        var items = _shape.ItemTower.Of(parameters);
        for (int k = 0; k < _linear.Length; k++)
            _linear[k] += TensorPrimitives.Dot(items.Slice(k * width, width), _tower);
    }

    /// <summary>Scores candidates of the folded user.</summary>
    /// <param name="items">Item vectors, count x item width, row-major.</param>
    /// <param name="pairScores">The scores of the pair, count x their number, row-major.</param>
    /// <param name="count">Candidates, at most the capacity.</param>
    /// <param name="scores">Receives the scores.</param>
    public void Forward(ReadOnlySpan<float> items, ReadOnlySpan<float> pairScores, int count, Span<float> scores)
    {
        var unused = default(Xoshiro256);
        Forward(items, pairScores, count, scores, 0, ref unused);
    }

    /// <summary>As the other overload, in training.</summary>
    /// <param name="items">Item vectors, count x item width, row-major.</param>
    /// <param name="pairScores">The scores of the pair, count x their number, row-major.</param>
    /// <param name="count">Candidates, at most the capacity.</param>
    /// <param name="scores">Receives the scores.</param>
    /// <param name="dropout">Probability that a hidden unit is dropped.</param>
    /// <param name="random">What the dropped units are drawn from.</param>
    public void Forward(
        ReadOnlySpan<float> items, ReadOnlySpan<float> pairScores, int count, Span<float> scores, float dropout, ref Xoshiro256 random)
    {
        ReadOnlySpan<float> p = _weights.Parameters;
        int width = _shape.ItemDimension;
        ForwardPastHidden(items, pairScores, count, scores);
        if (_shape.FirstWidth == 0)
            return;

        _keep = 1 - dropout;
        int hidden = _shape.FirstWidth;
        MatMulKernel.Multiply(items[..(count * width)], _matrix, Rows(_activations[0], count, hidden), count, hidden, width);
        Activate(_activations[0], _bias, count, ref random);
        for (int layer = 0; layer < _shape.Deeper.Count; layer++)
        {
            var (weights, bias) = _shape.Deeper[layer];
            MatMulKernel.Multiply(
                Rows(_activations[layer], count, weights.Rows), weights.Of(p), Rows(_activations[layer + 1], count, weights.Columns), count,
                weights.Columns, weights.Rows);
            Activate(_activations[layer + 1], bias.Of(p), count, ref random);
        }
        var output = _shape.Output.Of(p);
        var last = _activations[^1];
        for (int c = 0; c < count; c++)
            scores[c] += TensorPrimitives.Dot(last.AsSpan(c * output.Length, output.Length), output);
    }

    /// <summary>As <c>Forward</c>, without the hidden layers.</summary>
    /// <param name="items">Item vectors, count x item width, row-major.</param>
    /// <param name="pairScores">The scores of the pair, count x their number, row-major.</param>
    /// <param name="count">Candidates.</param>
    /// <param name="scores">Receives the scores.</param>
    public void ForwardPastHidden(ReadOnlySpan<float> items, ReadOnlySpan<float> pairScores, int count, Span<float> scores)
    {
        int width = _shape.ItemDimension;
        float constant = _shape.Bias.Length == 0 ? 0 : _shape.Bias.Of((ReadOnlySpan<float>)_weights.Parameters)[0];
        for (int c = 0; c < count; c++)
            scores[c] = constant + TensorPrimitives.Dot(items.Slice(c * width, width), _linear);
        AddPairScores(pairScores, count, scores);
    }

    private void AddPairScores(ReadOnlySpan<float> pairScores, int count, Span<float> scores)
    {
        for (int s = 0; s < _scores.Length; s++)
        {
            for (int c = 0; c < count; c++)
                scores[c] += _scores[s] * pairScores[c * _scores.Length + s];
        }
    }

    /// <summary>Adds the gradient of the last <c>Forward</c> to <paramref name="gradient"/>.</summary>
    /// <param name="items">The item vectors of that pass.</param>
    /// <param name="pairScores">The scores of the pair of that pass.</param>
    /// <param name="count">Its candidates.</param>
    /// <param name="scoreGradient">dL/d(score), one a candidate.</param>
    /// <param name="gradient">Accumulates dL/d(parameters), laid out as the parameters are.</param>
    public void Backward(
        ReadOnlySpan<float> items, ReadOnlySpan<float> pairScores, int count, ReadOnlySpan<float> scoreGradient, Span<float> gradient)
    {
        int width = _shape.ItemDimension, hidden = _shape.FirstWidth;
        Array.Clear(_itemGradient);
        for (int c = 0; c < count; c++)
            TensorPrimitives.MultiplyAdd(items.Slice(c * width, width), scoreGradient[c], _itemGradient, _itemGradient);
        var itemWeights = _shape.ItemWeights.Of(gradient);
        TensorPrimitives.Add(itemWeights, _itemGradient, itemWeights);
        _shape.Bias.Of(gradient)[0] += TensorPrimitives.Sum(scoreGradient[..count]);
        var scoreWeights = _shape.ScoreWeights.Of(gradient);
        for (int s = 0; s < _scores.Length; s++)
        {
            float scale = _weights.PairScales[_shape.Pairs.Count + s];
            for (int c = 0; c < count; c++)
                scoreWeights[s] += scoreGradient[c] * scale * pairScores[c * _scores.Length + s];
        }

        if (_tower.Length > 0)
            BackwardTower(gradient);
        if (hidden > 0)
            BackwardHidden(items, count, scoreGradient, gradient);

        var learned = _shape.ProductWeights.Of(gradient);
        var products = _shape.FirstProduct.Of(gradient);
        for (int pair = 0; pair < _shape.Pairs.Count; pair++)
        {
            var (userSlot, itemSlot, productSlot, length) = _shape.Pairs[pair];
            float scale = _weights.PairScales[pair], slotScale = SlotScale(pair);
            for (int k = 0; k < length; k++)
            {
                float u = _user[userSlot + k];
                learned[productSlot + k] += _itemGradient[itemSlot + k] * scale * u;
                if (hidden == 0 || u == 0)
                    continue;
                var row = products.Slice((productSlot + k) * hidden, hidden);
                TensorPrimitives.MultiplyAdd(_matrixGradient.AsSpan((itemSlot + k) * hidden, hidden), u * slotScale, row, row);
            }
        }
    }

    private void BackwardTower(Span<float> gradient)
    {
        int width = _tower.Length;
        var weights = _shape.ItemTower.Of((ReadOnlySpan<float>)_weights.Parameters);
        var items = _shape.ItemTower.Of(gradient);
        float[] slope = new float[width];
        for (int k = 0; k < _itemGradient.Length; k++)
        {
            var row = items.Slice(k * width, width);
            TensorPrimitives.MultiplyAdd(_tower, _itemGradient[k], row, row);
            TensorPrimitives.MultiplyAdd(weights.Slice(k * width, width), _itemGradient[k], slope, slope);
        }
        var users = _shape.UserTower.Of(gradient);
        for (int k = 0; k < _user.Length; k++)
        {
            var row = users.Slice(k * width, width);
            TensorPrimitives.MultiplyAdd(slope, _user[k], row, row);
        }
    }

    private void BackwardHidden(ReadOnlySpan<float> items, int count, ReadOnlySpan<float> scoreGradient, Span<float> gradient)
    {
        ReadOnlySpan<float> p = _weights.Parameters;
        var output = _shape.Output.Of(p);
        var outputGradient = _shape.Output.Of(gradient);
        for (int c = 0; c < count; c++)
        {
            TensorPrimitives.MultiplyAdd(
                _activations[^1].AsSpan(c * output.Length, output.Length), scoreGradient[c], outputGradient, outputGradient);
            TensorPrimitives.Multiply(output, scoreGradient[c], _deltas[^1].AsSpan(c * output.Length, output.Length));
        }
        for (int layer = _shape.Deeper.Count - 1; layer >= 0; layer--)
        {
            var (weights, bias) = _shape.Deeper[layer];
            var delta = Rows(_deltas[layer + 1], count, weights.Columns);
            Mask(delta, _activations[layer + 1]);
            MatMulKernel.MultiplyTransposedLeft(
                Rows(_activations[layer], count, weights.Rows), delta, weights.Of(gradient), weights.Rows, weights.Columns, count,
                accumulate: true);
            AddRows(delta, count, bias.Of(gradient));
            MatMulKernel.MultiplyTransposedRight(
                delta, weights.Of(p), Rows(_deltas[layer], count, weights.Rows), count, weights.Rows, weights.Columns);
        }

        int width = _shape.ItemDimension, hidden = _shape.FirstWidth;
        var first = Rows(_deltas[0], count, hidden);
        Mask(first, _activations[0]);
        MatMulKernel.MultiplyTransposedLeft(items[..(count * width)], first, _matrixGradient, width, hidden, count);
        var firstItem = _shape.FirstItem.Of(gradient);
        TensorPrimitives.Add(firstItem, _matrixGradient, firstItem);
        Array.Clear(_biasGradient);
        AddRows(first, count, _biasGradient);
        var firstBias = _shape.FirstBias.Of(gradient);
        TensorPrimitives.Add(firstBias, _biasGradient, firstBias);
        var firstUser = _shape.FirstUser.Of(gradient);
        for (int k = 0; k < _user.Length; k++)
        {
            var row = firstUser.Slice(k * hidden, hidden);
            if (_user[k] != 0)
                TensorPrimitives.MultiplyAdd(_biasGradient, _user[k], row, row);
        }
    }

    /// <summary>
    /// The hidden layer reads products of about unit variance, as its other inputs are: a dot of n slots has n times their variance.
    /// </summary>
    private float SlotScale(int pair) => _weights.PairScales[pair] * MathF.Sqrt(_shape.Pairs[pair].Length);

    private void Activate(Span<float> rows, ReadOnlySpan<float> bias, int count, ref Xoshiro256 random)
    {
        for (int c = 0; c < count; c++)
        {
            var row = rows.Slice(c * bias.Length, bias.Length);
            TensorPrimitives.Add(row, bias, row);
            TensorPrimitives.Max(row, 0f, row);
        }
        if (_keep >= 1)
            return;
        float scale = 1 / _keep;
        foreach (ref float value in rows[..(count * bias.Length)])
            value = random.NextDouble() < _keep ? value * scale : 0;
    }

    // A unit that is off, by ReLU or by dropout, is zero after the forward pass.
    private void Mask(Span<float> delta, ReadOnlySpan<float> activation)
    {
        float scale = 1 / _keep;
        for (int i = 0; i < delta.Length; i++)
            delta[i] = activation[i] > 0 ? delta[i] * scale : 0;
    }

    private static Span<float> Rows(float[] buffer, int count, int width) => buffer.AsSpan(0, count * width);

    private static void AddRows(ReadOnlySpan<float> rows, int count, Span<float> sum)
    {
        for (int c = 0; c < count; c++)
            TensorPrimitives.Add(sum, rows.Slice(c * sum.Length, sum.Length), sum);
    }
}
