using System.Collections.Concurrent;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// The vectors of one side, V, which stay as they are while those of the other are solved: for somebody who has the rows S,
/// (a V^T V + S^T S + r I) w = sum of S. The first term is the same for all: in the basis of its eigenvectors it is diagonal with any r,
/// D, and who has fewer rows than a vector has numbers is solved by them, w = D^-1 S^T (I + S D^-1 S^T)^-1 1 (Woodbury). Products are
/// single precision, the small system is solved in double. Safe to use from many threads.
/// </summary>
internal sealed class IalsFactors
{
    // Rows gathered at once: two such blocks, plain and packed, stay in the second-level cache.
    private const int BlockRows = 256;

    private const int LeastGramianRows = 4096;

    private readonly int _dimension;
    private readonly IalsObjective _objective;
    private readonly float[] _rotated; // V in the basis of the eigenvectors
    private readonly PackedMatrix _basis = new(); // eigenvectors as rows
    private readonly double[] _values; // of a V^T V
    private readonly ConcurrentBag<Scratch> _scratch = [];

    /// <param name="vectors">V, row-major.</param>
    /// <param name="dimension">Its columns.</param>
    /// <param name="objective">What is minimized.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    public IalsFactors(float[] vectors, int dimension, IalsObjective objective, int threads)
    {
        (_dimension, _objective, _rotated) = (dimension, objective, new float[vectors.Length]);
        double[] basis = Gramian(vectors, dimension, objective.UnobservedWeight, threads);
        _values = new double[dimension];
        SymmetricEigen.Decompose(basis, _values, dimension);
        TensorPrimitives.Max(_values, 0, _values); // below 0 by rounding only
        float[] single = Array.ConvertAll(basis, value => (float)value);
        _basis.Pack(single, dimension, dimension, transposed: false);
        var transposed = new PackedMatrix();
        transposed.Pack(single, dimension, dimension, transposed: true);
        MatMulKernel.Multiply(vectors, transposed, _rotated, Count, threads: threads);
    }

    private int Count => _rotated.Length / _dimension;

    /// <summary>Solves the vector of a node of the other side.</summary>
    /// <param name="taken">The rows it has; with none its vector is zero.</param>
    /// <param name="vector">Receives the vector.</param>
    public void Solve(ReadOnlySpan<int> taken, Span<float> vector)
    {
        if (taken.IsEmpty)
        {
            vector.Clear();
            return;
        }

        if (!_scratch.TryTake(out var s))
            s = new Scratch(_dimension);
        TensorPrimitives.Add(_values, _objective.Ridge(taken.Length, Count), s.Diagonal);
        if (taken.Length <= _dimension)
            SolveByRows(taken, s);
        else
            SolveByColumns(taken, s);
        MatMulKernel.Multiply(s.Sum, _basis, vector, 1);
        _scratch.Add(s);
    }

    private static double[] Gramian(float[] vectors, int dimension, float weight, int threads)
    {
        int count = vectors.Length / dimension, rows = Math.Max(LeastGramianRows, 16 * dimension); // the sums are small beside V
        float[][] sums = new float[(count + rows - 1) / rows][];
        Parallelism.For(sums.Length, threads, chunk =>
        {
            var block = vectors.AsSpan(chunk * rows * dimension, Math.Min(rows, count - (chunk * rows)) * dimension);
            sums[chunk] = new float[dimension * dimension];
            MatMulKernel.MultiplyTransposedLeft(block, block, sums[chunk], dimension, dimension, block.Length / dimension);
        });
        double[] gramian = new double[dimension * dimension], converted = new double[gramian.Length];
        foreach (float[] sum in sums)
        {
            TensorPrimitives.ConvertTruncating<float, double>(sum, converted);
            TensorPrimitives.MultiplyAdd(converted, weight, gramian, gramian);
        }

        return gramian;
    }

    // By a system of as many unknowns as there are rows: T = S D^-1/2, (I + T T^T) y = 1, w = D^-1/2 T^T y.
    private void SolveByRows(ReadOnlySpan<int> taken, Scratch s)
    {
        int rows = taken.Length;
        TensorPrimitives.ConvertTruncating<double, float>(s.Diagonal, s.Scales);
        TensorPrimitives.ReciprocalSqrt(s.Scales, s.Scales);
        for (int r = 0; r < rows; r++)
            TensorPrimitives.Multiply(Row(taken[r]), s.Scales, s.Rows.AsSpan(r * _dimension, _dimension));
        var block = s.Rows.AsSpan(0, rows * _dimension);
        s.Packed.Pack(block, _dimension, rows, transposed: true);
        MatMulKernel.Multiply(block, s.Packed, s.Gram.AsSpan(0, rows * rows), rows);
        Span<double> system = s.System.AsSpan(0, rows * rows), right = s.Right.AsSpan(0, rows);
        TensorPrimitives.ConvertTruncating<float, double>(s.Gram.AsSpan(0, rows * rows), system);
        for (int r = 0; r < rows; r++)
            system[r * (rows + 1)] += 1;
        right.Fill(1);
        SmallCholesky.Solve(system, right, rows);
        Array.Clear(s.Sum);
        for (int r = 0; r < rows; r++)
            TensorPrimitives.MultiplyAdd(s.Rows.AsSpan(r * _dimension, _dimension), (float)right[r], s.Sum, s.Sum);
        TensorPrimitives.Multiply(s.Sum, s.Scales, s.Sum);
    }

    // By a system of as many unknowns as a vector has numbers.
    private void SolveByColumns(ReadOnlySpan<int> taken, Scratch s)
    {
        Array.Clear(s.Right);
        for (int first = 0; first < taken.Length; first += BlockRows)
            Add(taken.Slice(first, Math.Min(BlockRows, taken.Length - first)), s, accumulate: first > 0);
        TensorPrimitives.ConvertTruncating<float, double>(s.Gram, s.System);
        for (int i = 0; i < _dimension; i++)
            s.System[i * (_dimension + 1)] += s.Diagonal[i];
        SmallCholesky.Solve(s.System, s.Right, _dimension);
        TensorPrimitives.ConvertTruncating<double, float>(s.Right, s.Sum);
    }

    // Adds a block of rows to the system.
    private void Add(ReadOnlySpan<int> taken, Scratch s, bool accumulate)
    {
        Array.Clear(s.Sum);
        for (int r = 0; r < taken.Length; r++)
        {
            var row = Row(taken[r]);
            row.CopyTo(s.Rows.AsSpan(r * _dimension));
            TensorPrimitives.Add(s.Sum, row, s.Sum);
        }

        var block = s.Rows.AsSpan(0, taken.Length * _dimension);
        s.Packed.Pack(block, taken.Length, _dimension, transposed: false);
        MatMulKernel.MultiplyTransposedLeft(block, s.Packed, s.Gram, _dimension, accumulate);
        for (int i = 0; i < _dimension; i++)
            s.Right[i] += s.Sum[i];
    }

    private ReadOnlySpan<float> Row(int node) => _rotated.AsSpan(node * _dimension, _dimension);

    private sealed class Scratch(int dimension)
    {
        public float[] Rows { get; } = new float[Math.Max(BlockRows, dimension) * dimension];

        public PackedMatrix Packed { get; } = new();

        public float[] Gram { get; } = new float[dimension * dimension];

        public float[] Sum { get; } = new float[dimension];

        public float[] Scales { get; } = new float[dimension];

        public double[] Diagonal { get; } = new double[dimension];

        public double[] System { get; } = new double[dimension * dimension];

        public double[] Right { get; } = new double[dimension];
    }
}
