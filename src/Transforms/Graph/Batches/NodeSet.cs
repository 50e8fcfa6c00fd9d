namespace HybridRec.MLNet.Graph;

/// <summary>
/// The distinct nodes of a batch, numbered 0, 1, ... in order of first appearance: losses and their gradients live in
/// compact tables of these few rows.
/// </summary>
internal sealed class NodeSet
{
    private readonly int[] _rowOf;
    private readonly int[] _nodes;
    private readonly int[] _occurrences;

    /// <param name="nodeCount">Nodes of the graph.</param>
    /// <param name="capacity">Most distinct nodes of a batch.</param>
    public NodeSet(int nodeCount, int capacity)
    {
        _rowOf = new int[nodeCount];
        Array.Fill(_rowOf, -1);
        _nodes = new int[Math.Min(nodeCount, capacity)];
        _occurrences = new int[_nodes.Length];
    }

    public int Count { get; private set; }

    public int Capacity => _nodes.Length;

    /// <summary>The nodes, by compact row.</summary>
    public ReadOnlySpan<int> Nodes => _nodes.AsSpan(0, Count);

    /// <summary>How often each node was added, by compact row.</summary>
    public ReadOnlySpan<int> Occurrences => _occurrences.AsSpan(0, Count);

    /// <summary>The compact row of every node of the graph, -1 for those outside the set.</summary>
    public int[] RowOf => _rowOf;

    /// <summary>Adds an occurrence of a node and gives its compact row.</summary>
    public int Add(int node)
    {
        int row = _rowOf[node];
        if (row < 0)
        {
            row = Count++;
            _rowOf[node] = row;
            _nodes[row] = node;
            _occurrences[row] = 0;
        }

        _occurrences[row]++;
        return row;
    }

    public void Clear()
    {
        foreach (int node in Nodes)
            _rowOf[node] = -1;
        Count = 0;
    }
}
