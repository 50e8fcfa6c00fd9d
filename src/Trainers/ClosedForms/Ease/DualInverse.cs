using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// P = (X^T X + l I)^-1 by way of the users, which is cheaper where they are few: P = (I - X^T M) / l with M = (X X^T + l I)^-1 X, users x
/// items, and row u of M is x_u P (Woodbury).
/// </summary>
internal sealed class DualInverse
{
    private const int ItemsAtOnce = 16;
    private const int PanelRows = 64;

    private readonly InteractionGraph _graph;
    private readonly float _ridge;
    private readonly int _threads;
    private readonly RowPanels _m;

    /// <param name="graph">X: positives.</param>
    /// <param name="ridge">l.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    /// <param name="step">Told the number of each step and how many there are; may throw to cancel.</param>
    public DualInverse(InteractionGraph graph, float ridge, int threads, Action<int, int> step)
    {
        (_graph, _ridge, _threads) = (graph, ridge, threads);
        step(0, 1);
        var tiles = GramTiles.Of(Transposed(graph), ridge, threads);
        int steps = tiles.TileRows + 1;
        SpdInverse.Negated(tiles, threads, k => step(k, steps));
        step(steps - 1, steps);
        _m = TimesItems(tiles.TakePanels(-1, threads));
    }

    /// <summary>Whether it is the cheaper way.</summary>
    public static bool Pays(InteractionGraph graph) => 2L * graph.UserCount <= graph.ItemCount;

    /// <summary>x_u P.</summary>
    public ReadOnlySpan<float> Taken(int user) => _m.Row(user);

    /// <summary>P_jj.</summary>
    public float[] Diagonal()
    {
        float[] diagonal = new float[_graph.ItemCount];
        for (int item = 0; item < diagonal.Length; item++)
        {
            double sum = 0;
            foreach (int user in _graph.UsersOf(item))
                sum += _m.Row(user)[item];
            diagonal[item] = (float)((1 - sum) / _ridge);
        }

        return diagonal;
    }

    /// <summary>P T, items x width, of a matrix T of items x width.</summary>
    public float[] Times(float[] t, int width)
    {
        var packed = new PackedMatrix();
        packed.Pack(t, _graph.ItemCount, width, transposed: false);
        float[] mt = new float[_graph.UserCount * width];
        Parallelism.For(_m.Panels.Count, _threads, n =>
        {
            int rows = _m.Panels[n].Length / _graph.ItemCount;
            MatMulKernel.Multiply(_m.Panels[n], packed, mt.AsSpan(n * PanelRows * width, rows * width), rows);
        });
        float[] product = new float[t.Length];
        Parallelism.For(_graph.ItemCount, _threads, item =>
        {
            var row = product.AsSpan(item * width, width);
            foreach (int user in _graph.UsersOf(item))
                TensorPrimitives.Add(row, mt.AsSpan(user * width, width), row);
            TensorPrimitives.Subtract(t.AsSpan(item * width, width), row, row);
            TensorPrimitives.Divide(row, _ridge, row);
        });
        return product;
    }

    /// <summary>P.</summary>
    public RowPanels Inverse()
    {
        int items = _graph.ItemCount;
        var p = new RowPanels(items, items, SymmetricTiles.DefaultTileSize);
        for (int first = 0; first < items; first += p.PanelRows)
            p.Add();
        Parallelism.For(items, _threads, item =>
        {
            var row = p.Row(item);
            foreach (int user in _graph.UsersOf(item))
                TensorPrimitives.Subtract(row, _m.Row(user), row);
            row[item] += 1;
            TensorPrimitives.Divide(row, _ridge, row);
        });
        return p;
    }

    // Column j of M is the sum of the rows of Q that the item's users have, Q being symmetric.
    private RowPanels TimesItems(RowPanels q)
    {
        int users = _graph.UserCount, items = _graph.ItemCount;
        var m = new RowPanels(users, items, PanelRows);
        for (int first = 0; first < users; first += PanelRows)
            m.Add();
        Parallelism.For((items + ItemsAtOnce - 1) / ItemsAtOnce, _threads, chunk =>
        {
            int first = chunk * ItemsAtOnce, count = Math.Min(ItemsAtOnce, items - first);
            float[] columns = new float[count * users];
            for (int n = 0; n < count; n++)
            {
                var column = columns.AsSpan(n * users, users);
                foreach (int user in _graph.UsersOf(first + n))
                    TensorPrimitives.Add(column, q.Row(user), column);
            }

            for (int user = 0; user < users; user++)
            {
                var row = m.Row(user).Slice(first, count);
                for (int n = 0; n < count; n++)
                    row[n] = columns[(n * users) + user];
            }
        });
        return m;
    }

    private static InteractionGraph Transposed(InteractionGraph graph)
    {
        int[] users = new int[graph.EdgeCount], items = new int[graph.EdgeCount];
        for (int user = 0, edge = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.ItemsOf(user))
                (users[edge], items[edge++]) = (user, item);
        }

        return InteractionGraph.FromPairs(graph.ItemCount, graph.UserCount, items, users);
    }
}
