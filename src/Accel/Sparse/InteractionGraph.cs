namespace HybridRec.MLNet.Accel;

/// <summary>
/// The bipartite graph of who touched what: users and items as nodes, one edge for each distinct pair. Neighbor lists are
/// sorted. Immutable, and safe to read from many threads.
/// </summary>
public sealed class InteractionGraph
{
    private readonly int[] _userOffsets;
    private readonly int[] _items;
    private readonly int[] _itemOffsets;
    private readonly int[] _users;

    private InteractionGraph(int[] userOffsets, int[] items, int[] itemOffsets, int[] users) =>
        (_userOffsets, _items, _itemOffsets, _users) = (userOffsets, items, itemOffsets, users);

    /// <summary>Number of users.</summary>
    public int UserCount => _userOffsets.Length - 1;

    /// <summary>Number of items.</summary>
    public int ItemCount => _itemOffsets.Length - 1;

    /// <summary>Users plus items. User u is node u; item i is node UserCount + i.</summary>
    public int NodeCount => UserCount + ItemCount;

    /// <summary>Number of distinct user-item pairs.</summary>
    public int EdgeCount => _items.Length;

    /// <summary>Builds the graph from pairs in any order; a pair given more than once is one edge.</summary>
    /// <param name="userCount">Number of users; ids run from 0 to userCount - 1.</param>
    /// <param name="itemCount">Number of items; ids run from 0 to itemCount - 1.</param>
    /// <param name="users">User of each pair.</param>
    /// <param name="items">Item of each pair.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentException">The lists differ in length, an id is negative or too large (its position is named),
    /// or the graph is too large for 32-bit offsets.</exception>
    public static InteractionGraph FromPairs(int userCount, int itemCount, ReadOnlySpan<int> users, ReadOnlySpan<int> items)
    {
        Guard.AtLeast(userCount, 0, nameof(userCount));
        Guard.AtLeast(itemCount, 0, nameof(itemCount));
        Guard.Length(items.Length, users.Length, nameof(items), "one item for each user");
        // The adjacency matrix stores each edge twice and has one row more than nodes.
        if ((long)userCount + itemCount >= Array.MaxLength || users.Length > Array.MaxLength / 2)
            Guard.Throw(
                nameof(users),
                $"{userCount} users, {itemCount} items and {users.Length} pairs are too many: nodes and twice the pairs have to stay below {Array.MaxLength}.");
        for (int i = 0; i < users.Length; i++)
        {
            if ((uint)users[i] >= (uint)userCount)
                Guard.Throw(
                    nameof(users),
                    $"Pair {i} has user {users[i]}; users are numbered from 0 to {userCount - 1}. Drop rows whose user is missing.");
            if ((uint)items[i] >= (uint)itemCount)
                Guard.Throw(
                    nameof(items),
                    $"Pair {i} has item {items[i]}; items are numbered from 0 to {itemCount - 1}. Drop rows whose item is missing.");
        }

        int[] order = CoordinateSort.Order(userCount, itemCount, users, items);
        int[] merged = new int[order.Length];
        int[] userOffsets = new int[userCount + 1];
        int count = 0;
        int last = -1;
        foreach (int i in order)
        {
            if (last >= 0 && users[last] == users[i] && items[last] == items[i])
                continue;
            last = i;
            merged[count++] = items[i];
            userOffsets[users[i] + 1] = count;
        }
        for (int u = 0; u < userCount; u++)
            userOffsets[u + 1] = Math.Max(userOffsets[u + 1], userOffsets[u]);
        Array.Resize(ref merged, count);

        int[] itemOffsets = CoordinateSort.Offsets(itemCount, merged);
        int[] next = itemOffsets.AsSpan(0, itemCount).ToArray();
        int[] usersOf = new int[count];
        for (int u = 0; u < userCount; u++)
        {
            for (int e = userOffsets[u]; e < userOffsets[u + 1]; e++)
                usersOf[next[merged[e]]++] = u;
        }
        return new InteractionGraph(userOffsets, merged, itemOffsets, usersOf);
    }

    /// <summary>The items of a user, ascending.</summary>
    /// <param name="user">User, from 0.</param>
    /// <returns>A view into the graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such user.</exception>
    public ReadOnlySpan<int> ItemsOf(int user)
    {
        Guard.Index(user, UserCount, nameof(user), "User");
        return _items.AsSpan(_userOffsets[user].._userOffsets[user + 1]);
    }

    /// <summary>The users of an item, ascending.</summary>
    /// <param name="item">Item, from 0.</param>
    /// <returns>A view into the graph.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public ReadOnlySpan<int> UsersOf(int item)
    {
        Guard.Index(item, ItemCount, nameof(item), "Item");
        return _users.AsSpan(_itemOffsets[item].._itemOffsets[item + 1]);
    }

    /// <summary>Whether the user touched the item; O(log of the user's items).</summary>
    /// <param name="user">User, from 0.</param>
    /// <param name="item">Item; one outside the graph is in no pair.</param>
    /// <returns>True when the pair is an edge.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such user.</exception>
    public bool Contains(int user, int item) => ItemsOf(user).BinarySearch(item) >= 0;

    /// <summary>
    /// The NodeCount x NodeCount matrix A with A[v, u] = 1 / c_vu for neighbors u of v, so that A * H is one propagation.
    /// A node without neighbors has an empty row: its sum is zero.
    /// </summary>
    /// <param name="normalization">The constants c_vu.</param>
    /// <returns>A new matrix.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The normalization is not one of the enumeration.</exception>
    public CsrMatrix Adjacency(GraphNormalization normalization)
    {
        if (!Enum.IsDefined(normalization))
            throw new ArgumentOutOfRangeException(nameof(normalization), normalization, "Allowed are Symmetric, Row and None.");
        int[] offsets = new int[NodeCount + 1];
        int[] columns = new int[2 * EdgeCount];
        float[] values = new float[columns.Length];
        _userOffsets.CopyTo(offsets, 0);
        for (int i = 0; i < ItemCount; i++)
            offsets[UserCount + i + 1] = EdgeCount + _itemOffsets[i + 1];
        for (int e = 0; e < EdgeCount; e++)
            (columns[e], columns[EdgeCount + e]) = (UserCount + _items[e], _users[e]);
        for (int v = 0; v < NodeCount; v++)
        {
            int degree = offsets[v + 1] - offsets[v];
            for (int e = offsets[v]; e < offsets[v + 1]; e++)
            {
                int other = columns[e];
                values[e] = normalization switch
                {
                    GraphNormalization.Symmetric => (float)(1 / Math.Sqrt((double)degree * (offsets[other + 1] - offsets[other]))),
                    GraphNormalization.Row => 1f / degree,
                    _ => 1f,
                };
            }
        }
        return new CsrMatrix(NodeCount, NodeCount, offsets, columns, values);
    }

    /// <summary>The users x items matrix R of 1 / sqrt(d_u d_i), the upper right block of the symmetric adjacency.</summary>
    internal CsrMatrix NormalizedBiadjacency()
    {
        float[] values = new float[EdgeCount];
        for (int user = 0; user < UserCount; user++)
        {
            for (int e = _userOffsets[user]; e < _userOffsets[user + 1]; e++)
                values[e] = (float)(1 / Math.Sqrt((double)ItemsOf(user).Length * UsersOf(_items[e]).Length));
        }
        return new CsrMatrix(UserCount, ItemCount, [.. _userOffsets], [.. _items], values);
    }
}
