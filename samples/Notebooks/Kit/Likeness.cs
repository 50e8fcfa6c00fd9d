using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Notebooks;

/// <summary>How alike the vectors of films are, which tells what an embedding knows.</summary>
public sealed class Likeness
{
    private readonly int[] _ids;
    private readonly float[][] _vectors;

    /// <param name="ids">Films.</param>
    /// <param name="rows">A view with one row for each of them, in their order.</param>
    /// <param name="column">The vectors.</param>
    /// <param name="keep">Which films take part; null: all.</param>
    public Likeness(IEnumerable<int> ids, IDataView rows, string column, Func<int, bool>? keep = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var kept = ids.Zip(rows.GetColumn<float[]>(column)).Where(pair => keep is null || keep(pair.First)).ToArray();
        _ids = [.. kept.Select(pair => pair.First)];
        _vectors = [.. kept.Select(pair => pair.Second)];
    }

    /// <summary>The mean cosine over pairs of two films that satisfy a condition; NaN where there is none.</summary>
    public double Mean(Func<int, int, bool> pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        double sum = 0;
        long count = 0;
        for (int a = 0; a < _ids.Length; a++)
        {
            for (int b = 0; b < a; b++)
            {
                if (!pair(_ids[a], _ids[b]))
                    continue;
                sum += Cosine(_vectors[a], _vectors[b]);
                count++;
            }
        }

        return sum / count;
    }

    /// <summary>The films whose vectors are nearest to that of a film, or to any vector, nearest first.</summary>
    public IEnumerable<(int Film, double Cosine)> Nearest(ReadOnlyMemory<float> vector, int count) =>
        _ids.Select((id, i) => (id, (double)Cosine(_vectors[i], vector.Span))).OrderByDescending(x => x.Item2).Take(count);

    /// <inheritdoc cref="Nearest(ReadOnlyMemory{float}, int)"/>
    public IEnumerable<(int Film, double Cosine)> Nearest(int film, int count) =>
        Nearest(_vectors[Array.IndexOf(_ids, film)], count + 1).Where(x => x.Film != film).Take(count);

    private static float Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float cosine = TensorPrimitives.CosineSimilarity(a, b);
        return float.IsFinite(cosine) ? cosine : 0;
    }
}
