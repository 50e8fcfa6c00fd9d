using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Text;

/// <summary>
/// The texts that stand for a user in his pairs (<see cref="TuningPairs.Profile"/>). Texts are indices into <see cref="TextPairs.Texts"/>.
/// </summary>
internal sealed class ProfileTexts
{
    private readonly int[] _users;
    private readonly Dictionary<int, int[]> _learned;

    /// <param name="users">The user of each pair.</param>
    /// <param name="learned">The texts of a user that are learned from, each once.</param>
    public ProfileTexts(int[] users, Dictionary<int, int[]> learned) => (_users, _learned) = (users, learned);

    /// <summary>
    /// The anchor of a pair and others of its user, each once and none the positive; fewer than asked for where there are not that many.
    /// </summary>
    public int[] Draw(int pair, int anchor, int positive, int count, ref Xoshiro256 random)
    {
        int[] others = [.. _learned[_users[pair]].Where(text => text != anchor && text != positive)];
        int drawn = Math.Min(count - 1, others.Length);
        for (int i = 0; i < drawn; i++)
        {
            int other = i + random.NextInt32(others.Length - i);
            (others[i], others[other]) = (others[other], others[i]);
        }
        return [anchor, .. others.AsSpan(0, drawn)];
    }
}
