using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// The scores of EASE and L3AE at one ridge for judged users alone, without B: with P of <see cref="EaseSolver"/>, an item that user u has
/// not scores -(x_u P)_j / P_jj, and under L3AE l_E (x_u G . y_j w_j) - (x_u P)_j (l_E s_j + m_j). x_u P, diag(P) and G = P T serve all
/// values of the other lambdas.
/// </summary>
internal sealed class RidgeScores
{
    private readonly float[] _taken; // x_u P, judged users x items
    private readonly float[] _diagonal;
    private readonly float[] _textRows = []; // G, items x dimension
    private readonly float[] _textTaken = []; // x_u G, judged users x dimension

    private RidgeScores(HeldOutPositives fold, float[] diagonal, Action<int, Span<float>> take, float[]? textRows, int threads)
    {
        int items = diagonal.Length, judged = fold.Users.Count;
        _diagonal = diagonal;
        _taken = new float[checked(judged * items)];
        Parallelism.For(judged, threads, n => take(n, _taken.AsSpan(n * items, items)));
        if (textRows is null)
            return;
        int width = textRows.Length / items;
        _textRows = textRows;
        _textTaken = new float[judged * width];
        Parallelism.For(judged, threads, n =>
        {
            var row = _textTaken.AsSpan(n * width, width);
            foreach (int item in fold.Rest.ItemsOf(fold.Users[n]))
                TensorPrimitives.Add(row, textRows.AsSpan(item * width, width), row);
        });
    }

    /// <summary>Inverts, by way of items or users.</summary>
    /// <param name="fold">Whom to judge.</param>
    /// <param name="gram">X^T X of what is left; null where the users are the cheaper way.</param>
    /// <param name="ridge">l, or l_X + l_E.</param>
    /// <param name="vectors">T of length 1 each; null for EASE alone.</param>
    /// <param name="threads">Threads; 0: all cores.</param>
    /// <param name="step">May throw to cancel.</param>
    public static RidgeScores Of(
        HeldOutPositives fold, SymmetricTiles? gram, float ridge, float[]? vectors, int threads, Action<int, int> step)
    {
        int items = fold.Rest.ItemCount;
        if (gram is null)
        {
            var dual = new DualInverse(fold.Rest, ridge, threads, step);
            return new RidgeScores(
                fold, dual.Diagonal(), (n, row) => dual.Taken(fold.Users[n]).CopyTo(row),
                vectors is null ? null : dual.Times(vectors, vectors.Length / items), threads);
        }

        var tiles = gram.Copy();
        tiles.AddToDiagonal(ridge);
        SpdInverse.Negated(tiles, threads, k => step(k, tiles.TileRows));
        var p = tiles.TakePanels(-1, threads);
        return new RidgeScores(
            fold,
            EaseSolver.Diagonal(p),
            (n, row) =>
            {
                foreach (int item in fold.Rest.ItemsOf(fold.Users[n]))
                    TensorPrimitives.Add(row, p.Row(item), row);
            },
            vectors is null ? null : EaseSolver.Times(p, vectors, threads),
            threads);
    }

    /// <summary>By EASE.</summary>
    public void Ease(int first, ReadOnlySpan<int> users, Span<float> scores)
    {
        int items = _diagonal.Length;
        for (int u = 0; u < users.Length; u++)
        {
            var row = scores.Slice(u * items, items);
            TensorPrimitives.Divide(_taken.AsSpan((first + u) * items, items), _diagonal, row);
            TensorPrimitives.Negate(row, row);
        }
    }

    /// <summary>By L3AE.</summary>
    /// <param name="text">C.</param>
    /// <param name="lambdaE">l_E.</param>
    public ScoreUsers TextAware(TextLinks text, float lambdaE)
    {
        int items = _diagonal.Length, width = text.Dimension;
        float[] factors = EaseSolver.Factors(_diagonal, text, lambdaE, _textRows);
        var vectors = new PackedMatrix();
        vectors.Pack(text.Scaled, width, items, transposed: true);
        return (first, users, scores) =>
        {
            MatMulKernel.Multiply(_textTaken.AsSpan(first * width, users.Length * width), vectors, scores, users.Length);
            TensorPrimitives.Multiply(scores, lambdaE, scores);
            for (int u = 0; u < users.Length; u++)
            {
                var row = scores.Slice(u * items, items);
                TensorPrimitives.MultiplyAdd(_taken.AsSpan((first + u) * items, items), factors, row, row);
            }
        };
    }
}
