namespace HybridRec.MLNet.Ranking;

/// <summary>Part of a user's held-out positives; training draws negatives for it.</summary>
/// <param name="Id">Number of the list; its negatives are drawn from a stream of this number.</param>
/// <param name="User">The user.</param>
/// <param name="First">Index of the first positive in the user's held-out items.</param>
/// <param name="Count">Positives.</param>
internal readonly record struct UserList(int Id, int User, int First, int Count)
{
    /// <summary>Longer lists are cut, so that scratch stays small and a heavy user is several lists.</summary>
    public const int MaxPositives = 32;

    public static UserList[] Of(RankingData data, IEnumerable<int> users)
    {
        var lists = new List<UserList>();
        foreach (int user in users)
        {
            int total = data.HeldOut.ItemsOf(user).Length;
            int parts = (total + MaxPositives - 1) / MaxPositives;
            for (int part = 0; part < parts; part++)
            {
                int first = (int)((long)total * part / parts), end = (int)((long)total * (part + 1) / parts);
                lists.Add(new UserList(lists.Count, user, first, end - first));
            }
        }
        return [.. lists];
    }
}
