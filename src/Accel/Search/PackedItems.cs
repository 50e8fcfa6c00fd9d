using System.Buffers;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// The rows of a table of items, packed for the scores of many users at a time: a block of users meets one tile of items after another,
/// whose scores stay in the second-level cache until the best of them are selected. Immutable and thread-safe.
/// </summary>
internal sealed class PackedItems
{
    /// <summary>Users that meet the tiles together: enough for the packed items to be read rarely.</summary>
    public const int BlockUsers = 64;

    private const int TileItems = 2048;

    private readonly PackedMatrix[] _tiles;

    /// <param name="items">Items x dimension.</param>
    /// <param name="dimension">Width, 1 or more.</param>
    /// <exception cref="ArgumentException">The table is no multiple of the dimension.</exception>
    public PackedItems(ReadOnlySpan<float> items, int dimension)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        (Dimension, Count) = (dimension, items.Length / dimension);
        Guard.Length(items.Length, (long)Count * dimension, nameof(items), "a multiple of the dimension");
        _tiles = new PackedMatrix[(Count + TileItems - 1) / TileItems];
        for (int tile = 0; tile < _tiles.Length; tile++)
        {
            int first = tile * TileItems, rows = Math.Min(TileItems, Count - first);
            _tiles[tile] = new PackedMatrix();
            _tiles[tile].Pack(items.Slice(first * dimension, rows * dimension), dimension, rows, transposed: true);
        }
    }

    /// <summary>Width of a row.</summary>
    public int Dimension { get; }

    /// <summary>Number of items.</summary>
    public int Count { get; }

    /// <summary>Fills lists with the best items of some users; equal scores come by ascending row.</summary>
    /// <param name="queries">Users x dimension; at most <see cref="BlockUsers"/> are a good number.</param>
    /// <param name="lists">Receives the lists, which are empty so far.</param>
    /// <param name="first">The list of the first user; the others follow.</param>
    /// <param name="excluded">The items, ascending, that must not be in the list at a position; null: none.</param>
    /// <param name="add">Adds to the inner products of a tile what else scores have; null: nothing.</param>
    public void Rank(ReadOnlySpan<float> queries, RankedLists lists, int first, SeenItems? excluded, TileScores? add = null)
    {
        int users = queries.Length / Dimension;
        float[] scores = ArrayPool<float>.Shared.Rent(users * Math.Min(TileItems, Math.Max(1, Count)));
        for (int tile = 0; tile < _tiles.Length; tile++)
        {
            int columns = _tiles[tile].Columns;
            MatMulKernel.Multiply(queries, _tiles[tile], scores.AsSpan(0, users * columns), users);
            for (int p = 0; p < users; p++)
            {
                add?.Invoke(first + p, tile * TileItems, scores.AsSpan(p * columns, columns));
                lists.SelectMore(
                    first + p, scores.AsSpan(p * columns, columns), tile * TileItems, excluded is null ? [] : excluded(first + p));
            }
        }

        ArrayPool<float>.Shared.Return(scores);
    }
}

/// <summary>Changes the scores of some items that follow each other, for the user of the list at a position.</summary>
internal delegate void TileScores(int position, int firstItem, Span<float> scores);
