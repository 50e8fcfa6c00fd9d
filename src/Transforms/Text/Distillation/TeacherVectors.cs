using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Text;

/// <summary>What a teacher says of texts.</summary>
internal static class TeacherVectors
{
    /// <summary>One vector a text, row-major.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="batchSize">Texts in one call.</param>
    /// <param name="cancellationToken">Checked between calls.</param>
    /// <param name="width">Length of a vector; 0 without texts.</param>
    /// <exception cref="InvalidOperationException">Vectors are not finite, or differ in length.</exception>
    public static float[] Of(
        IEmbeddingGenerator<string, Embedding<float>> teacher, string[] texts, int batchSize, CancellationToken cancellationToken,
        out int width)
    {
        float[]? rows = null;
        width = 0;
        for (int start = 0; start < texts.Length; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var vectors = GeneratorEncoder.Generate(teacher, texts[start..Math.Min(texts.Length, start + batchSize)], cancellationToken);
            width = rows is null ? vectors[0].Length : width;
            rows ??= new float[checked(texts.Length * width)];
            for (int i = 0; i < vectors.Length; i++)
            {
                if (vectors[i].Length != width || width == 0 || !TensorPrimitives.IsFiniteAll(vectors[i].Span))
                    throw new InvalidOperationException($"The teacher gave a vector of {vectors[i].Length} components for " +
                        $"\"{texts[start + i]}\"; expected {width} finite ones, as many as for the first.");
                vectors[i].Span.CopyTo(rows.AsSpan((start + i) * width, width));
            }
        }
        return rows ?? [];
    }
}
