using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Mini;

/// <summary>The encoder in the box, as it ships.</summary>
public sealed class HybridRecMiniTests
{
    private const int Dimension = 256;

    private static readonly string[] s_texts =
    [
        "A detective hunts a killer through the rain.", "tacos", "Great strings, they sound bright on my guitar and last for months.",
        "Comedy|Romance", string.Join(' ', Enumerable.Repeat("a very long story about a journey through the mountains", 40)),
        "Amélie (2001)",
    ];

    [Fact]
    public void Encode_AnyText_GivesAVectorOfLengthOne()
    {
        using var encoder = TextEncoder.HybridRecMini();
        Assert.Equal(Dimension, encoder.Dimension);
        Assert.All(Encode(encoder, s_texts), vector =>
        {
            Assert.Equal(Dimension, vector.Length);
            Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 1e-5);
        });
    }

    [Fact]
    public void Encode_TwiceAndByAnotherInstance_GivesTheSameBits()
    {
        using TextEncoder first = TextEncoder.HybridRecMini(), second = TextEncoder.HybridRecMini();
        float[][] expected = Encode(first, s_texts);
        Assert.Equal(expected, Encode(first, s_texts));
        Assert.Equal(expected, Encode(second, s_texts));
    }

    // Inputs of products are rounded to 8 bits by the range of the whole batch, so a neighbor may change the last
    // bits of a step, not the meaning.
    [Fact]
    public void Encode_AloneOrInABatch_GivesNearlyTheSame()
    {
        using var encoder = TextEncoder.HybridRecMini();
        float[][] together = Encode(encoder, s_texts);
        for (int i = 0; i < s_texts.Length; i++)
            Assert.InRange(TensorPrimitives.CosineSimilarity(together[i], Encode(encoder, s_texts[i])[0]), 0.995f, 1.001f);
    }

    [Fact]
    public void Encode_BlankText_IsZero()
    {
        using var encoder = TextEncoder.HybridRecMini();
        Assert.All(Encode(encoder, "", " \t\n"), vector => Assert.All(vector, v => Assert.Equal(0, v)));
    }

    [Fact]
    public void Encode_MoreThanMaxTokens_IsCutOff()
    {
        using TextEncoder whole = TextEncoder.HybridRecMini(), few = TextEncoder.HybridRecMini(maxTokens: 8);
        string start = string.Join(' ', Enumerable.Repeat("guitar", 126)); // with [CLS] and [SEP], 128
        Assert.Equal(Encode(whole, start)[0], Encode(whole, start + " violin")[0]);
        Assert.NotEqual(Encode(whole, "guitar guitar")[0], Encode(whole, "guitar violin")[0]);
        Assert.Equal(
            Encode(few, "guitar guitar guitar guitar guitar guitar")[0],
            Encode(few, "guitar guitar guitar guitar guitar guitar violin piano")[0]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(129)]
    public void HybridRecMini_MaxTokensOutOfRange_Throws(int maxTokens) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TextEncoder.HybridRecMini(maxTokens));

    [Fact]
    public void Save_Pipeline_EncodesUnseenTextsTheSameInAFreshProcess()
    {
        var ml = new MLContext(1);
        var seen = ml.Data.LoadFromEnumerable(s_texts.Select(text => new Row { ItemText = text }));
        var unseen = ml.Data.LoadFromEnumerable(new[]
        {
            new Row { ItemText = "A wizard goes to a school of magic." }, new Row { ItemText = s_texts[0] }, new Row { ItemText = "" }
        });
        using var encoder = TextEncoder.HybridRecMini();
        using var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(seen);
        float[][] expected = [.. model.Transform(unseen).GetColumn<VBuffer<float>>("ItemMeaning").Select(v => v.DenseValues().ToArray())];
        using var stream = new MemoryStream();
        ml.Model.Save(model, seen.Schema, stream);
        Assert.Equal(expected, FreshProcess.Run(ml, stream.ToArray(), unseen, "ItemMeaning"));
    }

    // Written before any vector was looked at. By lot, seven of eight would be right in 3.5 % of all cases.
    [Fact]
    public void Encode_RelatedTexts_AreNearerThanUnrelatedOnes()
    {
        (string Anchor, string Related, string Unrelated)[] triples =
        [
            ("A detective hunts a serial killer in the city", "Police track down a murderer", "Two teenagers fall in love at summer camp"),
            ("Best tacos and burritos in town", "Mexican restaurant", "Auto repair and oil change"),
            (
                "Space marines fight aliens on a distant planet", "Science fiction adventure aboard a starship",
                "A wedding comedy in a small Italian village"),
            ("New strings for an acoustic guitar", "These sound bright when I play chords", "Hair salon and nail spa"),
            ("A boy goes to a school of magic", "Fantasy about wizards and dragons", "A guide to investing for retirement"),
            ("Animated film for children about toys", "Cartoon for the whole family", "Drama about soldiers in Vietnam"),
            ("Coffee and pastries", "Cafe with espresso and a bakery", "Gym with personal trainers"),
            ("Cowboys and outlaws in the old west", "Western with a gunfight at noon", "Musical about dancers on Broadway"),
        ];
        using var encoder = TextEncoder.HybridRecMini();
        bool[] right = [.. triples.Select(t =>
        {
            float[][] v = Encode(encoder, t.Anchor, t.Related, t.Unrelated);
            return TensorPrimitives.CosineSimilarity(v[0], v[1]) > TensorPrimitives.CosineSimilarity(v[0], v[2]);
        })];
        Assert.True(right.Count(r => r) >= 7, string.Join('\n', triples.Where((_, i) => !right[i])));
    }

    [Fact]
    public void Model_OfThePackage_IsAtMostFourMegabytesAndHasItsCardAndLicense()
    {
        string folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "src", "Mini");
        Assert.InRange(new FileInfo(Path.Combine(folder, "Model", "model.onnx")).Length, 1_000_000, 4_000_000);
        string[] vocabulary = File.ReadAllLines(Path.Combine(folder, "Model", "vocab.txt"));
        Assert.Equal(vocabulary.Length, vocabulary.Distinct().Count());
        Assert.All(vocabulary, piece => Assert.DoesNotContain(' ', piece)); // pieces of words, no texts
        foreach (string file in (string[])["MODEL_CARD.md", "LICENSE.md"])
            Assert.Contains("research", File.ReadAllText(Path.Combine(folder, file)), StringComparison.OrdinalIgnoreCase);
    }

    private static string Here([CallerFilePath] string file = "") => file;

    private static float[][] Encode(TextEncoder encoder, params string[] texts) =>
        [.. encoder.AsEmbeddingGenerator().GenerateAsync(texts).GetAwaiter().GetResult().Select(e => e.Vector.ToArray())];

    private sealed class Row
    {
        public string ItemText { get; set; } = "";
    }
}
