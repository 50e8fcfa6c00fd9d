using System.Collections.Concurrent;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// The vectors of one side, V, which stay as they are while those of the other are solved: for somebody who has the rows S,
/// (a V^T V + S^T S + r I) w = sum of S. The first term is the same for all. Products are single precision, the small system is solved in
/// double. Safe to use from many threads.
/// </summary>
internal sealed class IalsFactors
{
    // Rows gathered at once: two such blocks, plain and packed, stay in the second-level cache.
    private const int BlockRows = 256;

    private const int LeastGramianRows = 4096;

    private readonly float[] _vectors;
    private readonly int _dimension;
    private readonly IalsObjective _objective;
    private readonly double[] _gramian; // a V^T V
    private readonly ConcurrentBag<Scratch> _scratch = [];

    /// <param name="vectors">V, row-major.</param>
    /// <param name="dimension">Its columns.</param>
    /// <param name="objective">What is minimized.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    public IalsFactors(float[] vectors, int dimension, IalsObjective objective, int threads)
    {
        (_vectors, _dimension, _objective) = (vectors, dimension, objective);
        _gramian = new double[dimension * dimension];
        int rows = Math.Max(LeastGramianRows, 16 * dimension); // so that the sums of the blocks are small beside V
        float[][] sums = new float[(Count + rows - 1) / rows][];
        Parallelism.For(sums.Length, threads, chunk =>
        {
            var block = vectors.AsSpan(chunk * rows * dimension, Math.Min(rows, Count - (chunk * rows)) * dimension);
            sums[chunk] = new float[dimension * dimension];
            MatMulKernel.MultiplyTransposedLeft(block, block, sums[chunk], dimension, dimension, block.Length / dimension);
        });
        double[] converted = new double[_gramian.Length];
        foreach (float[] sum in sums)
        {
            TensorPrimitives.ConvertTruncating<float, double>(sum, converted);
            TensorPrimitives.MultiplyAdd(converted, objective.UnobservedWeight, _gramian, _gramian);
        }
    }

    private int Count => _vectors.Length / _dimension;

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
        Array.Clear(s.Right);
        for (int first = 0; first < taken.Length; first += BlockRows)
            Add(taken.Slice(first, Math.Min(BlockRows, taken.Length - first)), s, accumulate: first > 0);
        TensorPrimitives.ConvertTruncating<float, double>(s.Gram, s.System);
        TensorPrimitives.Add(s.System, _gramian, s.System);
        double ridge = _objective.Ridge(taken.Length, Count);
        for (int i = 0; i < _dimension; i++)
            s.System[i * (_dimension + 1)] += ridge;
        SmallCholesky.Solve(s.System, s.Right, _dimension);
        TensorPrimitives.ConvertTruncating<double, float>(s.Right, vector);
        _scratch.Add(s);
    }

    // Adds a block of rows to the system.
    private void Add(ReadOnlySpan<int> taken, Scratch s, bool accumulate)
    {
        Array.Clear(s.Sum);
        for (int r = 0; r < taken.Length; r++)
        {
            var row = _vectors.AsSpan(taken[r] * _dimension, _dimension);
            row.CopyTo(s.Rows.AsSpan(r * _dimension));
            TensorPrimitives.Add(s.Sum, row, s.Sum);
        }

        var block = s.Rows.AsSpan(0, taken.Length * _dimension);
        s.Packed.Pack(block, taken.Length, _dimension, transposed: false);
        MatMulKernel.MultiplyTransposedLeft(block, s.Packed, s.Gram, _dimension, accumulate);
        for (int i = 0; i < _dimension; i++)
            s.Right[i] += s.Sum[i];
    }

    private sealed class Scratch(int dimension)
    {
        public float[] Rows { get; } = new float[BlockRows * dimension];

        public PackedMatrix Packed { get; } = new();

        public float[] Gram { get; } = new float[dimension * dimension];

        public float[] Sum { get; } = new float[dimension];

        public double[] System { get; } = new double[dimension * dimension];

        public double[] Right { get; } = new double[dimension];
    }
}
