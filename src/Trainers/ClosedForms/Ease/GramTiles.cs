using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>X^T X + l I: how many users two items share, with a ridge on the diagonal.</summary>
internal static class GramTiles
{
    /// <summary>Counts shared users; exact in single precision up to 16,777,216 of them.</summary>
    /// <param name="graph">Positives.</param>
    /// <param name="ridge">l.</param>
    /// <param name="threads">Threads; 0: all cores.</param>
    /// <param name="tileSize">Rows of a tile.</param>
    public static SymmetricTiles Of(InteractionGraph graph, float ridge, int threads, int tileSize = SymmetricTiles.DefaultTileSize)
    {
        var tiles = new SymmetricTiles(graph.ItemCount, tileSize);
        int size = tiles.TileSize;
        // A chunk owns the rows of one tile row and writes them up to its tile on the diagonal.
        // The last row is the longest, and goes first, so that no thread is left with it alone.
        Parallelism.For(tiles.TileRows, threads, chunk =>
        {
            int tileRow = tiles.TileRows - 1 - chunk;
            float[][] row = [.. Enumerable.Range(0, tileRow + 1).Select(column => tiles.Tile(tileRow, column))];
            int end = Math.Min((tileRow + 1) * size, graph.ItemCount);
            for (int item = tileRow * size; item < end; item++)
            {
                foreach (int user in graph.UsersOf(item))
                {
                    // Items ascend, so each tile has its own stretch of them.
                    var others = graph.ItemsOf(user);
                    for (int n = 0, column = 0; column <= tileRow && n < others.Length; column++)
                    {
                        int first = column * size, last = Math.Min(first + size, end);
                        if (others[n] >= last)
                            continue;
                        var counts = row[column].AsSpan(item % size * size, size);
                        for (; n < others.Length && others[n] < last; n++)
                            counts[others[n] - first]++;
                    }
                }
            }
        });
        tiles.AddToDiagonal(ridge);
        return tiles;
    }
}
