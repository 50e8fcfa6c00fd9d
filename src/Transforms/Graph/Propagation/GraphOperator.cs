using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The normalized adjacency A of a graph with what models do to it: products with A and its transpose, and both
/// restricted to the rows of a batch.
/// </summary>
internal sealed class GraphOperator
{
    private const int RowsPerChunk = 64;
    private const int NodesPerChunk = 1024;
    private const int RowsWorthSkipping = 8;

    private readonly CsrMatrix _matrix;
    private readonly GraphNormalization _normalization;
    private readonly IAggregationBackend _backend;
    private readonly int _threads;
    private readonly CpuAggregationBackend? _cpu; // null: a foreign backend, which has the whole product only
    private readonly EmbeddingPrecision _precision;
    private readonly Int8Propagation? _int8;
    private CsrMatrix? _transposed;
    private float[]? _wide;
    private uint[]? _rounded;

    public GraphOperator(
        CsrMatrix matrix, GraphNormalization normalization, IAggregationBackend backend, int threads,
        EmbeddingPrecision precision = EmbeddingPrecision.Single)
    {
        _precision = precision;
        _matrix = matrix;
        _normalization = normalization;
        _backend = backend;
        _threads = threads;
        _cpu = backend as CpuAggregationBackend;
        _int8 = precision == EmbeddingPrecision.Int8 ? new Int8Propagation(matrix, backend, threads) : null;
    }

    public int NodeCount => _matrix.Rows;

    /// <summary>Products with A in 8 bits; null in another precision. Such an operator serves, it does not train.</summary>
    public Int8Propagation? Int8 => _int8;

    // Made on first use: what only serves, or samples, never asks for it. 1/sqrt(d_v d_u) and 1 are symmetric; 1/d_v is not.
    private CsrMatrix Transposed => _transposed ??= _normalization == GraphNormalization.Row ? _matrix.Transpose() : _matrix;

    /// <summary>destination = A source.</summary>
    public void Multiply(float[] source, float[] destination, int dimension)
    {
        if (_int8 is null)
            Multiply(_matrix, source, destination, dimension);
        else
            _int8.Multiply(source, destination, dimension);
    }

    /// <summary>destination = A' source.</summary>
    public void MultiplyTransposed(float[] source, float[] destination, int dimension) =>
        Multiply(Transposed, source, destination, dimension);

    /// <summary>Rows of destination = A source, for the nodes of a set; the other rows are left undefined.</summary>
    public void MultiplyRows(NodeSet rows, float[] source, float[] destination, int dimension)
    {
        if (_cpu is null)
        {
            Multiply(source, destination, dimension);
            return;
        }

        if (_precision == EmbeddingPrecision.Single)
        {
            ForRows(rows, node => SpmmKernel.Multiply(_matrix, source, destination, dimension, node, node + 1));
            return;
        }

        uint[] rounded = Rounded(dimension);
        _cpu.Round(source, rounded, dimension);
        ForRows(rows, node => SpmmBFloat16Kernel.Multiply(_matrix, rounded, destination, dimension, node, node + 1));
    }

    /// <summary>destination = A' source, where only the nodes of a set have a row in source; it is given compactly.</summary>
    public void MultiplyTransposedRows(NodeSet rows, float[] compact, float[] destination, int dimension)
    {
        // Skipping rows without a gradient pays only where they are most: the full product runs at the machine's gather bandwidth.
        if (_cpu is null || rows.Count > NodeCount / RowsWorthSkipping)
        {
            // Made on first use: an operator that only serves never comes here.
            _wide ??= new float[(long)NodeCount * dimension];
            Array.Clear(_wide);
            for (int r = 0; r < rows.Count; r++)
                compact.AsSpan(r * dimension, dimension).CopyTo(_wide.AsSpan(rows.Nodes[r] * dimension));
            MultiplyTransposed(_wide, destination, dimension);
            return;
        }

        CsrMatrix transposed = Transposed;
        int nodes = transposed.Rows;
        int[] rowOf = rows.RowOf;
        Parallelism.For((nodes + NodesPerChunk - 1) / NodesPerChunk, _threads, chunk =>
        {
            int end = Math.Min(nodes, (chunk + 1) * NodesPerChunk);
            ReadOnlySpan<int> offsets = transposed.RowOffsets;
            ReadOnlySpan<int> columns = transposed.ColumnIndices;
            ReadOnlySpan<float> values = transposed.Values;
            for (int node = chunk * NodesPerChunk; node < end; node++)
            {
                Span<float> sum = destination.AsSpan(node * dimension, dimension);
                sum.Clear();
                for (int k = offsets[node]; k < offsets[node + 1]; k++)
                {
                    int row = rowOf[columns[k]];
                    if (row >= 0)
                        TensorPrimitives.MultiplyAdd(compact.AsSpan(row * dimension, dimension), values[k], sum, sum);
                }
            }
        });
    }

    private void ForRows(NodeSet rows, Action<int> multiply)
    {
        int count = rows.Count;
        Parallelism.For((count + RowsPerChunk - 1) / RowsPerChunk, _threads, chunk =>
        {
            int end = Math.Min(count, (chunk + 1) * RowsPerChunk);
            for (int r = chunk * RowsPerChunk; r < end; r++)
                multiply(rows.Nodes[r]);
        });
    }

    private void Multiply(CsrMatrix matrix, float[] source, float[] destination, int dimension)
    {
        if (_cpu is not null && _precision == EmbeddingPrecision.BFloat16)
            _cpu.Aggregate(matrix, source, Rounded(dimension), destination, dimension);
        else
            _backend.Aggregate(matrix, source, destination, dimension);
    }

    private uint[] Rounded(int dimension)
    {
        int length = checked(NodeCount * BFloat16Table.RowWords(dimension));
        return _rounded?.Length == length ? _rounded : _rounded = new uint[length];
    }
}
