using HybridRec.MLNet.Accel.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Principal components of rows as they are: the directions that hold most of their squares, by the eigenvectors of the second moment. The
/// sign of each is fixed by its largest element.
/// </summary>
/// <param name="Basis">width x rank, row-major: columns are orthonormal directions, the widest first.</param>
/// <param name="Width">Length of a row.</param>
/// <param name="Rank">Directions kept.</param>
internal sealed record PrincipalComponents(float[] Basis, int Width, int Rank)
{
    /// <summary>The directions of several sets of rows, each with the same say whatever its size.</summary>
    public static PrincipalComponents Fit(int width, int rank, params ReadOnlySpan<float[]> sets)
    {
        double[,] moment = new double[width, width];
        float[] gram = new float[width * width];
        foreach (float[] rows in sets)
        {
            int n = rows.Length / width;
            MatMulKernel.MultiplyTransposedLeft(rows, rows, gram, width, width, n);
            for (int r = 0; r < width; r++)
                for (int c = 0; c < width; c++)
                    moment[r, c] += 0.5 * ((double)gram[(r * width) + c] + gram[(c * width) + r]) / Math.Max(1, n);
        }
        var eigen = Matrix<double>.Build.DenseOfArray(moment).Evd(Symmetricity.Symmetric);
        int[] order = [.. Enumerable.Range(0, width).OrderByDescending(i => eigen.EigenValues[i].Real).Take(rank)];
        float[] basis = new float[width * order.Length];
        for (int c = 0; c < order.Length; c++)
        {
            var vector = eigen.EigenVectors.Column(order[c]);
            double sign = vector[vector.AbsoluteMaximumIndex()] < 0 ? -1 : 1;
            for (int r = 0; r < width; r++)
                basis[(r * order.Length) + c] = (float)(sign * vector[r]);
        }
        return new PrincipalComponents(basis, width, order.Length);
    }

    /// <summary>Rows in these directions, n x rank.</summary>
    public float[] Project(float[] rows)
    {
        int n = rows.Length / Width;
        float[] result = new float[n * Rank];
        MatMulKernel.Multiply(rows, Basis, result, n, Rank, Width);
        return result;
    }
}
