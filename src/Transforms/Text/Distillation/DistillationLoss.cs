using System.Numerics.Tensors;

namespace HybridRec.MLNet.Text;

/// <summary>
/// How far a student's vectors are from a teacher's: mean of 1 - cos(s_i, t_i), plus the mean over pairs of (cos(s_i, s_j) - cos(t_i,
/// t_j))^2, the relations between texts (Park et al., Relational knowledge distillation, 2019).
/// </summary>
internal static class DistillationLoss
{
    /// <summary>Texts of which pairs are taken, the first: all pairs of more would be slow and say the same.</summary>
    private const int PairedTexts = 512;

    /// <param name="student">n x dimension.</param>
    /// <param name="teacher">n x dimension.</param>
    /// <param name="dimension">Length of a vector.</param>
    /// <param name="relationWeight">Weight of the relations.</param>
    public static double Of(float[] student, float[] teacher, int dimension, double relationWeight = 1)
    {
        int n = student.Length / dimension;
        float[] s = Normalized(student, dimension), t = Normalized(teacher, dimension);
        double cosine = 0, relation = 0;
        for (int i = 0; i < n; i++)
            cosine += 1 - TensorPrimitives.Dot<float>(Row(s, i), Row(t, i));
        int paired = Math.Min(n, PairedTexts);
        for (int i = 0; i < paired; i++)
            for (int j = 0; j < i; j++)
            {
                double difference = TensorPrimitives.Dot<float>(Row(s, i), Row(s, j)) - TensorPrimitives.Dot<float>(Row(t, i), Row(t, j));
                relation += difference * difference;
            }
        return (cosine / Math.Max(1, n)) + (relationWeight * relation / Math.Max(1, paired * (paired - 1) / 2));

        ReadOnlySpan<float> Row(float[] rows, int row) => rows.AsSpan(row * dimension, dimension);
    }

    /// <summary>Rows scaled to length 1; a zero row stays zero.</summary>
    public static float[] Normalized(float[] rows, int dimension)
    {
        float[] result = [.. rows];
        for (int at = 0; at < result.Length; at += dimension)
            TokenPooling.Normalize(result.AsSpan(at, dimension));
        return result;
    }
}
