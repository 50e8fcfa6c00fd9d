using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// A table of vectors in 8 bits: element (r, j) stands for <c>Scales[r] * Row(r)[j]</c>. Rows begin at multiples of
/// <see cref="RowAlignment"/> bytes; what is between is zero, so that kernels and devices read whole blocks.
/// </summary>
public sealed class Int8Table
{
    /// <summary>Rows are padded with zeros to a multiple of so many elements.</summary>
    public const int RowAlignment = 32;

    /// <summary>The smallest scale, 2^-126, the smallest normal Single: the scale of a row of zeros.</summary>
    public const float SmallestScale = 1.17549435e-38f;

    private const float Largest = 127;

    private readonly Memory<sbyte> _values;
    private readonly float[] _scales;
    private int _version;

    /// <summary>Creates a table of zeros.</summary>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="dimension">Length of a row, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    /// <exception cref="ArgumentException">The table would be larger than an array can be.</exception>
    public Int8Table(int rows, int dimension)
    {
        Guard.AtLeast(rows, 0, nameof(rows));
        Guard.AtLeast(dimension, 1, nameof(dimension));
        long stride = (dimension + (long)RowAlignment - 1) / RowAlignment * RowAlignment;
        if (rows * stride > Array.MaxLength - RowAlignment * 2)
            Guard.Throw(
                nameof(rows),
                $"{rows} rows of {stride} bytes are too many for one table: the product has to stay below {Array.MaxLength - (RowAlignment * 2)}. Split the table by columns.");
        (Rows, Dimension, RowStride) = (rows, dimension, (int)stride);
        _values = AlignedMemory.Allocate<sbyte>(rows * (int)stride);
        _scales = new float[rows];
        Array.Fill(_scales, SmallestScale);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Length of a row.</summary>
    public int Dimension { get; }

    /// <summary>Bytes from one row to the next: the dimension rounded up to a multiple of <see cref="RowAlignment"/>.</summary>
    public int RowStride { get; }

    /// <summary>The scale of each row: finite, and <see cref="SmallestScale"/> or more.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>All rows with their padding, <see cref="Rows"/> * <see cref="RowStride"/> bytes; writers leave the padding zero.</summary>
    internal Memory<sbyte> Storage => _values;

    /// <summary>The scales, to be written by backends.</summary>
    internal float[] WritableScales => _scales;

    /// <summary>Counts the calls that wrote to the table; a copy of it elsewhere is current while the number is the same.</summary>
    internal int Version => Volatile.Read(ref _version);

    /// <summary>Makes a table of given numbers.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="dimension">Length of a row, 1 or more.</param>
    /// <param name="values">Rows x dimension, dense.</param>
    /// <param name="scales">One for each row.</param>
    /// <returns>The table; it copies both.</returns>
    /// <exception cref="ArgumentException">A length does not match, or a scale is not a finite number of 2^-126 or more
    /// (its row is named).</exception>
    public static Int8Table FromValues(int rows, int dimension, ReadOnlySpan<sbyte> values, ReadOnlySpan<float> scales)
    {
        var table = new Int8Table(rows, dimension);
        Guard.Length(values.Length, (long)rows * dimension, nameof(values), "rows * dimension");
        Guard.Length(scales.Length, rows, nameof(scales), "one scale for each row");
        for (int row = 0; row < rows; row++)
        {
            if (!(scales[row] >= SmallestScale) || float.IsInfinity(scales[row]))
                Guard.Throw(
                    nameof(scales),
                    $"The scale of row {row} is {scales[row]}; scales have to be finite and 2^-126 or more. A row of zeros may have any such scale.");
            values.Slice(row * dimension, dimension).CopyTo(table._values.Span[(row * table.RowStride)..]);
        }

        scales.CopyTo(table._scales);
        return table;
    }

    /// <summary>
    /// Rounds a table: <c>s = max(max_j |x_j| / 127, 2^-126)</c>, <c>q_j = clamp(round-half-to-even(x_j / s), -127, 127)</c>, all in
    /// Single. The error of an element is at most s / 2.
    /// </summary>
    /// <param name="source">Rows x dimension.</param>
    /// <param name="dimension">Length of a row, 1 or more.</param>
    /// <param name="threads">Threads; 0 takes all cores. The result does not depend on it.</param>
    /// <returns>A new table.</returns>
    /// <exception cref="ArgumentException">The source is not whole rows, or has a number that is not finite (its row is named).</exception>
    public static Int8Table Quantize(ReadOnlyMemory<float> source, int dimension, int threads = 0)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        Guard.Length(source.Length, (long)source.Length / dimension * dimension, nameof(source), "whole rows");
        const int RowsPerChunk = 1024;
        var table = new Int8Table(source.Length / dimension, dimension);
        Parallelism.For((table.Rows + RowsPerChunk - 1) / RowsPerChunk, threads, chunk =>
        {
            for (int row = chunk * RowsPerChunk, end = Math.Min(table.Rows, row + RowsPerChunk); row < end; row++)
            {
                ReadOnlySpan<float> from = source.Span.Slice(row * dimension, dimension);
                float largest = Math.Abs(TensorPrimitives.MaxMagnitude(from));
                if (!float.IsFinite(largest))
                    Guard.Throw(nameof(source), $"Row {row} has the number {largest}; only finite numbers have 8 bits.");
                float scale = Math.Max(largest / Largest, SmallestScale);
                table._scales[row] = scale;
                Int8Rounding.Round(from, scale, table._values.Span.Slice(row * table.RowStride, dimension));
            }
        });
        return table;
    }

    /// <summary>The numbers of a row, without padding.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>A view into the table.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<sbyte> Row(int row)
    {
        Guard.Index(row, Rows, nameof(row), "Row");
        return _values.Span.Slice(row * RowStride, Dimension);
    }

    /// <summary>Says that the table is about to be written to.</summary>
    internal void Touch() => Interlocked.Increment(ref _version);

    /// <summary>Writes what the numbers stand for.</summary>
    /// <param name="destination">Rows x dimension.</param>
    /// <exception cref="ArgumentException">The length does not match.</exception>
    public void Dequantize(Span<float> destination)
    {
        Guard.Length(destination.Length, (long)Rows * Dimension, nameof(destination), "rows * dimension");
        for (int row = 0; row < Rows; row++)
        {
            Span<float> to = destination.Slice(row * Dimension, Dimension);
            TensorPrimitives.ConvertTruncating(Row(row), to);
            TensorPrimitives.Multiply(to, _scales[row], to);
        }
    }
}
