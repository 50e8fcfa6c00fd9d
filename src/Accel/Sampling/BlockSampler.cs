namespace HybridRec.MLNet.Accel;

/// <summary>
/// Draws the neighborhood of a batch of nodes, hop by hop, as a chain of blocks: time and memory of a step follow the batch and the
/// fanouts, not the graph. A node with more neighbors than the fanout has that many of them, each set as likely; a node with fewer has them
/// all. Weights are the matrix's, scaled to sum to 1 over what was drawn. Source: Hamilton et al., "Inductive Representation Learning on
/// Large Graphs", NeurIPS 2017, algorithm 2.
/// <para>What is drawn depends on key, hop and row alone. A set of targets is numbered in its own order, and every hop goes on counting: a
/// row is the same node in all blocks.</para>
/// </summary>
internal sealed class BlockSampler
{
    /// <summary>Largest fanout: what was drawn for a node is kept on the stack, and searched.</summary>
    public const int MostFanout = 256;

    private const int RowsPerChunk = 128;

    private readonly CsrMatrix _neighbors;
    private readonly int[] _fanouts;
    private readonly int _threads;
    private readonly int[] _rowOf;
    private readonly SampledBlock[] _blocks;
    private int[] _nodes = [];
    private bool[] _lonely = [];
    private int _lonelyCount;
    private int _count;

    /// <summary>A sampler of a graph.</summary>
    /// <param name="neighbors">Nodes x nodes: the neighbors of each node, with weights not below 0.</param>
    /// <param name="fanouts">Neighbors of a node at each hop: first those of the targets, then theirs, and so on.</param>
    /// <param name="threads">Threads; 0 takes all cores. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The matrix is not square, or a fanout is not 1 to 256.</exception>
    public BlockSampler(CsrMatrix neighbors, IReadOnlyList<int> fanouts, int threads = 0)
    {
        if (neighbors.Rows != neighbors.Columns)
            Guard.Throw(
                nameof(neighbors),
                $"The matrix has {neighbors.Rows} rows and {neighbors.Columns} columns; neighbors of nodes are nodes, so it has to be square.");
        foreach (int fanout in fanouts)
        {
            if (fanout is < 1 or > MostFanout)
                Guard.Throw(nameof(fanouts), $"A fanout is {fanout}; it has to be 1 to {MostFanout}.");
        }

        _neighbors = neighbors;
        _fanouts = [.. fanouts];
        _threads = threads;
        _rowOf = new int[neighbors.Rows];
        Array.Fill(_rowOf, -1);
        _blocks = [.. _fanouts.Select(_ => new SampledBlock())];
    }

    /// <summary>
    /// The blocks, outermost nodes first: the last one's destinations are the targets, another one's the sources of the next.
    /// </summary>
    public IReadOnlyList<SampledBlock> Blocks => _blocks;

    /// <summary>All nodes of the sample, by compact row; the targets come first.</summary>
    public ReadOnlySpan<int> Nodes => _nodes.AsSpan(0, _count);

    /// <summary>Draws the blocks of some nodes; they overwrite the last ones.</summary>
    /// <param name="targets">Distinct nodes.</param>
    /// <param name="key">What the draw depends on: the same key, the same blocks.</param>
    /// <param name="lonely">Targets to be treated as nodes without neighbors, one value each; empty for none.</param>
    /// <exception cref="ArgumentException">A node is given twice.</exception>
    public void Sample(ReadOnlySpan<int> targets, long key, ReadOnlySpan<bool> lonely = default)
    {
        foreach (int node in Nodes)
            _rowOf[node] = -1;
        _count = 0;
        foreach (int node in targets)
        {
            int before = _count;
            if (RowOf(node) != before)
                Guard.Throw(nameof(targets), $"Node {node} is given more than once; targets have to be distinct.");
        }

        lonely.CopyTo(GrowingBuffer.AtLeast(ref _lonely, lonely.Length));
        _lonelyCount = lonely.Length;
        for (int hop = 0; hop < _fanouts.Length; hop++)
            Draw(_blocks[^(hop + 1)], hop, key);
    }

    private void Draw(SampledBlock block, int hop, long key)
    {
        int destinations = _count;
        int fanout = _fanouts[hop];
        int[] nodes = _nodes;
        (int[] offsets, int[] columns, float[] weights) = block.Begin(
            destinations, row => row < _lonelyCount && _lonely[row] ? 0 : Math.Min(fanout, Degree(nodes[row])));
        Parallelism.For((destinations + RowsPerChunk - 1) / RowsPerChunk, _threads, chunk =>
        {
            Xoshiro256 random = Xoshiro256.Stream(key, hop, chunk);
            Span<int> positions = stackalloc int[MostFanout];
            int end = Math.Min(destinations, (chunk + 1) * RowsPerChunk);
            for (int row = chunk * RowsPerChunk; row < end; row++)
            {
                int first = _neighbors.RowOffsets[nodes[row]];
                Span<int> drawn = positions[..(offsets[row + 1] - offsets[row])];
                Choose(Degree(nodes[row]), drawn, ref random);
                double sum = 0;
                foreach (int position in drawn)
                    sum += _neighbors.Values[first + position];
                for (int i = 0; i < drawn.Length; i++)
                {
                    columns[offsets[row] + i] = _neighbors.ColumnIndices[first + drawn[i]];
                    weights[offsets[row] + i] = sum > 0 ? (float)(_neighbors.Values[first + drawn[i]] / sum) : 1f / drawn.Length;
                }
            }
        });

        // One thread numbers what all have drawn, in the order of rows.
        for (int e = 0; e < offsets[destinations]; e++)
            columns[e] = RowOf(columns[e]);
        block.End(_count);
    }

    /// <summary>
    /// Distinct positions below a count, every set as likely (Floyd's algorithm; Bentley and Floyd 1987); all
    /// of them, when they are that few.
    /// </summary>
    private static void Choose(int count, Span<int> positions, ref Xoshiro256 random)
    {
        for (int i = 0, last = count - positions.Length; i < positions.Length; i++, last++)
        {
            int position = count == positions.Length ? i : random.NextInt32(last + 1);
            positions[i] = positions[..i].Contains(position) ? last : position;
        }
    }

    private int Degree(int node) => _neighbors.RowOffsets[node + 1] - _neighbors.RowOffsets[node];

    private int RowOf(int node)
    {
        int row = _rowOf[node];
        if (row >= 0)
            return row;
        GrowingBuffer.AtLeast(ref _nodes, _count + 1)[_count] = node;
        return _rowOf[node] = _count++;
    }
}
