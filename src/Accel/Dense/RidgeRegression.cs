using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel.Dense;

/// <summary>
/// The linear map P that predicts rows y by rows x, <c>(X'X + r I) P = X'Y</c>, or by the same map's other form
/// <c>P = X' (X X' + r I)^-1 Y</c> where there are fewer rows than columns: what is solved has the smaller side. The ridge r is the mean
/// eigenvalue times one of five strengths; every fifth row judges.
/// </summary>
internal static class RidgeRegression
{
    private const int JudgeEvery = 5;
    private const int ColumnsPerChunk = 64; // of the right side: with the factor's row they stay in the second-level cache
    private const double LeastRidge = 1e-9;

    private static readonly double[] s_strengths = [0.01, 0.1, 1, 10, 100];

    /// <summary>Fits the map.</summary>
    /// <param name="x">Rows x width, finite and of about unit size.</param>
    /// <param name="y">Rows x outputs.</param>
    /// <param name="width">Columns of x, 1 or more.</param>
    /// <param name="outputs">Columns of y, 1 or more.</param>
    /// <param name="threads">Threads; 0 takes all cores. The map does not depend on it.</param>
    /// <param name="cancellationToken">Stops between rows of a factor.</param>
    /// <returns>P, width x outputs.</returns>
    public static float[] Fit(float[] x, float[] y, int width, int outputs, int threads, CancellationToken cancellationToken)
    {
        int[] rows = [.. Enumerable.Range(0, x.Length / width)];
        int[] judged = [.. rows.Where(row => row % JudgeEvery == JudgeEvery - 1)];
        double strength = 1;
        if (judged.Length > 0)
        {
            int[] learned = [.. rows.Where(row => row % JudgeEvery != JudgeEvery - 1)];
            var problem = new Problem(Gather(x, width, learned), Gather(y, outputs, learned), width, outputs, threads);
            float[] asked = Gather(x, width, judged), wanted = Gather(y, outputs, judged), predicted = new float[wanted.Length];
            double best = double.PositiveInfinity;
            foreach (double candidate in s_strengths)
            {
                float[] map = problem.Solve(candidate, cancellationToken);
                MatMulKernel.Multiply(asked, map, predicted, judged.Length, outputs, width, threads: threads);
                double error = TensorPrimitives.Distance<float>(predicted, wanted);
                if (error < best)
                    (best, strength) = (error, candidate);
            }
        }

        return new Problem(x, y, width, outputs, threads).Solve(strength, cancellationToken);
    }

    private static float[] Gather(float[] table, int width, int[] rows)
    {
        float[] gathered = new float[rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
            table.AsSpan(rows[i] * width, width).CopyTo(gathered.AsSpan(i * width));
        return gathered;
    }

    /// <summary>One regression, for any ridge.</summary>
    private sealed class Problem
    {
        private readonly float[] _x;
        private readonly int _rows, _width, _outputs, _side, _threads;
        private readonly double[] _gram;  // of the smaller side
        private readonly double[] _right; // side x outputs
        private readonly double _mean;    // mean eigenvalue of X'X

        public Problem(float[] x, float[] y, int width, int outputs, int threads)
        {
            (_x, _width, _outputs, _threads, _rows) = (x, width, outputs, threads, x.Length / width);
            _side = Math.Min(_rows, width);
            float[] gram = new float[_side * _side], right = y;
            if (_rows < width)
            {
                MatMulKernel.MultiplyTransposedRight(x, x, gram, _rows, _rows, width, threads: threads);
            }
            else
            {
                right = new float[width * outputs];
                MatMulKernel.MultiplyTransposedLeft(x, x, gram, width, width, _rows, threads: threads);
                MatMulKernel.MultiplyTransposedLeft(x, y, right, width, outputs, _rows, threads: threads);
            }

            (_gram, _right) = (Array.ConvertAll(gram, value => (double)value), Array.ConvertAll(right, value => (double)value));
            for (int i = 0; i < _side; i++)
                _mean += _gram[(i * _side) + i] / width;
        }

        public float[] Solve(double strength, CancellationToken cancellationToken)
        {
            double[] factor = [.. _gram], solved = [.. _right];
            double ridge = strength * Math.Max(_mean, LeastRidge);
            for (int i = 0; i < _side; i++)
                factor[(i * _side) + i] += ridge;
            Factor(factor, _side, cancellationToken);
            Parallelism.For((_outputs + ColumnsPerChunk - 1) / ColumnsPerChunk, _threads, chunk =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                int first = chunk * ColumnsPerChunk;
                Substitute(factor, _side, solved, _outputs, first, Math.Min(ColumnsPerChunk, _outputs - first));
            });
            float[] small = Array.ConvertAll(solved, value => (float)value);
            if (_rows >= _width)
                return small;
            float[] map = new float[_width * _outputs];
            MatMulKernel.MultiplyTransposedLeft(_x, small, map, _width, _outputs, _rows, threads: _threads);
            return map;
        }
    }

    // A = L L', row after row; the lower triangle becomes L.
    private static void Factor(double[] a, int n, CancellationToken cancellationToken)
    {
        for (int row = 0; row < n; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<double> own = a.AsSpan(row * n, row + 1);
            for (int column = 0; column < row; column++)
            {
                ReadOnlySpan<double> other = a.AsSpan(column * n, column + 1);
                own[column] = (own[column] - TensorPrimitives.Dot<double>(own[..column], other[..column])) / other[column];
            }

            // The ridge keeps the pivots positive; rounding may not take more than that.
            own[row] = Math.Sqrt(Math.Max(own[row] - TensorPrimitives.SumOfSquares<double>(own[..row]), LeastRidge * own[row]));
        }
    }

    // Solves L L' z = b for some columns of the right side, in place.
    private static void Substitute(double[] factor, int n, double[] right, int stride, int first, int columns)
    {
        double[] block = new double[n * columns];
        for (int i = 0; i < n; i++)
        {
            Span<double> own = block.AsSpan(i * columns, columns);
            right.AsSpan((i * stride) + first, columns).CopyTo(own);
            for (int j = 0; j < i; j++)
                TensorPrimitives.MultiplyAdd(block.AsSpan(j * columns, columns), -factor[(i * n) + j], own, own);
            TensorPrimitives.Divide(own, factor[(i * n) + i], own);
        }

        for (int i = n - 1; i >= 0; i--)
        {
            Span<double> own = block.AsSpan(i * columns, columns);
            TensorPrimitives.Divide(own, factor[(i * n) + i], own);
            for (int j = 0; j < i; j++)
            {
                Span<double> other = block.AsSpan(j * columns, columns);
                TensorPrimitives.MultiplyAdd(own, -factor[(i * n) + j], other, other);
            }

            own.CopyTo(right.AsSpan((i * stride) + first, columns));
        }
    }
}
