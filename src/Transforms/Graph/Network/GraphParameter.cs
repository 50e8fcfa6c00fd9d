using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>A trained table with its gradient and the two moments of Adam.</summary>
/// <param name="name">Name.</param>
/// <param name="length">Numbers in the table.</param>
/// <param name="rowLength">
/// 0: a dense parameter. Otherwise the length of a row, and a step touches some rows only: the gradient is theirs alone, compact, and Adam
/// moves nothing but them and their moments (lazy Adam: a row that is not touched does not decay either).
/// </param>
internal sealed class GraphParameter(string name, int length, int rowLength = 0)
{
    private int[] _rows = [];
    private float[] _gradient = new float[rowLength == 0 ? length : 0];
    private int _rowCount;

    public string Name { get; } = name;

    /// <summary>Its share of the learning rate.</summary>
    public float Rate { get; init; } = 1;

    public float[] Value { get; } = new float[length];

    /// <summary>The gradient of all values; of a row-sparse parameter, of the rows <see cref="Rows"/>, one after another.</summary>
    public float[] Gradient => _gradient;

    public float[] FirstMoment { get; } = new float[length];

    public float[] SecondMoment { get; } = new float[length];

    /// <summary>Length of a row of a row-sparse parameter; 0 for a dense one.</summary>
    public int RowLength { get; } = rowLength;

    /// <summary>The distinct rows that the current step touches.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _rowCount);

    /// <summary>Makes room for the gradient of some distinct rows of a row-sparse parameter.</summary>
    public void Touch(ReadOnlySpan<int> rows)
    {
        _rowCount = rows.Length;
        rows.CopyTo(GrowingBuffer.AtLeast(ref _rows, rows.Length));
        GrowingBuffer.AtLeast(ref _gradient, rows.Length * RowLength);
    }
}
