using HybridRec.MLNet.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Text;

public sealed class LexicalEncoderTests
{
    private static readonly string[] s_texts =
    [
        "A space ship crew fights robots near a distant planet.", "Robots rebel on a space station; a planet is saved by its crew.",
        "The crew of a star ship finds an alien planet.", "Alien robots attack the space station.",
        "A slow romantic dinner in Paris: two lovers write love letters.", "Love letters found in Paris lead to a romantic wedding.",
        "A wedding dinner brings two old lovers together in Paris.", "Romantic comedy about a wedding and lost love letters.",
    ];

    [Fact]
    public void Fit_TwoTopics_PutsLikeTextsCloser()
    {
        float[][] rows = Encode(Fit(s_texts, dimension: 4), s_texts);
        for (int i = 0; i < 8; i++)
        {
            double same = Enumerable.Range(0, 8).Where(j => j != i && j / 4 == i / 4).Min(j => Dot(rows[i], rows[j]));
            double other = Enumerable.Range(0, 8).Where(j => j / 4 != i / 4).Max(j => Dot(rows[i], rows[j]));
            Assert.True(same > other, $"text {i}: {same:F3} to its own topic, {other:F3} to the other");
        }
    }

    [Fact]
    public void Encode_UnseenText_FallsToItsTopic()
    {
        using var encoder = Fit(s_texts, dimension: 4);
        float[][] rows = Encode(encoder, [.. s_texts, "robots on an alien space ship", "PARÍS, love & a wedding"]);
        Assert.True(Dot(rows[8], rows[0]) > Dot(rows[8], rows[4]));
        Assert.True(Dot(rows[9], rows[4]) > Dot(rows[9], rows[0]));
        Assert.All(rows, row => Assert.Equal(1, Dot(row, row), 1e-5));
    }

    [Fact]
    public void Fit_SharedPhrases_AreTakenOff()
    {
        // Every text says the same about its release; only one word in six tells the topics apart.
        string[] topics = ["robots", "wedding", "submarine"];
        string[] texts = [.. Enumerable.Range(0, 30)
            .Select(i => $"acclaimed english language feature released nationwide {topics[i % 3]} number {100 + i}")];
        var options = new LexicalOptions { Dimension = 8, MaxDocumentFrequency = 1 };
        using LexicalEncoder plain = LexicalEncoder.Fit(texts, options with { Center = false }, CancellationToken.None),
            centered = LexicalEncoder.Fit(texts, options, CancellationToken.None);
        float[][] before = Encode(plain, texts), after = Encode(centered, texts);
        double Gap(float[][] rows) => Dot(rows[0], rows[3]) - Dot(rows[0], rows[1]);
        Assert.True(Gap(after) > 2 * Gap(before), $"{Gap(after):F3} centered, {Gap(before):F3} not");
        Assert.All(Enumerable.Range(0, 8), k => Assert.Equal(0, after.Average(row => row[k]), 0.05));
        Assert.All(Encode(centered, ["xylophone"]), row => Assert.All(row, v => Assert.Equal(0, v)));
    }

    [Fact]
    public void Encode_NoKnownWord_IsZero()
    {
        using var encoder = Fit(s_texts, dimension: 4);
        Assert.All(Encode(encoder, ["xylophone zebra", "...", "the of and"]), row => Assert.All(row, v => Assert.Equal(0, v)));
    }

    [Fact]
    public void Fit_FewerTextsThanDimensions_PadsWithZeros()
    {
        using var encoder = Fit(s_texts[..3], dimension: 10);
        float[][] rows = Encode(encoder, s_texts[..3]);
        Assert.All(rows, row =>
        {
            Assert.Equal(10, row.Length);
            Assert.Equal(1, Dot(row, row), 1e-5);
            Assert.All(row[3..], v => Assert.Equal(0, v));
        });
    }

    [Fact]
    public void Fit_OneTextOrNone_Works()
    {
        using (var one = Fit(["a single story about robots"], dimension: 5))
            Assert.Equal(1, Dot(Encode(one, ["robots"])[0], Encode(one, ["a single story about robots"])[0]), 1e-5);
        using var none = Fit([], dimension: 5);
        Assert.Equal(new float[5], Encode(none, ["anything"])[0]);
    }

    [Fact]
    public void Fit_Same_GivesTheSameBytesAndHash()
    {
        using LexicalEncoder first = Fit(s_texts, 4), second = Fit(s_texts, 4), other = Fit(s_texts[1..], 4);
        Assert.Equal(State(first), State(second));
        Assert.Equal(first.ModelHash, second.ModelHash);
        Assert.NotEqual(first.ModelHash, other.ModelHash);
    }

    [Fact]
    public void WriteRead_RoundTrip_EncodesTheSame()
    {
        using var encoder = Fit(s_texts, 4);
        using var reader = new BinaryReader(new MemoryStream(State(encoder)));
        using var read = EncoderKinds.Read(reader);
        string[] texts = [.. s_texts, "robots in Paris", "unknown"];
        Assert.Equal(Encode(encoder, texts), Encode(read, texts));
        Assert.Equal(encoder.ModelHash, read.ModelHash);
    }

    [Fact]
    public void RightVectors_SmallMatrix_AreTheSingularVectors()
    {
        // A = [[3,0],[0,2],[0,0]]: singular values 3 and 2, right vectors e1 and e2.
        var matrix = new Accel.CsrMatrix(3, 2, [0, 1, 2, 2], [0, 1], [3, 2]);
        float[] v = TruncatedSvd.RightVectors(matrix, rank: 3, iterations: 6, seed: 1, CancellationToken.None);
        EncoderFixture.Close([1, 0, 0, 0, 1, 0], v, 1e-4);
    }

    [Fact]
    public void RightVectors_AgainstDenseDecomposition_SpanTheSameSpace()
    {
        var random = new Random(5);
        int n = 60, m = 40, rank = 8;
        var dense = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(
            n, m, (_, _) => random.NextDouble() < 0.2 ? random.NextDouble() : 0);
        List<int> rows = [], columns = [];
        List<float> values = [];
        for (int r = 0; r < n; r++)
            for (int c = 0; c < m; c++)
                if (dense[r, c] != 0)
                {
                    rows.Add(r);
                    columns.Add(c);
                    values.Add((float)dense[r, c]);
                }
        var sparse = Accel.CsrMatrix.FromCoordinates(n, m, rows.ToArray(), columns.ToArray(), values.ToArray());
        float[] v = TruncatedSvd.RightVectors(sparse, rank, iterations: 12, seed: 1, CancellationToken.None);
        var reference = dense.Svd().VT;
        for (int k = 0; k < rank; k++)
        {
            double dot = Enumerable.Range(0, m).Sum(c => v[c * rank + k] * reference[k, c]);
            Assert.Equal(1, Math.Abs(dot), 2e-2);
        }
    }

    [Theory]
    [InlineData(
        "The director's Stories, children's boys' glass!",
        new[] { "director", "story", "director story", "children", "story children", "boy", "children boy", "glass", "boy glass" })]
    [InlineData("Amélie CAFÉ", new[] { "amelie", "cafe", "amelie cafe" })]
    [InlineData("don't stop. Believe", new[] { "stop", "believe" })]
    [InlineData("中文", new[] { "中", "文", "中 文" })]
    [InlineData("Łódź straße", new[] { "lodz", "strasse", "lodz strasse" })]
    [InlineData("x 42 7", new[] { "42" })]
    public void Terms_Text_AreCutAsDocumented(string text, string[] expected) =>
        Assert.Equal(
            expected.Order(StringComparer.Ordinal), new LexicalAnalyzer(new LexicalOptions()).Terms(text).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(0, 128)]
    [InlineData(5000, 128)]
    [InlineData(16, 0)]
    public void Lexical_OptionsOutOfRange_Throw(int dimension, int minimum) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            TextEncoder.Lexical(new LexicalOptions { Dimension = dimension, MinDocumentFrequency = minimum }));

    [Fact]
    public void Fit_NoSeed_TheContextDecides()
    {
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => $"word{i} word{i * 7 % 60} word{i * 11 % 60} word{i * i % 60}")];
        float[] first = Vectors(new MLContext(seed: 7), fits: 1);
        Assert.Equal(first, Vectors(new MLContext(seed: 7), fits: 2)); // drawn once, when the estimator is made
        Assert.NotEqual(first, Vectors(new MLContext(seed: 8), fits: 1));
        Assert.NotEqual(Vectors(new MLContext(), fits: 1), Vectors(new MLContext(), fits: 1));

        float[] Vectors(MLContext ml, int fits)
        {
            var view = ml.Data.LoadFromEnumerable(texts.Select(text => new { ItemText = text }));
            var options = new LexicalOptions { Dimension = 2, Iterations = 0, MinDocumentFrequency = 1 };
            var estimator = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", TextEncoder.Lexical(options));
            float[] vectors = [];
            for (int fit = 0; fit < fits; fit++)
            {
                using var model = estimator.Fit(view);
                vectors = [.. model.Transform(view).GetColumn<float[]>("ItemMeaning").SelectMany(vector => vector)];
            }
            return vectors;
        }
    }

    [Fact]
    public void AsEmbeddingGenerator_NotFitted_SaysWhatToDo() =>
        Assert.Contains(
            "LlmEmbeddingTransformer", Assert.Throws<InvalidOperationException>(() => TextEncoder.Lexical().AsEmbeddingGenerator()).Message,
            StringComparison.Ordinal);

    private static LexicalEncoder Fit(string[] texts, int dimension) =>
        LexicalEncoder.Fit(texts, new LexicalOptions { Dimension = dimension }, CancellationToken.None);

    private static float[][] Encode(FittedEncoder encoder, string[] texts)
    {
        float[] rows = new float[texts.Length * encoder.Dimension];
        encoder.Encode(texts, rows, 32, CancellationToken.None);
        return [.. rows.Chunk(encoder.Dimension)];
    }

    private static byte[] State(FittedEncoder encoder)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            EncoderKinds.Write(writer, encoder);
        return stream.ToArray();
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
