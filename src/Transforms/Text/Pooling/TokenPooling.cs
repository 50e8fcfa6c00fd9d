using System.Numerics.Tensors;

namespace HybridRec.MLNet.Text;

/// <summary>Pools the token vectors of one text.</summary>
internal static class TokenPooling
{
    /// <summary>Pools tokens [first, count) of a row-major table; <paramref name="first"/> leaves out the tokens of a prompt.</summary>
    /// <param name="tokens">At least count x dimension values.</param>
    /// <param name="first">First token that counts.</param>
    /// <param name="count">End of the text: what lies beyond is padding.</param>
    /// <param name="mode">How.</param>
    /// <param name="result">dimension values; overwritten. All zero if no token counts.</param>
    public static void Pool(ReadOnlySpan<float> tokens, int first, int count, PoolingMode mode, Span<float> result)
    {
        int d = result.Length;
        result.Clear();
        if (first >= count)
            return;
        switch (mode)
        {
            case PoolingMode.Cls:
                // The first token of the text itself, prompt or not: that is what sentence-transformers takes.
                tokens[..d].CopyTo(result);
                return;
            case PoolingMode.LastToken:
                tokens.Slice((count - 1) * d, d).CopyTo(result);
                return;
            case PoolingMode.Max:
                tokens.Slice(first * d, d).CopyTo(result);
                for (int t = first + 1; t < count; t++)
                    TensorPrimitives.Max(result, tokens.Slice(t * d, d), result);
                return;
        }
        double total = 0;
        for (int t = first; t < count; t++)
        {
            float weight = mode == PoolingMode.WeightedMean ? t + 1 : 1;
            TensorPrimitives.MultiplyAdd(tokens.Slice(t * d, d), weight, result, result);
            total += weight;
        }
        TensorPrimitives.Divide(result, (float)(mode == PoolingMode.MeanSqrtLength ? Math.Sqrt(total) : total), result);
    }

    /// <summary>Scales a row to length 1; a zero row stays zero.</summary>
    public static void Normalize(Span<float> row)
    {
        float norm = TensorPrimitives.Norm<float>(row);
        if (norm > 0 && float.IsFinite(norm))
            TensorPrimitives.Divide(row, norm, row);
    }
}
