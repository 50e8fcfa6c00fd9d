using System.Globalization;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Conformance;

/// <summary>The conformance table of backends, by name.</summary>
public static class BackendCases
{
    private static readonly int[] s_dimensions = [1, 7, 8, 9, 63, 64, 65, 128];

    private static readonly SortedDictionary<string, Func<BackendCase>> s_cases = Build();

    /// <summary>The dimensions where remainders go wrong.</summary>
    public static TheoryData<int> Dimensions => [.. s_dimensions];

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Names => [.. s_cases.Keys];

    /// <summary>Makes a case.</summary>
    public static BackendCase Get(string name) => s_cases[name]();

    private static SortedDictionary<string, Func<BackendCase>> Build()
    {
        var cases = new SortedDictionary<string, Func<BackendCase>>(StringComparer.Ordinal)
        {
            ["no-rows"] = () => Folded(new CsrMatrix(0, 3, [0], [], []), 8),
            ["no-columns"] = () => Folded(new CsrMatrix(3, 0, [0, 0, 0, 0], [], []), 8),
            ["one-entry"] = () => Folded(new CsrMatrix(1, 1, [0, 1], [0], [-2.5f]), 64),
            ["empty-rows-only"] = () => Folded(BackendGraphs.OfDegrees(5, BackendGraphs.Same(1000, 0), 1), 16),
            ["one-column-for-all"] = () => Folded(BackendGraphs.OfDegrees(1, BackendGraphs.Same(300, 1), 2), 64),
            ["first-and-last-column"] = () => Folded(new CsrMatrix(3, 500, [0, 2, 3, 4], [0, 499, 499, 0], [1, 2, 3, 4]), 64),
            ["zero-table"] = () => Explicit(BackendGraphs.Mixed(3), 16, (_, _) => 0, (_, w) => w),
            ["zero-weights"] = () => Explicit(BackendGraphs.Mixed(3), 16, (_, x) => x, (_, _) => 0),
            ["negative-weights"] = () => Explicit(BackendGraphs.Mixed(4), 63, (_, x) => x, (_, w) => (short)-Math.Abs((int)w | 1)),
            ["cancelling"] = () => Explicit(
                BackendGraphs.OfDegrees(64, BackendGraphs.Same(40, 64), 5), 9, (_, _) => 77,
                (e, _) => (short)(e % 2 == 0 ? 32_767 : -32_767)),
            ["largest-positive"] = () => Explicit(BackendGraphs.Mixed(6), 8, (_, _) => sbyte.MinValue, (_, _) => short.MinValue),
            ["largest-negative"] = () => Explicit(BackendGraphs.Mixed(6), 8, (_, _) => sbyte.MinValue, (_, _) => short.MaxValue),
            ["full-accumulator"] = () => Explicit(
                BackendGraphs.OfDegrees(131_071, [131_071, 0, 131_071], 7), 3, (_, _) => sbyte.MinValue,
                (e, _) => e < 131_071 ? short.MinValue : short.MaxValue),
            ["more-rows-than-16-bits-count"] = () => Explicit(
                BackendGraphs.OfDegrees(140_000, BackendGraphs.Same(66_000, 1), 8), 9, (_, x) => x, (_, w) => w),
            ["extreme-scales"] = ExtremeScales,
            ["rounding"] = Rounding,
            ["saturation"] = Saturation,
        };
        foreach (int dimension in s_dimensions)
        {
            string d = dimension.ToString(CultureInfo.InvariantCulture);
            cases[$"mixed-d{d}"] = () => Folded(BackendGraphs.Mixed(dimension), dimension);
            cases[$"power-law-d{d}"] = () => Folded(BackendGraphs.PowerLaw(600, dimension), dimension);
            cases[$"any-bytes-d{d}"] = () => Explicit(BackendGraphs.PowerLaw(300, dimension), dimension, (_, x) => x, (_, w) => w);
        }

        return cases;
    }

    private static BackendCase Folded(CsrMatrix matrix, int dimension)
    {
        Int8Table table = Int8Table.Quantize(BackendGraphs.Normal(matrix.Columns * dimension, dimension + 1), dimension);
        return new BackendCase(Int16Adjacency.Fold(matrix, table), table);
    }

    private static BackendCase Explicit(CsrMatrix pattern, int dimension, Func<int, sbyte, sbyte> value, Func<int, short, short> weight)
    {
        sbyte[] values = [.. BackendGraphs.Bytes(pattern.Columns * dimension, 11).Select((x, i) => value(i, x))];
        short[] weights = [.. BackendGraphs.Weights(pattern.NonZeros, 12).Select((w, e) => weight(e, w))];
        return new BackendCase(
            new Int16Adjacency(pattern, weights, BackendGraphs.Same(pattern.Rows, 1f)),
            Int8Table.FromValues(pattern.Columns, dimension, values, BackendGraphs.Same(pattern.Columns, 1f)));
    }

    // Scales from 2^-126 to 10^30 within a row: most weights vanish beside the largest.
    private static BackendCase ExtremeScales()
    {
        const int Dimension = 65;
        CsrMatrix matrix = BackendGraphs.PowerLaw(200, 13);
        float[] scales = [.. Enumerable.Range(0, 200)
            .Select(i => i % 3 == 0 ? Int8Table.SmallestScale : (float)Math.Pow(10, ((i * 7) % 60) - 30))];
        Int8Table table = Int8Table.FromValues(200, Dimension, BackendGraphs.Bytes(200 * Dimension, 14), scales);
        return new BackendCase(Int16Adjacency.Fold(matrix, table), table);
    }

    // Rows of one entry whose sums lie around every power of two and every half: shifts, ties and the one saturation that rounding has.
    private static BackendCase Rounding()
    {
        List<int> sums = [0, 1, -1];
        for (int bit = 6; bit <= 14; bit++)
            sums.AddRange([
                (1 << bit) - 1, 1 << bit, (1 << bit) + 1, -(1 << bit) - 1, -(1 << bit), -(1 << bit) + 1, (3 << (bit - 1)) - 1,
                3 << (bit - 2), -(3 << (bit - 2))]);
        short[] weights = [.. sums.Where(sum => sum is >= short.MinValue and <= short.MaxValue).Select(sum => (short)sum)];
        int rows = weights.Length;
        var pattern = new CsrMatrix(rows, 1, [.. Enumerable.Range(0, rows + 1)], new int[rows], new float[rows]);
        return new BackendCase(
            new Int16Adjacency(pattern, weights, BackendGraphs.Same(rows, 0.5f)),
            Int8Table.FromValues(1, 8, [1, -1, 0, 2, 127, -128, 64, 63], [1f]));
    }

    // Sums around both ends of 32 bits: columns 0 to 512 hold -128 and weights of them sum to -2^24 or 2^24, the last column holds 1 and
    // its weight mends the last digits.
    private static BackendCase Saturation()
    {
        const int Degree = 514, Dimension = 8;
        int[] ends = [-2, -1, 0, 1, 2, 127, -128];
        int rows = ends.Length * 2;
        short[] weights = new short[rows * Degree];
        for (int row = 0; row < rows; row++)
        {
            Span<short> own = weights.AsSpan(row * Degree, Degree);
            own[..512].Fill(row % 2 == 0 ? short.MinValue : short.MaxValue);
            own[512] = row % 2 == 0 ? (short)0 : (short)512;
            own[513] = (short)ends[row / 2];
        }

        sbyte[] values = BackendGraphs.Same(Degree * Dimension, (sbyte)-128);
        values.AsSpan((Degree - 1) * Dimension).Fill(1);
        int[] offsets = [.. Enumerable.Range(0, rows + 1).Select(row => row * Degree)],
            columns = [.. Enumerable.Range(0, weights.Length).Select(e => e % Degree)];
        var pattern = new CsrMatrix(rows, Degree, offsets, columns, new float[weights.Length]);
        return new BackendCase(
            new Int16Adjacency(pattern, weights, BackendGraphs.Same(rows, 1f)),
            Int8Table.FromValues(Degree, Dimension, values, BackendGraphs.Same(Degree, 1f)));
    }
}
