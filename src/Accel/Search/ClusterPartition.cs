using System.Buffers;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>A partition of rows into clusters by Lloyd's k-means, fitted on a sample. The same for any number of threads.</summary>
internal sealed class ClusterPartition
{
    private const int Iterations = 10;
    private const int SampleRowsPerCluster = 64;
    private const int RowsPerChunk = 512;

    private ClusterPartition(float[] centroids, int[] clusterOf, int count) =>
        (Centroids, ClusterOf, Count) = (centroids, clusterOf, count);

    /// <summary>Clusters x dimension.</summary>
    public float[] Centroids { get; }

    /// <summary>The cluster of each row.</summary>
    public int[] ClusterOf { get; }

    /// <summary>Clusters.</summary>
    public int Count { get; }

    /// <summary>Clusters the rows of a table.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="clusters">Clusters wanted, at most as many as rows.</param>
    /// <param name="seed">Draws the sample.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    /// <param name="cancellationToken">Stops between blocks of rows.</param>
    public static ClusterPartition Fit(VectorTable table, int clusters, int seed, int threads, CancellationToken cancellationToken)
    {
        int d = table.Dimension;
        int[] order = [.. Enumerable.Range(0, table.Count)];
        var random = Xoshiro256.Stream(seed);
        random.Shuffle<int>(order);
        int[] sample = order[..Math.Min(order.Length, clusters * SampleRowsPerCluster)];
        float[] rows = new float[sample.Length * d];
        for (int i = 0; i < sample.Length; i++)
            table[sample[i]].CopyTo(rows.AsSpan(i * d));
        float[] centroids = rows[..(clusters * d)];
        int[] nearest = new int[sample.Length];
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            Assign(rows, centroids, d, nearest, threads, cancellationToken);
            Move(rows, nearest, centroids, d);
        }

        int[] clusterOf = new int[table.Count];
        Assign(table.Values, centroids, d, clusterOf, threads, cancellationToken);
        return new ClusterPartition(centroids, clusterOf, clusters);
    }

    /// <summary>
    /// The partition of a table whose rows changed, or that has more at its end: those go to the cluster that
    /// is nearest, the clusters stay.
    /// </summary>
    /// <param name="table">The rows of now.</param>
    /// <param name="changed">Rows that are new or other than before.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    /// <param name="cancellationToken">Stops between blocks of rows.</param>
    public ClusterPartition With(VectorTable table, int[] changed, int threads, CancellationToken cancellationToken)
    {
        int d = table.Dimension;
        float[] rows = new float[changed.Length * d];
        for (int i = 0; i < changed.Length; i++)
            table[changed[i]].CopyTo(rows.AsSpan(i * d));
        int[] nearest = new int[changed.Length], clusterOf = new int[table.Count];
        Assign(rows, Centroids, d, nearest, threads, cancellationToken);
        ClusterOf.CopyTo(clusterOf, 0);
        for (int i = 0; i < changed.Length; i++)
            clusterOf[changed[i]] = nearest[i];
        return new ClusterPartition(Centroids, clusterOf, Count);
    }

    // argmin |x - c|^2 = argmax x . c - |c|^2 / 2
    private static void Assign(
        ReadOnlyMemory<float> rows, float[] centroids, int d, int[] nearest, int threads, CancellationToken cancellationToken)
    {
        int clusters = centroids.Length / d;
        var packed = new PackedMatrix();
        packed.Pack(centroids, d, clusters, transposed: true);
        float[] halves = new float[clusters];
        for (int c = 0; c < clusters; c++)
            halves[c] = TensorPrimitives.SumOfSquares<float>(centroids.AsSpan(c * d, d)) / 2;
        Parallelism.For((nearest.Length + RowsPerChunk - 1) / RowsPerChunk, threads, chunk =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = chunk * RowsPerChunk, count = Math.Min(RowsPerChunk, nearest.Length - first);
            float[] dots = ArrayPool<float>.Shared.Rent(count * clusters);
            MatMulKernel.Multiply(rows.Span.Slice(first * d, count * d), packed, dots.AsSpan(0, count * clusters), count);
            for (int i = 0; i < count; i++)
            {
                Span<float> row = dots.AsSpan(i * clusters, clusters);
                TensorPrimitives.Subtract(row, halves, row);
                nearest[first + i] = TensorPrimitives.IndexOfMax<float>(row);
            }

            ArrayPool<float>.Shared.Return(dots);
        });
    }

    // A cluster that lost all its rows stays where it was.
    private static void Move(float[] rows, int[] nearest, float[] centroids, int d)
    {
        double[] sums = new double[centroids.Length];
        int[] counts = new int[centroids.Length / d];
        for (int i = 0; i < nearest.Length; i++)
        {
            counts[nearest[i]]++;
            int from = i * d, to = nearest[i] * d;
            for (int j = 0; j < d; j++)
                sums[to + j] += rows[from + j];
        }

        for (int c = 0; c < counts.Length; c++)
        {
            for (int j = 0; j < d && counts[c] > 0; j++)
                centroids[(c * d) + j] = (float)(sums[(c * d) + j] / counts[c]);
        }
    }
}
