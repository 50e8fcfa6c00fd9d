namespace HybridRec.MLNet.Accel;

/// <summary>
/// Another numbering of a graph's nodes, in which neighbors have numbers close to each other, so that the rows which a product gathers are
/// found in the cache. Kinds of nodes stay together and in order: a user's number is still below <c>UserCount</c>.
/// <para>Nodes are numbered as a breadth-first search from the nodes of highest degree meets them, after Cuthill and McKee, "Reducing the
/// bandwidth of sparse symmetric matrices", ACM 1969.</para>
/// </summary>
internal sealed class NodeOrder
{
    private readonly int[] _numbers;

    private NodeOrder(int[] numbers) => _numbers = numbers;

    /// <summary>The number of every node, by its given one.</summary>
    public ReadOnlySpan<int> Numbers => _numbers;

    /// <summary>Numbers the nodes of a graph.</summary>
    /// <param name="adjacency">The graph, with an entry for both directions of an edge.</param>
    /// <param name="firstOfKinds">The first node of every kind, ascending, the first of them 0.</param>
    public static NodeOrder BreadthFirst(CsrMatrix adjacency, ReadOnlySpan<int> firstOfKinds)
    {
        int nodes = adjacency.Rows;
        int[] visits = new int[nodes];
        bool[] met = new bool[nodes];
        int count = 0;
        ReadOnlySpan<int> offsets = adjacency.RowOffsets, neighbors = adjacency.ColumnIndices;
        int next = 0;
        foreach (int root in ByDegree(adjacency))
        {
            if (met[root])
                continue;
            met[root] = true;
            visits[count++] = root;
            for (; next < count; next++)
            {
                int node = visits[next];
                foreach (int neighbor in neighbors[offsets[node]..offsets[node + 1]])
                {
                    if (met[neighbor])
                        continue;
                    met[neighbor] = true;
                    visits[count++] = neighbor;
                }
            }
        }

        int[] numbers = new int[nodes];
        int[] free = firstOfKinds.ToArray();
        foreach (int node in visits)
            numbers[node] = free[KindOf(firstOfKinds, node)]++;
        return new NodeOrder(numbers);
    }

    /// <summary>The same matrix under the new numbers of its rows and columns.</summary>
    public CsrMatrix Apply(CsrMatrix matrix)
    {
        int[] offsets = new int[matrix.Rows + 1];
        for (int node = 0; node < matrix.Rows; node++)
            offsets[_numbers[node] + 1] = matrix.RowOffsets[node + 1] - matrix.RowOffsets[node];
        for (int row = 0; row < matrix.Rows; row++)
            offsets[row + 1] += offsets[row];
        int[] columns = new int[matrix.NonZeros];
        float[] values = new float[matrix.NonZeros];
        for (int node = 0; node < matrix.Rows; node++)
        {
            int first = matrix.RowOffsets[node], length = matrix.RowOffsets[node + 1] - first;
            Span<int> row = columns.AsSpan(offsets[_numbers[node]], length);
            Span<float> rowValues = values.AsSpan(offsets[_numbers[node]], length);
            for (int e = 0; e < length; e++)
                row[e] = _numbers[matrix.ColumnIndices[first + e]];
            matrix.Values.Slice(first, length).CopyTo(rowValues);
            row.Sort(rowValues);
        }

        return new CsrMatrix(matrix.Rows, matrix.Columns, offsets, columns, values);
    }

    /// <summary>The same interactions under the new numbers of users and items.</summary>
    public InteractionGraph Apply(InteractionGraph graph)
    {
        int[] users = new int[graph.EdgeCount], items = new int[graph.EdgeCount];
        int edge = 0;
        for (int user = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.ItemsOf(user))
                (users[edge], items[edge++]) = (_numbers[user], _numbers[graph.UserCount + item] - graph.UserCount);
        }

        return InteractionGraph.FromPairs(graph.UserCount, graph.ItemCount, users, items);
    }

    /// <summary>Copies the rows of a table of some nodes into the new order.</summary>
    /// <param name="rows">Rows of equal length, of the nodes from <paramref name="firstNode"/> on: a whole kind.</param>
    /// <param name="width">Length of a row.</param>
    /// <param name="firstNode">The node of the first row.</param>
    public T[] Apply<T>(ReadOnlySpan<T> rows, int width, int firstNode)
    {
        var result = new T[rows.Length];
        for (int row = 0; row < rows.Length / width; row++)
            rows.Slice(row * width, width).CopyTo(result.AsSpan((_numbers[firstNode + row] - firstNode) * width));
        return result;
    }

    /// <summary>Brings the rows of a table of all nodes back into the given order, in place.</summary>
    /// <param name="table">One row a node.</param>
    /// <param name="width">Length of a row.</param>
    public void Restore<T>(Span<T> table, int width)
    {
        var done = new bool[_numbers.Length];
        var held = new T[width];
        for (int start = 0; start < _numbers.Length; start++)
        {
            if (done[start])
                continue;

            // A cycle of the permutation: each row takes the place that the row before it has left.
            table.Slice(start * width, width).CopyTo(held);
            int node = start;
            for (; _numbers[node] != start; node = _numbers[node])
            {
                done[node] = true;
                table.Slice(_numbers[node] * width, width).CopyTo(table[(node * width)..]);
            }

            done[node] = true;
            held.CopyTo(table[(node * width)..]);
        }
    }

    private static int KindOf(ReadOnlySpan<int> firstOfKinds, int node)
    {
        int kind = firstOfKinds.Length - 1;
        while (firstOfKinds[kind] > node)
            kind--;
        return kind;
    }

    // Falling degrees, equal ones in the given order.
    private static int[] ByDegree(CsrMatrix adjacency)
    {
        int[] nodes = new int[adjacency.Rows];
        long[] keys = new long[nodes.Length];
        for (int node = 0; node < nodes.Length; node++)
        {
            nodes[node] = node;
            keys[node] = ((long)(adjacency.RowOffsets[node] - adjacency.RowOffsets[node + 1]) << 32) + node;
        }

        Array.Sort(keys, nodes);
        return nodes;
    }
}
