using System.Buffers;

namespace HybridRec.MLNet.Accel;

/// <summary>The items, ascending, that must not be ranked for a user, such as those seen in training.</summary>
internal delegate ReadOnlySpan<int> SeenItems(int user);

/// <summary>Full ranking of all items for many users: score = user . item, a block of users at a time.</summary>
internal static class TopKRanking
{
    /// <summary>Ranks all items for the users asked for.</summary>
    /// <param name="users">U x dimension table.</param>
    /// <param name="items">I x dimension table.</param>
    /// <param name="dimension">Width of both tables.</param>
    /// <param name="userRows">Users to rank for; list p belongs to userRows[p]. Null means all, in order.</param>
    /// <param name="seen">Items to leave out of a user's list; null leaves out none. Called from many threads.</param>
    /// <param name="k">Length of a list.</param>
    /// <param name="threads">Threads; 0 takes all cores. The result does not depend on it.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <returns>One list a user.</returns>
    /// <exception cref="ArgumentException">A table is no multiple of the dimension, or a user does not exist.</exception>
    public static RankedLists RankAll(
        float[] users, float[] items, int dimension, int[]? userRows, SeenItems? seen, int k, int threads = 0,
        CancellationToken cancellationToken = default)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        int userCount = users.Length / dimension;
        int itemCount = items.Length / dimension;
        Guard.Length(users.Length, (long)userCount * dimension, nameof(users), "a multiple of the dimension");
        Guard.Length(items.Length, (long)itemCount * dimension, nameof(items), "a multiple of the dimension");
        foreach (int user in userRows ?? [])
            Guard.Index(user, userCount, nameof(userRows), "User");

        int asked = userRows?.Length ?? userCount;
        var lists = new RankedLists(asked, k);
        var packed = new PackedItems(items, dimension);
        SeenItems? excluded = seen is null ? null : position => seen(User(position));
        Parallelism.For((asked + PackedItems.BlockUsers - 1) / PackedItems.BlockUsers, threads, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = block * PackedItems.BlockUsers, count = Math.Min(PackedItems.BlockUsers, asked - first);
            float[] queries = ArrayPool<float>.Shared.Rent(count * dimension);
            for (int p = 0; p < count; p++)
                users.AsSpan(User(first + p) * dimension, dimension).CopyTo(queries.AsSpan(p * dimension));
            packed.Rank(queries.AsSpan(0, count * dimension), lists, first, excluded);
            ArrayPool<float>.Shared.Return(queries);
        });
        return lists;

        int User(int position) => userRows is null ? position : userRows[position];
    }
}
