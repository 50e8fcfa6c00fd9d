using MathNet.Numerics.LinearAlgebra;

namespace HybridRec.MLNet.Tests.ClosedForms;

/// <summary>The closed forms as they stand in the papers: dense, double precision, one element at a time.</summary>
internal static class FilterReference
{
    /// <summary>(R^T R)^(o s), R = D_u^-a X D_i^(a-1).</summary>
    public static double[,] TurboCf(bool[,] x, double alpha, double power)
    {
        int users = x.GetLength(0), items = x.GetLength(1);
        double Degree(IEnumerable<bool> taken) => Math.Max(1, taken.Count(value => value));
        double[] userDegrees = [.. Enumerable.Range(0, users).Select(u => Degree(Enumerable.Range(0, items).Select(i => x[u, i])))];
        double[] itemDegrees = [.. Enumerable.Range(0, items).Select(i => Degree(Enumerable.Range(0, users).Select(u => x[u, i])))];
        double R(int u, int i) => x[u, i] ? Math.Pow(userDegrees[u], -alpha) * Math.Pow(itemDegrees[i], alpha - 1) : 0;
        return Matrix(items, (i, j) => Math.Pow(Enumerable.Range(0, users).Sum(u => R(u, i) * R(u, j)), power));
    }

    /// <summary>-P / diag(P), zero diagonal.</summary>
    public static double[,] Ease(double[,] gram, double ridge)
    {
        double[,] p = Inverse(gram, ridge);
        return Matrix(p.GetLength(0), (i, j) => i == j ? 0 : -p[i, j] / p[j, j]);
    }

    /// <summary>l_E P C - P o (1 + l_E diag(P C)) / diag(P), zero diagonal; C is EASE on the texts, vectors brought to length 1.</summary>
    public static double[,] TextAwareEase(double[,] gram, double[][] text, double lambdaX, double lambdaF, double lambdaE)
    {
        int items = gram.GetLength(0);
        double[][] unit = [.. text.Select(t => Math.Sqrt(t.Sum(v => v * v)) is var length and > 0 ? [.. t.Select(v => v / length)] : t)];
        double[,] c = Ease(Matrix(items, (i, j) => unit[i].Zip(unit[j], (a, b) => a * b).Sum()), lambdaF);
        double[,] p = Inverse(gram, lambdaX + lambdaE);
        double[,] pc = Matrix(items, (i, j) => Enumerable.Range(0, items).Sum(k => p[i, k] * c[k, j]));
        return Matrix(items, (i, j) => i == j ? 0 : (lambdaE * pc[i, j]) - (p[i, j] * (1 + (lambdaE * pc[j, j])) / p[j, j]));
    }

    /// <summary>
    /// (b L + P)(I - T P + (T P)^2/2 - (T P)^3/6 + (T P)^4/24) with P = R^T R, R = D_u^-1/2 X D_i^-1/2 and L = D_i^-1/2 V V^T D_i^1/2 of V
    /// = all right singular vectors with a value above 0.
    /// </summary>
    public static double[,] Sharpened(bool[,] x, double lowPassWeight, double time)
    {
        int users = x.GetLength(0), items = x.GetLength(1);
        double[] userDegrees = [.. Enumerable.Range(0, users).Select(u => (double)Enumerable.Range(0, items).Count(i => x[u, i]))];
        double[] itemDegrees = [.. Enumerable.Range(0, items).Select(i => (double)Enumerable.Range(0, users).Count(u => x[u, i]))];
        var r = Matrix<double>.Build.Dense(users, items, (u, i) => x[u, i] ? 1 / Math.Sqrt(userDegrees[u] * itemDegrees[i]) : 0);
        var svd = r.Svd();
        var v = svd.VT.SubMatrix(0, svd.Rank, 0, items);
        var projection = v.TransposeThisAndMultiply(v);
        var low = Matrix<double>.Build.Dense(
            items, items,
            (i, j) => itemDegrees[i] * itemDegrees[j] == 0 ? 0 : projection[i, j] * Math.Sqrt(itemDegrees[j] / itemDegrees[i]));
        var p = r.TransposeThisAndMultiply(r);
        var tp = p * time;
        var polynomial = Matrix<double>.Build.DenseIdentity(items) - tp + (tp * tp / 2) - (tp * tp * tp / 6) + (tp * tp * tp * tp / 24);
        return (((lowPassWeight * low) + p) * polynomial).ToArray();
    }

    /// <summary>X^T X.</summary>
    public static double[,] Gram(bool[,] x) =>
        Matrix(x.GetLength(1), (i, j) => Enumerable.Range(0, x.GetLength(0)).Count(u => x[u, i] && x[u, j]));

    private static double[,] Matrix(int n, Func<int, int, double> element)
    {
        double[,] matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                matrix[i, j] = element(i, j);
        }
        return matrix;
    }

    private static double[,] Inverse(double[,] source, double ridge)
    {
        int n = source.GetLength(0);
        double[,] a = Matrix(n, (i, j) => source[i, j] + (i == j ? ridge : 0)), inverse = Matrix(n, (i, j) => i == j ? 1 : 0);
        for (int p = 0; p < n; p++)
        {
            double pivot = a[p, p];
            for (int j = 0; j < n; j++)
                (a[p, j], inverse[p, j]) = (a[p, j] / pivot, inverse[p, j] / pivot);
            for (int i = 0; i < n; i++)
            {
                double factor = i == p ? 0 : a[i, p];
                for (int j = 0; j < n; j++)
                    (a[i, j], inverse[i, j]) = (a[i, j] - (factor * a[p, j]), inverse[i, j] - (factor * inverse[p, j]));
            }
        }
        return inverse;
    }
}
