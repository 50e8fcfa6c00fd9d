using System.Numerics.Tensors;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// One layer of a sampled computation: a bipartite graph from sources to destinations with weights that sum to 1 for each destination that
/// has a neighbor. Both are compact rows, and the destinations are the first rows of the sources.
/// <see cref="BlockSampler"/> fills it, over and over.
/// </summary>
internal sealed class SampledBlock
{
    private const int RowsPerChunk = 256;

    private int[] _offsets = [];
    private int[] _columns = [];
    private float[] _weights = [];
    private int[] _transposedOffsets = [];
    private int[] _transposedRows = [];
    private float[] _transposedWeights = [];

    /// <summary>Rows that the layer computes.</summary>
    public int Destinations { get; private set; }

    /// <summary>Rows that it reads; the first <see cref="Destinations"/> of them are the destinations.</summary>
    public int Sources { get; private set; }

    /// <summary>Where the neighbors of each destination begin; Destinations + 1 offsets.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, Destinations + 1);

    /// <summary>The source row of each edge.</summary>
    public ReadOnlySpan<int> Columns => _columns.AsSpan(0, _offsets[Destinations]);

    /// <summary>The weight of each edge.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, _offsets[Destinations]);

    /// <summary>destination[r, :] = sum over the edges (r, c, w) of w * source[c, :].</summary>
    public void Multiply(float[] source, float[] destination, int dimension, int threads)
        => Gather(Destinations, _offsets, _columns, _weights, source, destination, dimension, threads);

    /// <summary>The transposed product: destination[c, :] = sum over the edges (r, c, w) of w * source[r, :].</summary>
    public void MultiplyTransposed(float[] source, float[] destination, int dimension, int threads)
        => Gather(Sources, _transposedOffsets, _transposedRows, _transposedWeights, source, destination, dimension, threads);

    /// <summary>Begins a block of so many destinations, each with a number of neighbors.</summary>
    internal (int[] Offsets, int[] Columns, float[] Weights) Begin(int destinations, Func<int, int> neighbors)
    {
        Destinations = destinations;
        GrowingBuffer.AtLeast(ref _offsets, destinations + 1);
        _offsets[0] = 0;
        for (int row = 0; row < destinations; row++)
            _offsets[row + 1] = checked(_offsets[row] + neighbors(row));
        GrowingBuffer.AtLeast(ref _columns, _offsets[destinations]);
        GrowingBuffer.AtLeast(ref _weights, _offsets[destinations]);
        return (_offsets, _columns, _weights);
    }

    /// <summary>
    /// Ends it: the columns are compact rows of so many sources now. The edges are turned round, in the order of
    /// destinations, for the way back.
    /// </summary>
    internal void End(int sources)
    {
        Sources = sources;
        int edges = _offsets[Destinations];
        GrowingBuffer.AtLeast(ref _transposedOffsets, sources + 1);
        GrowingBuffer.AtLeast(ref _transposedRows, edges);
        GrowingBuffer.AtLeast(ref _transposedWeights, edges);
        Array.Clear(_transposedOffsets, 0, sources + 1);
        foreach (int column in Columns)
            _transposedOffsets[column + 1]++;
        for (int source = 0; source < sources; source++)
            _transposedOffsets[source + 1] += _transposedOffsets[source];
        for (int row = Destinations - 1; row >= 0; row--)
        {
            // Backwards, from the end of each list: what is left in the offsets are the ends, one place early.
            for (int e = _offsets[row + 1] - 1; e >= _offsets[row]; e--)
            {
                int place = --_transposedOffsets[_columns[e] + 1];
                (_transposedRows[place], _transposedWeights[place]) = (row, _weights[e]);
            }
        }

        // Each entry c + 1 has become the beginning of c: shift by one, and close with the number of edges.
        Array.Copy(_transposedOffsets, 1, _transposedOffsets, 0, sources);
        _transposedOffsets[sources] = edges;
    }

    private static void Gather(
        int rows, int[] offsets, int[] columns, float[] weights, float[] source, float[] destination, int dimension, int threads)
        => Parallelism.For((rows + RowsPerChunk - 1) / RowsPerChunk, threads, chunk =>
        {
            int end = Math.Min(rows, (chunk + 1) * RowsPerChunk);
            for (int row = chunk * RowsPerChunk; row < end; row++)
            {
                Span<float> sum = destination.AsSpan(row * dimension, dimension);
                sum.Clear();
                for (int e = offsets[row]; e < offsets[row + 1]; e++)
                    TensorPrimitives.MultiplyAdd(source.AsSpan(columns[e] * dimension, dimension), weights[e], sum, sum);
            }
        });
}
