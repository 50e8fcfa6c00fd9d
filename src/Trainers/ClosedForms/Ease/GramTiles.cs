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
        Parallelism.For(tiles.TileRows, threads, tileRow =>
        {
            int end = Math.Min((tileRow + 1) * size, graph.ItemCount);
            for (int item = tileRow * size; item < end; item++)
            {
                foreach (int user in graph.UsersOf(item))
                {
                    foreach (int other in graph.ItemsOf(user))
                    {
                        if (other >= end)
                            break;
                        tiles.Tile(tileRow, other / size)[(item % size * size) + (other % size)]++;
                    }
                }
            }
        });
        tiles.AddToDiagonal(ridge);
        return tiles;
    }
}
