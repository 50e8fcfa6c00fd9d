using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Token vectors from what stands near what: the truncated singular value decomposition U S^(1/2) of max(0, ln(n_ab n / (n_a n_b))), n_ab
/// the times that b stands near a, nearer ones counting more (1 / distance). Levy and Goldberg, "Neural word embedding as implicit matrix
/// factorization", NIPS 2014.
/// </summary>
internal static class CooccurrenceStart
{
    private const int Window = 8, Iterations = 3;
    private const double Smoothing = 0.75;

    /// <returns>vocabulary x dimension, rows of length 1; a row of zeros for a token without neighbors, and for special ones.</returns>
    public static float[] Vectors(int[][] sequences, MaskingVocabulary vocabulary, int dimension, int seed, CancellationToken cancellation)
    {
        int v = vocabulary.Count;
        var pairs = Count(sequences, vocabulary, cancellation);
        double[] totals = new double[v];
        foreach (var ((a, _), count) in pairs)
            totals[a] += count;
        double[] context = Array.ConvertAll(totals, t => Math.Pow(t, Smoothing)); // rare contexts would weigh too much (Levy et al. 2015)
        double all = context.Sum();
        List<int> rows = [], columns = [];
        List<float> values = [];
        foreach (var ((a, b), count) in pairs)
            if (Math.Log(count * all / (totals[a] * context[b])) is > 0 and double value)
            {
                rows.Add(a);
                columns.Add(b);
                values.Add((float)value);
            }
        var matrix = CsrMatrix.FromCoordinates(v, v, [.. rows], [.. columns], [.. values]);
        float[] right = TruncatedSvd.RightVectors(matrix, dimension, Iterations, seed, cancellation), result = new float[v * dimension];
        SpmmKernel.Multiply(matrix, right, result, dimension, 0, v);
        double[] lengths = new double[dimension];
        for (int i = 0; i < result.Length; i++)
            lengths[i % dimension] += (double)result[i] * result[i];
        for (int i = 0; i < result.Length; i++)
            result[i] = lengths[i % dimension] > 0 ? (float)(result[i] / Math.Pow(lengths[i % dimension], 0.25)) : 0; // U S to U S^(1/2)
        for (int token = 0; token < v; token++)
        {
            var row = result.AsSpan(token * dimension, dimension);
            float norm = TensorPrimitives.Norm<float>(row);
            if (norm > 0)
                TensorPrimitives.Divide(row, norm, row);
        }
        return result;
    }

    private static Dictionary<(int, int), double> Count(int[][] sequences, MaskingVocabulary vocabulary, CancellationToken cancellation)
    {
        var pairs = new Dictionary<(int, int), double>();
        foreach (int[] sequence in sequences)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < sequence.Length; i++)
                for (int j = i + 1; j < sequence.Length && j <= i + Window && sequence[j] != vocabulary.End; j++) // not across texts
                    if (!vocabulary.IsSpecial(sequence[i]) && !vocabulary.IsSpecial(sequence[j]))
                    {
                        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
                            pairs, (sequence[i], sequence[j]), out _) += 1.0 / (j - i);
                        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
                            pairs, (sequence[j], sequence[i]), out _) += 1.0 / (j - i);
                    }
        }
        return pairs;
    }

    /// <summary>ln of the share of each token among the words, one of each added.</summary>
    public static float[] LogFrequencies(int[][] sequences, MaskingVocabulary vocabulary)
    {
        long[] counts = new long[vocabulary.Count];
        foreach (int[] sequence in sequences)
            foreach (int id in sequence)
                counts[id]++;
        double total = vocabulary.Count + counts.Where((_, id) => !vocabulary.IsSpecial(id)).Sum();
        return [.. counts.Select((count, id) => (float)Math.Log((vocabulary.IsSpecial(id) ? 1 : count + 1) / total))];
    }
}
