namespace HybridRec.MLNet.Graph;

/// <summary>Finds the distinct rows among a batch's users or positives, in order of first appearance.</summary>
internal sealed class DistinctRows(GraphBatch batch)
{
    private readonly int[] _rows = new int[Math.Min(batch.Users.Length, batch.Nodes.Capacity)];
    private readonly int[] _lastCall = new int[batch.Nodes.Capacity];
    private int _call;

    /// <summary>Most rows of an answer.</summary>
    public int Capacity => _rows.Length;

    /// <summary>The distinct values among the first <see cref="GraphBatch.Size"/> of a list; valid until the next call.</summary>
    public ReadOnlySpan<int> Of(GraphBatch current, int[] rows)
    {
        _call++;
        int count = 0;
        foreach (int row in rows.AsSpan(0, current.Size))
        {
            if (_lastCall[row] == _call)
                continue;
            _lastCall[row] = _call;
            _rows[count++] = row;
        }

        return _rows.AsSpan(0, count);
    }
}
