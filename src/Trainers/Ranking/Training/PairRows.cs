using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// The scores of the pair of the users that a head is trained and judged on, by the codes of the training rows; a row a user and a score.
/// They are computed once. Users beyond the memory limit are left out of the training.
/// </summary>
internal sealed class PairRows
{
    private const long MemoryLimit = 256L << 20;
    private const int Block = 32; // closed forms that score all items at once are at their best in such blocks

    private readonly PairKeys _keys;
    private readonly Dictionary<int, float[]> _rows = [];

    private PairRows(PairKeys keys) => _keys = keys;

    /// <summary>Scores a pair has.</summary>
    public int Count => _keys.Scorers.Count;

    /// <summary>Users whose rows fit the memory limit.</summary>
    public static int MostUsers(PairKeys keys) =>
        keys.Scorers.Count == 0 ? int.MaxValue : (int)Math.Max(2, MemoryLimit / (4L * keys.Scorers.Count * Math.Max(1, keys.Items.Length)));

    /// <summary>Asks the scorers.</summary>
    /// <param name="keys">The scorers and their keys of the codes.</param>
    /// <param name="users">Codes of users.</param>
    /// <param name="threads">Threads; 0: all cores.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static PairRows Read(PairKeys keys, int[] users, int threads, CancellationToken cancellationToken)
    {
        var rows = new PairRows(keys);
        foreach (int user in users)
            rows._rows[user] = new float[keys.Scorers.Count * keys.Items.Length];
        int blocks = (users.Length + Block - 1) / Block;
        Parallelism.For(blocks, threads, b =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] block = users[(b * Block)..Math.Min(users.Length, (b + 1) * Block)];
            for (int s = 0; s < keys.Scorers.Count; s++)
                keys.Score(s, block, (user, byKey) => keys.Place(byKey, rows.Row(user, s)));
        });
        return rows;
    }

    /// <summary>Users and their scores, by user: what a checkpoint has to agree in.</summary>
    public IEnumerable<(int User, float[] Scores)> All => _rows.OrderBy(row => row.Key).Select(row => (row.Key, row.Value));

    /// <summary>The scores of all items for a user.</summary>
    public Span<float> Row(int user, int score) => _rows[user].AsSpan(score * _keys.Items.Length, _keys.Items.Length);

    /// <summary>Gathers the scores of some items, items x scores, row-major.</summary>
    public void Gather(int user, ReadOnlySpan<int> items, Span<float> pairScores)
    {
        for (int s = 0; s < Count; s++)
            PairKeys.Gather(Row(user, s), items, pairScores, s, Count);
    }
}
