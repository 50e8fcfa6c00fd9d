namespace HybridRec.MLNet.Accel;

/// <summary>
/// A bipartite graph that grows: it starts from an <see cref="InteractionGraph"/>, which it shares, and takes further users, items and
/// edges. An edge costs O(degree) of its two ends, in memory moves only, and never touches the rest of the graph. Neighbor lists are
/// sorted. The idea, lists in blocks with room to spare that are changed in place, is that of PlatoGL (CIKM 2022, 10.1145/3511808.3557084).
/// </summary>
/// <remarks>
/// Threads: any number may read while nobody changes the graph; a change needs the graph to itself. Spans given out are valid until the
/// next change. To read while the graph goes on changing, take a <see cref="ToInteractionGraph"/>.
/// </remarks>
internal sealed class DynamicGraph
{
    private readonly AdjacencyLists _itemsOf;
    private readonly AdjacencyLists _usersOf;

    /// <summary>A graph with the edges of another; O(users + items).</summary>
    /// <param name="origin">Where it starts; shared, never changed.</param>
    /// <exception cref="ArgumentNullException">There is no graph to start from.</exception>
    public DynamicGraph(InteractionGraph origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        _itemsOf = new AdjacencyLists(origin, users: true);
        _usersOf = new AdjacencyLists(origin, users: false);
        EdgeCount = origin.EdgeCount;
    }

    /// <summary>Number of users.</summary>
    public int UserCount => _itemsOf.Count;

    /// <summary>Number of items.</summary>
    public int ItemCount => _usersOf.Count;

    /// <summary>Number of distinct user-item pairs.</summary>
    public int EdgeCount { get; private set; }

    /// <summary>Adds a user without items; amortised O(1).</summary>
    /// <returns>The user's number.</returns>
    public int AddUser() => _itemsOf.AddNode();

    /// <summary>Adds an item without users; amortised O(1).</summary>
    /// <returns>The item's number.</returns>
    public int AddItem() => _usersOf.AddNode();

    /// <summary>Adds an edge; one that is there already is left as it is.</summary>
    /// <param name="user">User, from 0.</param>
    /// <param name="item">Item, from 0.</param>
    /// <returns>False when the edge was there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such user or item.</exception>
    public bool Add(int user, int item)
    {
        Guard.Index(user, UserCount, nameof(user), "User");
        Guard.Index(item, ItemCount, nameof(item), "Item");
        if (!_itemsOf.Insert(user, item))
            return false;
        _usersOf.Insert(item, user);
        EdgeCount++;
        return true;
    }

    /// <summary>The items of a user, ascending.</summary>
    /// <param name="user">User, from 0.</param>
    /// <returns>A view into the graph, valid until the next change.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such user.</exception>
    public ReadOnlySpan<int> ItemsOf(int user) => _itemsOf.Of(user);

    /// <summary>The users of an item, ascending.</summary>
    /// <param name="item">Item, from 0.</param>
    /// <returns>A view into the graph, valid until the next change.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public ReadOnlySpan<int> UsersOf(int item) => _usersOf.Of(item);

    /// <summary>Whether the user touched the item; O(log of the user's items).</summary>
    /// <param name="user">User, from 0.</param>
    /// <param name="item">Item; one outside the graph is in no pair.</param>
    /// <returns>True when the pair is an edge.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such user.</exception>
    public bool Contains(int user, int item) => ItemsOf(user).BinarySearch(item) >= 0;

    /// <summary>The graph as it is now, independent of later changes; O(users + items + edges).</summary>
    /// <returns>An immutable copy.</returns>
    public InteractionGraph ToInteractionGraph()
    {
        int[] users = new int[EdgeCount];
        int[] items = new int[EdgeCount];
        int count = 0;
        for (int user = 0; user < UserCount; user++)
        {
            ReadOnlySpan<int> own = ItemsOf(user);
            users.AsSpan(count, own.Length).Fill(user);
            own.CopyTo(items.AsSpan(count));
            count += own.Length;
        }

        return InteractionGraph.FromPairs(UserCount, ItemCount, users, items);
    }
}
