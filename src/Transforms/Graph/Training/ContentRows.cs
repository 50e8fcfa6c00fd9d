using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// AlphaRec's features of all nodes: items have their own, a user the mean of those of the items interacted with
/// (zero, the mean item, without any).
/// </summary>
internal static class ContentRows
{
    public static float[] Build(InteractionGraph graph, NodeFeatureTable items)
    {
        int width = items.Width;
        float[] rows = new float[checked(graph.NodeCount * width)];
        items.Rows.CopyTo(rows, graph.UserCount * width);
        for (int user = 0; user < graph.UserCount; user++)
        {
            Span<float> row = rows.AsSpan(user * width, width);
            int count = 0;
            foreach (int item in graph.ItemsOf(user))
            {
                if (!items.Present[item])
                    continue;
                TensorPrimitives.Add(row, items.Rows.AsSpan(item * width, width), row);
                count++;
            }

            if (count > 1)
                TensorPrimitives.Divide(row, count, row);
        }

        return rows;
    }
}
