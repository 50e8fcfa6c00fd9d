namespace HybridRec.MLNet.ClosedForms;

/// <summary>Scratch of <see cref="SharpeningFilter"/> for one thread: tables of items x users, as wide as the block at hand.</summary>
internal sealed class SharpeningBuffers(int users, int items, int rank)
{
    // Widths the sparse product has a tile for; a block in between is filled up with users who have nothing.
    private static readonly int[] s_widths = [1, 8, 16, 32];

    private readonly List<(int User, int Item)> _pairs = [];
    private int _count;

    /// <summary>Columns of the tables: the users of the block, and perhaps empty ones.</summary>
    public int Width { get; private set; }

    /// <summary>What the users of the block have.</summary>
    public IReadOnlyList<(int User, int Item)> Pairs => _pairs;

    /// <summary>1 where a user has an item; overwritten by the products.</summary>
    public float[] Taken { get; private set; } = [];

    public float[] Start { get; private set; } = [];

    public float[] Sharpened { get; private set; } = [];

    /// <summary>Users of the graph x users of the block.</summary>
    public float[] Users { get; private set; } = [];

    /// <summary>Users of the block x rank.</summary>
    public float[] Frequencies { get; private set; } = [];

    /// <summary>The part of a table of items that is in use.</summary>
    public Span<float> Of(float[] table) => table.AsSpan(0, items * Width);

    /// <summary>Makes room for a block.</summary>
    public void Begin(int count)
    {
        _count = count;
        _pairs.Clear();
        Width = s_widths.First(width => width >= count);
        if (Taken.Length < items * Width)
        {
            Taken = new float[items * Width];
            Start = new float[items * Width];
            Sharpened = new float[items * Width];
            Users = new float[users * Width];
            Frequencies = new float[rank * Width];
        }

        Of(Taken).Clear();
        Frequencies.AsSpan(0, Width * rank).Clear();
    }

    /// <summary>Gives a user of the block their items.</summary>
    public void Take(int user, ReadOnlySpan<int> taken)
    {
        foreach (int item in taken)
        {
            Taken[(item * Width) + user] = 1;
            _pairs.Add((user, item));
        }
    }

    /// <summary>The answer, users x items.</summary>
    public void CopyUsers(Span<float> scores)
    {
        for (int item = 0; item < items; item++)
        {
            for (int user = 0; user < _count; user++)
                scores[(user * items) + item] = Sharpened[(item * Width) + user];
        }
    }
}
