using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.EncoderRecipe;

/// <summary>What lies near what: for a look at vectors, no measure.</summary>
internal static class Neighbors
{
    private const int Shown = 12, Nearest = 3;

    /// <summary>The nearest of the held-out films to some of them, one line a film.</summary>
    public static async Task<IEnumerable<string>> OfFilmsAsync(MLContext ml, string data, HeldOut heldOut, TextEncoder encoder)
    {
        var items = ml.Hybrid.Data.LoadMovieLensItems(Path.Combine(data, "ml-1m"));
        (string Title, string Text)[] films = [.. items.GetColumn<int>("Item").Zip(
            items.GetColumn<string>("ItemTitle"), items.GetColumn<string>("ItemText"))
            .Where(i => heldOut.Films.Contains(i.First)).Select(i => (i.Second, i.Third))];
        using var generator = encoder.AsEmbeddingGenerator();
        float[][] vectors = [.. (await generator.GenerateAsync(films.Select(f => f.Text)).ConfigureAwait(false))
            .Select(v => v.Vector.ToArray())];
        return Enumerable.Range(0, Shown).Select(n => n * films.Length / Shown).Select(film =>
        {
            var near = Enumerable.Range(0, films.Length).Where(other => other != film)
                .Select(other => (films[other].Title, Cosine: TensorPrimitives.CosineSimilarity<float>(vectors[film], vectors[other])))
                .OrderByDescending(other => other.Cosine).Take(Nearest);
            return $"{films[film].Title}: {string.Join(", ", near.Select(other => $"{other.Title} ({other.Cosine:F2})"))}";
        });
    }
}
