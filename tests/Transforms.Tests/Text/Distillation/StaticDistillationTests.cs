using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Text;

public sealed class StaticDistillationTests
{
    private const int Neighbors = 10;

    [Fact]
    public void Distilled_FittedToTexts_BeatsTheUntrainedTableOnHeldOutTexts()
    {
        var teacher = new TopicTeacher(1);
        string[] training = TopicTeacher.Texts(1, 400), heldOut = TopicTeacher.Texts(2, 150);
        float[][] expected = [.. heldOut.Select(teacher.Vector)];
        double untrained = Agreement(expected, Students(teacher, training, heldOut, new() { Dimension = 16, FitTexts = false }));
        double trained = Agreement(expected, Students(teacher, training, heldOut, new() { Dimension = 16 }));
        Assert.True(trained > untrained + 0.08, $"{trained:F3} of the teacher's neighbors, {untrained:F3} untrained");
        Assert.True(trained > 0.55, $"{trained:F3} of the teacher's neighbors");
    }

    [Fact]
    public async Task Distilled_RealTeacherAndTexts_BeatsTheUntrainedTableOnHeldOutTexts()
    {
        using var real = TextEncoder.FromFolder(RealData.Model("model2vec-bge-64d-vocabquant"));
        var teacher = real.AsEmbeddingGenerator();
        string[] texts = [.. new MLContext(1).Hybrid.Data.LoadMovieLensItems(RealData.Folder("ml-1m")).GetColumn<string>("ItemText")
            .Where(t => t.Length > 200).Take(1200)];
        string[] training = texts[..1000], heldOut = texts[1000..];
        var tokenizer = TextTokenizer.FromFile(Path.Combine(RealData.Model("bert-base-uncased-tokenizer"), "vocab.txt"));
        float[][] expected = [.. (await teacher.GenerateAsync(
            heldOut, cancellationToken: TestContext.Current.CancellationToken)).Select(e => e.Vector.ToArray())];
        double untrained = Agreement(expected, Students(teacher, training, heldOut, new() { Dimension = 32, FitTexts = false }, tokenizer));
        double trained = Agreement(expected, Students(teacher, training, heldOut, new() { Dimension = 32 }, tokenizer));
        Assert.True(trained > untrained, $"{trained:F3} of the teacher's neighbors, {untrained:F3} untrained");
    }

    [Fact]
    public void LlmEmbedding_Distilled_SavesTheTableAndNeedsNoTeacherAfterwards()
    {
        var teacher = new TopicTeacher(3);
        var ml = new MLContext();
        IDataView view = View(ml, TopicTeacher.Texts(1, 60)), unseen = View(ml, TopicTeacher.Texts(2, 5));
        using var model = ml.Hybrid.LlmEmbedding(
            "ItemMeaning", "ItemText", TextEncoder.Distilled(teacher, Tokenizer(), new() { Dimension = 8 })).Fit(view);
        int calls = teacher.Calls;
        Assert.Equal("topics-static", model.EncoderName);
        Assert.Equal(8, model.Dimension);
        byte[] saved = ModelBytes.Save(ml, model, view.Schema);
        List<float[]> expected = Rows(model.Transform(unseen));
        Assert.Equal(expected, Rows(ModelBytes.Load(saved, out _).Transform(unseen)));
        Assert.Equal(expected, FreshProcess.Run(ml, saved, unseen, "ItemMeaning"));
        Assert.All(expected, row => Assert.Equal(1, row.Sum(v => v * v), 1e-5));
        Assert.Equal(calls, teacher.Calls);
    }

    [Fact]
    public void Distilled_SameInput_GivesTheSameBytes()
    {
        string[] texts = TopicTeacher.Texts(1, 100);
        byte[][] saved = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            using var fitted = TextEncoder.Distilled(new TopicTeacher(1), Tokenizer()).Fit(texts, null, null, CancellationToken.None);
            Assert.Equal(TopicTeacher.Width, fitted.Dimension); // the teacher has fewer than the 256 asked for
            var stream = new MemoryStream();
            using (var writer = new BinaryWriter(stream))
                fitted.Write(writer);
            return stream.ToArray();
        })];
        Assert.Equal(saved[0], saved[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Distilled_FewTexts_IsTheTableOfTheTokens(int count)
    {
        using var fitted = TextEncoder.Distilled(new TopicTeacher(1), Tokenizer()).Fit(
            TopicTeacher.Texts(1, count), null, null, CancellationToken.None);
        float[] rows = new float[2 * fitted.Dimension];
        fitted.Encode(["waa wab", "nothing known"], rows, 8, CancellationToken.None);
        Assert.Equal(1, rows[..fitted.Dimension].Sum(v => v * v), 1e-5);
        Assert.All(rows[fitted.Dimension..], v => Assert.Equal(0, v));
    }

    [Fact]
    public void Distilled_WrongUse_IsAClearError()
    {
        var teacher = new TopicTeacher(1);
        Assert.Contains(
            "vocab.txt",
            Assert.Throws<NotSupportedException>(() => TextEncoder.Distilled(teacher, TextTokenizer.FromDelegate(_ => [1]))).Message,
            StringComparison.Ordinal);
        foreach (var options in (StaticDistillationOptions[])[
            new() { Dimension = 0 }, new() { SifCoefficient = 0 }, new() { MaxTexts = -1 }, new() { TeacherBatchSize = 0 }])
            Assert.Throws<ArgumentOutOfRangeException>(() => TextEncoder.Distilled(teacher, Tokenizer(), options));
        using var encoder = TextEncoder.Distilled(teacher, Tokenizer());
        Assert.Throws<ArgumentException>(() => encoder.Fit(["waa"], null, "query: ", CancellationToken.None));
        Assert.ThrowsAny<OperationCanceledException>(() => encoder.Fit(["waa"], null, null, new CancellationToken(canceled: true)));
        Assert.Throws<InvalidOperationException>(encoder.AsEmbeddingGenerator);
        using var uneven = TextEncoder.Distilled(new FakeUneven(), Tokenizer());
        Assert.Contains(
            "as many as for the first",
            Assert.Throws<InvalidOperationException>(() => uneven.Fit([], null, null, CancellationToken.None)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void RidgeRegression_SmallProblem_SolvesTheNormalEquations()
    {
        // X = [[1, 2], [0, 1], [3, 0]], ridge 0.5: (X^T X + 0.5 I) D = X^T R, by hand: [[10.5, 2], [2, 5.5]] D =
        // [[1, 9], [3, -1]] for R below.
        var x = new CsrMatrix(3, 2, [0, 2, 3, 4], [0, 1, 1, 0], [1, 2, 1, 3]);
        float[] solution = RidgeRegression.Solve(x, [1, 0, 1, -1, 0, 3], 2, 0.5, CancellationToken.None);
        double determinant = (10.5 * 5.5) - 4;
        double[] expected =
        [
            ((1 * 5.5) - (3 * 2)) / determinant, ((9 * 5.5) - (-1 * 2)) / determinant, ((10.5 * 3) - (2 * 1)) / determinant,
            ((10.5 * -1) - (2 * 9)) / determinant
        ];
        for (int i = 0; i < 4; i++)
            Assert.Equal(expected[i], solution[i], 1e-5);
    }

    [Fact]
    public void PrincipalComponents_RowsOnALineThroughTheOrigin_FindIt()
    {
        float[] rows = [1, 2, -2, -4, 3, 6, 4, 8.001f];
        var components = PrincipalComponents.Fit(width: 2, rank: 1, rows);
        Assert.Equal(1 / Math.Sqrt(5), components.Basis[0], 1e-3);
        Assert.Equal(2 / Math.Sqrt(5), components.Basis[1], 1e-3);
        float[] along = components.Project(rows);
        Assert.Equal(Math.Sqrt(5), along[0], 0.01);
        Assert.Equal(-2 * Math.Sqrt(5), along[1], 0.01);
    }

    [Fact]
    public void DistillationLoss_EqualVectors_IsZeroAndGrowsWithTheAngle()
    {
        float[] a = [1, 0, 0, 2], turned = [0, 3, -1, 0], mixed = [1, 0, 1, 0];
        Assert.Equal(0, DistillationLoss.Of(a, a, 2), 1e-6);
        Assert.Equal(1, DistillationLoss.Of(a, turned, 2), 1e-6); // every vector turned by 90 degrees, the relations kept
        Assert.Equal(0.5 + 1, DistillationLoss.Of(a, mixed, 2), 1e-6); // one of two turned, their cosine 1 instead of 0
    }

    private static TextTokenizer Tokenizer()
    {
        using var folder = new TemporaryFolder().With("vocab.txt", TopicTeacher.Vocabulary);
        return TextTokenizer.FromFile(folder.File("vocab.txt"));
    }

    private static float[][] Students(
        IEmbeddingGenerator<string, Embedding<float>> teacher, string[] training, string[] texts, StaticDistillationOptions options,
        TextTokenizer? tokenizer = null)
    {
        using var fitted = TextEncoder.Distilled(teacher, tokenizer ?? Tokenizer(), options).Fit(
            training, null, null, CancellationToken.None);
        float[] rows = new float[texts.Length * fitted.Dimension];
        fitted.Encode(texts, rows, 32, CancellationToken.None);
        return rows.Chunk(fitted.Dimension).ToArray();
    }

    /// <summary>Share of the teacher's nearest texts, by cosine, that are the student's too.</summary>
    private static double Agreement(float[][] teacher, float[][] student) => Enumerable.Range(0, teacher.Length)
        .Average(i => (double)Nearest(teacher, i).Intersect(Nearest(student, i)).Count() / Neighbors);

    private static IEnumerable<int> Nearest(float[][] rows, int of) => Enumerable.Range(0, rows.Length).Where(i => i != of)
        .OrderByDescending(i => TensorPrimitives.CosineSimilarity<float>(rows[i], rows[of])).Take(Neighbors);

    private static IDataView View(MLContext ml, string[] texts) =>
        ml.Data.LoadFromEnumerable(texts.Select(t => new TextRow { ItemText = t }));

    private static List<float[]> Rows(IDataView view) => [.. view.GetColumn<float[]>("ItemMeaning")];

    private sealed class TextRow
    {
        public string? ItemText { get; set; }
    }

    private sealed class FakeUneven : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(
                new GeneratedEmbeddings<Embedding<float>>(values.Select((_, i) => new Embedding<float>(new float[2 + (i % 2)]))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
