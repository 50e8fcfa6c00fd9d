using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>The exact weights of EASE and L3AE, in the memory of one items x items matrix and some panels.</summary>
internal static class EaseSolver
{
    /// <summary>B = -P / diag(P) with a zero diagonal, P = (X^T X + l I)^-1.</summary>
    /// <param name="graph">X: positives.</param>
    /// <param name="ridge">l.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    /// <param name="step">Told the number of each step and how many there are; may throw to cancel.</param>
    /// <param name="tileSize">Rows of a tile.</param>
    public static DenseWeights Solve(
        InteractionGraph graph, float ridge, int threads, Action<int, int> step, int tileSize = SymmetricTiles.DefaultTileSize)
    {
        var p = Inverse(graph, ridge, threads, step, tileSize);
        float[] factors = [.. Diagonal(p).Select(value => -1 / value)];
        Parallelism.For(p.Rows, threads, row =>
        {
            TensorPrimitives.Multiply(p.Row(row), factors, p.Row(row));
            p.Row(row)[row] = 0;
        });
        return new DenseWeights(p);
    }

    /// <summary>
    /// B = l_E P C - P diag(m) with m_j = (1 + l_E (PC)_jj) / P_jj, which makes the diagonal zero, and P = (X^T X + (l_X + l_E) I)^-1. With
    /// C = T (YW)^T - diag(s) (<see cref="TextLinks"/>) it is B_ij = l_E (G_i . y_j w_j) - P_ij (l_E s_j + m_j) with G
    /// = P T, so that C is never made.
    /// </summary>
    /// <param name="graph">X: positives.</param>
    /// <param name="text">C.</param>
    /// <param name="lambdaX">l_X.</param>
    /// <param name="lambdaE">l_E.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    /// <param name="step">Told the number of each step and how many there are; may throw to cancel.</param>
    /// <param name="tileSize">Rows of a tile.</param>
    public static DenseWeights Solve(
        InteractionGraph graph, TextLinks text, float lambdaX, float lambdaE, int threads, Action<int, int> step,
        int tileSize = SymmetricTiles.DefaultTileSize)
    {
        var p = Inverse(graph, lambdaX + lambdaE, threads, step, tileSize);
        int items = p.Rows, width = text.Dimension;
        float[] g = Times(p, text.Vectors, threads), factors = Factors(Diagonal(p), text, lambdaE, g);
        TensorPrimitives.Multiply(g, lambdaE, g);
        var vectors = new PackedMatrix();
        vectors.Pack(text.Scaled, width, items, transposed: true);
        Parallelism.For(p.Panels.Count, threads, n =>
        {
            int first = n * p.PanelRows, rows = p.Panels[n].Length / items;
            for (int row = 0; row < rows; row++)
                TensorPrimitives.Multiply(p.Row(first + row), factors, p.Row(first + row));
            MatMulKernel.Multiply(g.AsSpan(first * width, rows * width), vectors, p.Panels[n], rows, accumulate: true);
            for (int row = 0; row < rows; row++)
                p.Row(first + row)[first + row] = 0;
        });
        return new DenseWeights(p);
    }

    /// <summary>P T of T, items x width.</summary>
    public static float[] Times(RowPanels p, float[] t, int threads)
    {
        int width = t.Length / p.Rows;
        var packed = new PackedMatrix();
        packed.Pack(t, p.Rows, width, transposed: false);
        float[] product = new float[t.Length];
        Parallelism.For(p.Panels.Count, threads, n =>
        {
            int rows = p.Panels[n].Length / p.Columns;
            MatMulKernel.Multiply(p.Panels[n], packed, product.AsSpan(n * p.PanelRows * width, rows * width), rows);
        });
        return product;
    }

    /// <summary>-(l_E s_j + m_j), what row i of P is multiplied by at j under L3AE.</summary>
    /// <param name="diagonal">P_jj.</param>
    /// <param name="text">C.</param>
    /// <param name="lambdaE">l_E.</param>
    /// <param name="g">G = P T.</param>
    public static float[] Factors(float[] diagonal, TextLinks text, float lambdaE, float[] g)
    {
        int width = text.Dimension;
        float[] factors = new float[diagonal.Length];
        for (int j = 0; j < factors.Length; j++)
        {
            float pc = TensorPrimitives.Dot<float>(g.AsSpan(j * width, width), text.Scaled.AsSpan(j * width, width))
                - (diagonal[j] * text.Shares[j]);
            factors[j] = -((lambdaE * text.Shares[j]) + ((1 + (lambdaE * pc)) / diagonal[j]));
        }

        return factors;
    }

    /// <summary>P_jj.</summary>
    public static float[] Diagonal(RowPanels p) => [.. Enumerable.Range(0, p.Rows).Select(row => p.Row(row)[row])];

    private static RowPanels Inverse(InteractionGraph graph, float ridge, int threads, Action<int, int> step, int tileSize)
    {
        if (DualInverse.Pays(graph))
            return new DualInverse(graph, ridge, threads, step).Inverse();
        step(0, 1);
        var tiles = GramTiles.Of(graph, ridge, threads, tileSize);
        SpdInverse.Negated(tiles, threads, k => step(k, tiles.TileRows));
        return tiles.TakePanels(-1, threads);
    }
}
