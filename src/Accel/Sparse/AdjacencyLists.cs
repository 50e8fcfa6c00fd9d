namespace HybridRec.MLNet.Accel;

/// <summary>
/// Sorted neighbor lists of one side of a graph that grow. A list is read from the graph it came from until it first changes; then it is
/// copied into an array of its own with room to spare, which doubles when it is full. Inserting costs O(degree) for the
/// shift, one block move of memory.
/// </summary>
internal sealed class AdjacencyLists(InteractionGraph origin, bool users)
{
    private const int LeastRoom = 4;

    private int[]?[] _own = new int[users ? origin.UserCount : origin.ItemCount][];
    private int[] _lengths = new int[users ? origin.UserCount : origin.ItemCount];

    /// <summary>Nodes of this side.</summary>
    public int Count { get; private set; } = users ? origin.UserCount : origin.ItemCount;

    /// <summary>The neighbors of a node, ascending; valid until the node changes.</summary>
    public ReadOnlySpan<int> Of(int node)
    {
        Guard.Index(node, Count, nameof(node), users ? "User" : "Item");
        if (_own[node] is { } list)
            return list.AsSpan(0, _lengths[node]);
        if (node >= (users ? origin.UserCount : origin.ItemCount))
            return [];
        return users ? origin.ItemsOf(node) : origin.UsersOf(node);
    }

    /// <summary>Adds a node without neighbors.</summary>
    public int AddNode()
    {
        if (Count == _own.Length)
        {
            int room = Math.Max(LeastRoom, checked(Count + (Count / 2) + 1));
            Array.Resize(ref _own, room);
            Array.Resize(ref _lengths, room);
        }

        return Count++;
    }

    /// <summary>Inserts a neighbor; false when it is there already.</summary>
    public bool Insert(int node, int neighbor)
    {
        ReadOnlySpan<int> old = Of(node);
        int place = old.BinarySearch(neighbor);
        if (place >= 0)
            return false;
        place = ~place;
        int length = old.Length;
        int[]? list = _own[node];
        if (list is null || list.Length == length)
        {
            list = new int[Math.Max(LeastRoom, checked(length * 2))];
            old[..place].CopyTo(list);
        }

        old[place..].CopyTo(list.AsSpan(place + 1));
        list[place] = neighbor;
        (_own[node], _lengths[node]) = (list, length + 1);
        return true;
    }
}
