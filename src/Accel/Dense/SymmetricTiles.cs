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
    public RowPanels TakePanels(float factor)
    {
        var panels = new RowPanels(Size, Size, TileSize);
        for (int row = 0; row < TileRows; row++)
        {
            float[] panel = panels.Add();
            int rows = panel.Length / Size;
            for (int other = 0; other < TileRows; other++)
                CopyTile(
                    Tile(Math.Max(row, other), Math.Min(row, other)), panel, rows, other * TileSize,
                    lowerFrom: other > row ? 0 : other == row ? 1 : TileSize, factor);
            for (int column = 0; column <= row; column++)
                _tiles[Index(row, column)] = null;
        }
        return panels;
    }

    // Row r takes its columns up to r + lowerFrom - 1 from the tile's rows and the others from its columns: the two triangles of a tile on
    // the diagonal differ by rounding, and only the lower one counts.
    private void CopyTile(float[] tile, float[] panel, int rows, int first, int lowerFrom, float factor)
    {
        int columns = Math.Min(TileSize, Size - first);
        for (int row = 0; row < rows; row++)
        {
            var target = panel.AsSpan((row * Size) + first, columns);
            for (int column = 0; column < columns; column++)
                target[column] = factor * (lowerFrom == 0 || column >= row + lowerFrom
                    ? tile[(column * TileSize) + row]
                    : tile[(row * TileSize) + column]);
        }
    }

    private static int Index(int row, int column) => (row * (row + 1) / 2) + column;
}
