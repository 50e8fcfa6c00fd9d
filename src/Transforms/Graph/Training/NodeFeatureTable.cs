using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The features of all users or of all items, centerd on their mean and scaled so that the mean squared length of a row is 1: text vectors
/// share a large common part, which says nothing about a node. A node without features has the zero row, which is the mean.
/// </summary>
internal sealed class NodeFeatureTable
{
    /// <param name="raw">Rows as read, one a node; the table takes the array and changes it.</param>
    /// <param name="present">Which nodes have features.</param>
    /// <param name="width">Features of a node.</param>
    public NodeFeatureTable(float[] raw, bool[] present, int width)
    {
        Rows = raw;
        Present = present;
        Width = width;
        Mean = new float[width];
        int count = 0;
        for (int node = 0; node < present.Length; node++)
        {
            Span<float> row = raw.AsSpan(node * width, width);
            if (present[node] && !IsFinite(row))
                present[node] = false;
            if (!present[node])
                row.Clear();
            else
                count++;
            TensorPrimitives.Add(Mean, row, Mean);
        }

        TensorPrimitives.Divide(Mean, Math.Max(count, 1), Mean);
        double squares = 0;
        for (int node = 0; node < present.Length; node++)
        {
            if (!present[node])
                continue;
            Span<float> row = raw.AsSpan(node * width, width);
            TensorPrimitives.Subtract(row, Mean, row);
            squares += TensorPrimitives.SumOfSquares((ReadOnlySpan<float>)row);
        }

        double length = Math.Sqrt(squares / Math.Max(count, 1));
        Scale = length > 1e-12 ? (float)(1 / length) : 1f;
        TensorPrimitives.Multiply(raw, Scale, raw);
    }

    private NodeFeatureTable(float[] rows, bool[] present, NodeFeatureTable like) =>
        (Rows, Present, Width, Mean, Scale) = (rows, present, like.Width, like.Mean, like.Scale);

    public int Width { get; }

    public int Count => Present.Length;

    public float[] Rows { get; }

    public bool[] Present { get; }

    public float[] Mean { get; }

    public float Scale { get; }

    /// <summary>The same table for nodes with other numbers.</summary>
    /// <param name="order">The numbers.</param>
    /// <param name="firstNode">The node of the first row.</param>
    public NodeFeatureTable InOrder(NodeOrder order, int firstNode) =>
        new(order.Apply<float>(Rows, Width, firstNode), order.Apply<bool>(Present, 1, firstNode), this);

    /// <summary>Brings a row from outside the table to its center and scale; false, and a zero row, when it is not finite.</summary>
    public static bool Standardize(Span<float> row, ReadOnlySpan<float> mean, float scale)
    {
        if (!IsFinite(row))
        {
            row.Clear();
            return false;
        }

        TensorPrimitives.Subtract(row, mean, row);
        TensorPrimitives.Multiply(row, scale, row);
        return true;
    }

    // A sum of squares is finite only if every element is (and none is so large that it is useless as a feature).
    private static bool IsFinite(ReadOnlySpan<float> row) => float.IsFinite(TensorPrimitives.SumOfSquares(row));
}
