using System.Runtime.CompilerServices;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// The right factor of a dense product (K x N), laid out for the micro-kernel: panels of <see cref="PanelWidth"/> columns, each
/// panel row after row, the last one padded with zeros. Pack a factor once to multiply by it many times; a packed matrix keeps its
/// buffer and grows only when a larger one is packed into it.
/// </summary>
internal sealed class PackedMatrix
{
    /// <summary>Columns of a panel: two registers of the micro-kernel.</summary>
    public static int PanelWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * KernelPath.Lanes;
    }

    private Memory<float> _panels;

    /// <summary>K: rows of the factor, the length of every sum.</summary>
    public int Rows { get; private set; }

    /// <summary>N: columns of the factor and of the product.</summary>
    public int Columns { get; private set; }

    /// <summary>The panels, one after another, each Rows x PanelWidth.</summary>
    public ReadOnlySpan<float> Panels => _panels.Span;

    /// <summary>One element of the factor.</summary>
    public float this[int row, int column] =>
        Panels[(((column / PanelWidth * Rows) + row) * PanelWidth) + (column % PanelWidth)];

    /// <summary>Packs a row-major K x N matrix, or the transpose of a row-major N x K one.</summary>
    /// <param name="source">K * N elements.</param>
    /// <param name="rows">K.</param>
    /// <param name="columns">N.</param>
    /// <param name="transposed">Whether the source is N x K.</param>
    /// <exception cref="ArgumentException">The length does not match.</exception>
    public void Pack(ReadOnlySpan<float> source, int rows, int columns, bool transposed)
    {
        Guard.AtLeast(rows, 0, nameof(rows));
        Guard.AtLeast(columns, 0, nameof(columns));
        Guard.Length(source.Length, (long)rows * columns, nameof(source), "rows * columns");
        int panels = (columns + PanelWidth - 1) / PanelWidth;
        int needed = checked(panels * PanelWidth * rows);
        if (_panels.Length < needed)
            _panels = AlignedMemory.Allocate(needed);
        (Rows, Columns) = (rows, columns);
        for (int panel = 0; panel < panels; panel++)
        {
            int first = panel * PanelWidth;
            int width = Math.Min(PanelWidth, columns - first);
            Span<float> target = _panels.Span.Slice(first * rows, PanelWidth * rows);
            if (transposed)
                PackTransposed(source[(first * rows)..], rows, width, target);
            else
                PackRows(source[Math.Min(first, source.Length)..], rows, columns, width, target);
        }
    }

    private static void PackRows(ReadOnlySpan<float> source, int rows, int stride, int width, Span<float> target)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> place = target.Slice(row * PanelWidth, PanelWidth);
            source.Slice(row * stride, width).CopyTo(place);
            place[width..].Clear();
        }
    }

    private static void PackTransposed(ReadOnlySpan<float> source, int rows, int width, Span<float> target)
    {
        if (width < PanelWidth)
            target.Clear();
        for (int column = 0; column < width; column++)
        {
            ReadOnlySpan<float> line = source.Slice(column * rows, rows);
            for (int row = 0, place = column; row < line.Length; row++, place += PanelWidth)
                target[place] = line[row];
        }
    }
}
