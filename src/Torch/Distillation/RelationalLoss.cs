using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>The loss of <see cref="EncoderDistillation"/>: cosines to the teacher's vectors, and relations between texts.</summary>
internal static class RelationalLoss
{
    /// <summary>
    /// (1/B) sum_i (1 - s_i . t_i) + lambda / (B(B-1)/2) sum_{i&lt;j} (s_i . s_j - t_i . t_j)^2, both scaled to length 1.
    /// </summary>
    /// <param name="student">[batch, dimension].</param>
    /// <param name="teacher">[batch, dimension], rows of length 1.</param>
    /// <param name="relationWeight">lambda.</param>
    public static Tensor Of(Tensor student, Tensor teacher, double relationWeight)
    {
        long n = student.shape[0];
        var s = nn.functional.normalize(student);
        var cosine = (s * teacher).sum(1).mean().Times(-1).Plus(1);
        if (n < 2 || relationWeight == 0)
            return cosine;
        // Each pair stands twice in the matrix; what a text has to itself is 1 in both.
        var relation = (s.matmul(s.t()) - teacher.matmul(teacher.t())).Squared().sum().Over(n * (n - 1));
        return cosine.Plus(relation.Times(relationWeight));
    }
}
