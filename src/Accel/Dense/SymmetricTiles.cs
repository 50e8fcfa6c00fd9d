using System.Numerics.Tensors;

namespace HybridRec.MLNet.Accel.Dense;

/// <summary>
/// A symmetric n x n matrix as square tiles of its lower triangle, each tile row-major and on its own: half the memory of the full matrix,
/// no array whose size grows with n squared, and every product of tiles is a plain dense product. The last tile row is
/// filled up with rows of the identity.
/// </summary>
internal sealed class SymmetricTiles
{
    /// <summary>
    /// Rows of a tile unless said otherwise: a tile product takes a third of a millisecond, and two tiles fit the second-level cache.
    /// </summary>
    public const int DefaultTileSize = 256;

    private const int LineFloats = 16;

    private readonly float[]?[] _tiles;

    /// <summary>The identity in the rows that fill the last tile up, zero elsewhere.</summary>
    /// <param name="size">n.</param>
    /// <param name="tileSize">Rows of a tile.</param>
    public SymmetricTiles(int size, int tileSize = DefaultTileSize)
    {
        Guard.AtLeast(size, 1, nameof(size));
        Guard.AtLeast(tileSize, 1, nameof(tileSize));
        (Size, TileSize) = (size, Math.Min(tileSize, size));
        TileRows = (int)(((long)size + TileSize - 1) / TileSize);
        _tiles = new float[]?[checked(TileRows * (TileRows + 1) / 2)];
        for (int t = 0; t < _tiles.Length; t++)
            _tiles[t] = new float[checked(TileSize * TileSize)];
        float[] last = Tile(TileRows - 1, TileRows - 1);
        for (int row = size - ((TileRows - 1) * TileSize); row < TileSize; row++)
            last[(row * TileSize) + row] = 1;
    }

    /// <summary>n.</summary>
    public int Size { get; }

    /// <summary>Rows and columns of a tile.</summary>
    public int TileSize { get; }

    /// <summary>Number of tile rows.</summary>
    public int TileRows { get; }

    /// <summary>A tile of the lower triangle; those on the diagonal hold both triangles.</summary>
    /// <param name="row">Tile row.</param>
    /// <param name="column">Tile column, at most <paramref name="row"/>.</param>
    public float[] Tile(int row, int column) => _tiles[Index(row, column)]!;

    /// <summary>An element, by either of its places.</summary>
    public float this[int row, int column]
    {
        get
        {
            (row, column) = (Math.Max(row, column), Math.Min(row, column));
            return Tile(row / TileSize, column / TileSize)[(row % TileSize * TileSize) + (column % TileSize)];
        }
    }

    /// <summary>A matrix of its own with the same elements.</summary>
    public SymmetricTiles Copy()
    {
        var copy = new SymmetricTiles(Size, TileSize);
        for (int t = 0; t < _tiles.Length; t++)
            _tiles[t]!.CopyTo(copy._tiles[t]!, 0);
        return copy;
    }

    /// <summary>Adds to every element of the diagonal that exists.</summary>
    public void AddToDiagonal(float value)
    {
        for (int i = 0; i < Size; i++)
            Tile(i / TileSize, i / TileSize)[i % TileSize * (TileSize + 1)] += value;
    }

    /// <summary>
    /// Times the matrix with full rows, a panel of tile rows at a time; the tiles are given up on the way, so that both never exist whole.
    /// </summary>
    /// <param name="factor">Multiplies every element.</param>
    /// <param name="threads">Threads; 0: all cores.</param>
    public RowPanels TakePanels(float factor, int threads = 1)
    {
        var panels = new RowPanels(Size, Size, TileSize);
        for (int row = 0; row < TileRows; row++)
        {
            float[] panel = panels.AddUninitialized();
            int panelRow = row;
            Parallelism.For(TileRows, threads, other => CopyTile(panel, panelRow, other, factor));
            for (int column = 0; column <= row; column++)
                _tiles[Index(row, column)] = null;
        }
        return panels;
    }

    private void CopyTile(float[] panel, int row, int other, float factor)
    {
        float[] tile = Tile(Math.Max(row, other), Math.Min(row, other));
        int rows = panel.Length / Size, first = other * TileSize, columns = Math.Min(TileSize, Size - first);
        if (other > row)
        {
            CopyTransposed(tile, panel.AsSpan(first), rows, columns, factor);
            return;
        }

        for (int r = 0; r < rows; r++)
        {
            // The two triangles of a tile on the diagonal differ by rounding, and only the lower one counts.
            int own = other < row ? columns : r + 1;
            var target = panel.AsSpan((r * Size) + first, columns);
            TensorPrimitives.Multiply(tile.AsSpan(r * TileSize, own), factor, target[..own]);
            for (int column = own; column < columns; column++)
                target[column] = factor * tile[(column * TileSize) + r];
        }
    }

    // A line of the tile is read at once, and goes to as many lines of the panel, which stay in the cache for the next one.
    private void CopyTransposed(float[] tile, Span<float> target, int rows, int columns, float factor)
    {
        for (int first = 0; first < rows; first += LineFloats)
        {
            int end = Math.Min(rows, first + LineFloats);
            for (int column = 0; column < columns; column++)
            {
                ReadOnlySpan<float> line = tile.AsSpan((column * TileSize) + first, end - first);
                int place = (first * Size) + column;
                for (int r = 0; r < line.Length; r++, place += Size)
                    target[place] = factor * line[r];
            }
        }
    }

    private static int Index(int row, int column) => (row * (row + 1) / 2) + column;
}
