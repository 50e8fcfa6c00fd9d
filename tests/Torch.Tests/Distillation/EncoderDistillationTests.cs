using System.Numerics.Tensors;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using Microsoft.Extensions.AI;
using Microsoft.ML;
using TorchSharp;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class EncoderDistillationTests
{
    private static readonly string[] s_texts = Texts(240, seed: 1), s_others = Texts(60, seed: 2);

    private static readonly EncoderDistillation s_options =
        new() { Training = new() { Epochs = 25, LearningRate = 0.01, Patience = 25, BatchSize = 16, Seed = 1 } };

    private static readonly MLContext s_ml = new();

    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    [InlineData(0)]
    public void Loss_AnyWeight_EqualsThePlainOne(double relationWeight)
    {
        using var scope = torch.NewDisposeScope();
        var random = new Random(1);
        float[] student = Values(7 * 5), teacher = DistillationLoss.Normalized(Values(7 * 5), 5);
        double expected = DistillationLoss.Of(student, teacher, 5, relationWeight);
        Assert.Equal(
            expected, RelationalLoss.Of(torch.tensor(student, [7, 5]), torch.tensor(teacher, [7, 5]), relationWeight).item<float>(), 1e-5);
        // By hand for two texts: cosines 0 and 1, relations 0 in the student and 1 in the teacher.
        Assert.Equal(0.5 + relationWeight, RelationalLoss.Of(
            torch.tensor(new float[,] { { 2, 0 }, { 0, 3 } }), torch.tensor(new float[,] { { 0, 1 }, { 0, 1 } }),
            relationWeight).item<float>(), 1e-6);

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    [Theory]
    [InlineData(12, 6, "1,3,5,7,9,11")]
    [InlineData(12, 4, "2,5,8,11")]
    [InlineData(12, null, "1,3,5,7,9,11")]
    [InlineData(5, 2, "1,4")]
    [InlineData(1, null, "0")]
    public void Kept_Layers_AreEvenlySpacedUpToTheLast(int layers, int? kept, string expected) =>
        Assert.Equal(expected, string.Join(',', new EncoderDistillation { Layers = kept }.Kept(layers)));

    [Fact]
    public void Student_LayersKept_AreTheTeachers()
    {
        using var folder = TinyBert.Folder();
        using var deep = TorchEncoder.FromFolder(folder.Path);
        using (var whole = StudentModel.Of(deep.Encoder, [0, 1]))
        using (var same = new TorchEncoder(whole.With(null, null)))
            Assert.Equal(Vectors.Encode(deep, "a b c", "q"), Vectors.Encode(same, "a b c", "q"));
        using var half = StudentModel.Of(deep.Encoder, [1]);
        var weights = half.Model.Model.Weights;
        Assert.DoesNotContain("encoder.layer.1.output.dense.weight", weights.Names);
        foreach (string module in (string[])["attention.self.query.weight", "output.LayerNorm.bias"])
            Assert.Equal(
                TensorTransfer.ToArray(deep.Encoder.Model.Model.Weights["encoder.layer.1." + module]),
                TensorTransfer.ToArray(weights["encoder.layer.0." + module]));
        Assert.Equal(
            TensorTransfer.ToArray(deep.Encoder.Model.Model.Weights["pooler.dense.weight"]),
            TensorTransfer.ToArray(weights["pooler.dense.weight"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bert.")]
    public void Distill_Bert_AgreesWithItsTeacherOnTextsItWasNotTaughtOn(string prefix)
    {
        using var folder = TinyBert.Folder(prefix: prefix);
        using var target = new TemporaryFolder();
        using var deep = TorchEncoder.FromFolder(folder.Path);
        float[][] before = Vectors.Encode(deep, "a b c");
        using var cut = new TorchEncoder(StudentModel.Of(deep.Encoder, [1]));
        var seen = new List<TrainingProgress>();
        using var student = s_ml.Hybrid.DistillEncoder(
            deep, s_texts, s_options with { Layers = 1, Training = s_options.Training with { Progress = new Immediate(seen.Add) } });
        double untaught = Loss(deep, cut), taught = Loss(deep, student);
        Assert.True(taught < 0.5 * untaught, $"{untaught} untaught, {taught} taught");
        Assert.Equal(before, Vectors.Encode(deep, "a b c"));
        Assert.InRange(seen.Count, 1, s_options.Training.Epochs!.Value);

        student.Save(target.File("m"));
        using var read = TorchEncoder.FromFolder(target.File("m"));
        Assert.Equal(Vectors.Encode(student, s_others), Vectors.Encode(read, s_others));
        using TextEncoder onnx = student.ToOnnx();
        foreach (var (expected, actual) in Vectors.Encode(student, s_others).Zip(Vectors.Encode(onnx, s_others)))
            Vectors.Close(expected, actual, 1e-4);
    }

    [Fact]
    public void Distilled_InAPipeline_IsTaughtAtFitAndSavedWithoutItsTeacher()
    {
        using var folder = TinyBert.Folder();
        using var deep = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        IDataView view = TorchEncoderTests.View(ml, s_texts), other = TorchEncoderTests.View(ml, s_others);
        using TextEncoder encoder = TorchEncoder.Distilled(
            deep.AsEmbeddingGenerator(), deep, s_options with { Layers = 1, Training = s_options.Training with { Epochs = 3 } });
        using var stage = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(view);
        using var student = TorchEncoder.Of(stage);
        Assert.Equal(1, student.Encoder.Model.Model.Config.Layers);
        Assert.Equal("student", stage.EncoderName[^"student".Length..]);
        List<float[]> expected = TorchEncoderTests.Rows(stage.Transform(other));
        using var loaded = (IDisposable)ModelBytes.Load(ModelBytes.Save(ml, stage, view.Schema), out _);
        Assert.Equal(expected, TorchEncoderTests.Rows(((ITransformer)loaded).Transform(other)));
        using var direct = s_ml.Hybrid.DistillEncoder(
            deep, s_texts, s_options with { Layers = 1, Training = s_options.Training with { Epochs = 3 } });
        Assert.Equal(Vectors.Encode(direct, s_others), Vectors.Encode(student, s_others));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(30)]
    public void Distill_TeacherOfAnotherDimension_KeepsItsRelations(int dimension)
    {
        using var folder = TinyBert.Folder();
        using var start = TorchEncoder.FromFolder(folder.Path);
        using var teacher = new LetterTeacher(dimension);
        using var cut = new TorchEncoder(StudentModel.Of(start.Encoder, [1]));
        using var student = s_ml.Hybrid.DistillEncoder(start, s_texts, s_options with { Layers = 1 }, teacher);
        Assert.Equal(TinyBert.Hidden, student.Dimension);
        double before = Relations(teacher, cut), after = Relations(teacher, student);
        Assert.True(after < 0.5 * before, $"mean squared difference of cosines: {before} untaught, {after} taught");
    }

    [Fact]
    public void Distill_SameSeed_SameVectorsAndAnotherSeedOthers()
    {
        using var folder = TinyBert.Folder();
        using var deep = TorchEncoder.FromFolder(folder.Path);
        var options = s_options with { Training = s_options.Training with { Epochs = 2 } };
        using TorchEncoder first = s_ml.Hybrid.DistillEncoder(deep, s_texts, options),
            again = s_ml.Hybrid.DistillEncoder(deep, s_texts, options),
            other = s_ml.Hybrid.DistillEncoder(deep, s_texts, options with { Training = options.Training with { Seed = 2 } });
        Assert.Equal(Vectors.Encode(first, s_others), Vectors.Encode(again, s_others));
        Assert.NotEqual(Vectors.Encode(first, s_others), Vectors.Encode(other, s_others));
    }

    [Fact]
    public void Distill_NoSeed_TheContextDecides()
    {
        using var folder = TinyBert.Folder();
        using var deep = TorchEncoder.FromFolder(folder.Path);
        float[][] first = Of(new MLContext(seed: 7));
        Assert.Equal(first, Of(new MLContext(seed: 7)));
        Assert.NotEqual(first, Of(new MLContext(seed: 8)));
        Assert.NotEqual(Of(new MLContext()), Of(new MLContext()));

        float[][] Of(MLContext ml)
        {
            using var student = ml.Hybrid.DistillEncoder(
                deep, s_texts, s_options with { Training = s_options.Training with { Epochs = 2, Seed = null } });
            return Vectors.Encode(student, s_others);
        }
    }

    [Fact]
    public void Distill_Log_IsHeardByTheContext()
    {
        using var folder = TinyBert.Folder();
        using var deep = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var heard = new List<string>();
        ml.Log += (_, message) => heard.Add(message.Message);
        using var student = ml.Hybrid.DistillEncoder(
            deep, s_texts, s_options with { Training = s_options.Training with { Epochs = 1 } });
        Assert.Contains(heard, message =>
            message.Contains(EncoderDistillation.Stage, StringComparison.Ordinal)
            && message.Contains("texts to learn from", StringComparison.Ordinal));
    }

    [Fact]
    public void Distill_CancelledAndResumed_EndsLikeOneThatWasNot()
    {
        using var folder = TinyBert.Folder();
        using var files = new TemporaryFolder();
        using var deep = TorchEncoder.FromFolder(folder.Path);
        var options = s_options with { Training = s_options.Training with { Epochs = 6, CheckpointEvery = 1 } };
        using var whole = s_ml.Hybrid.DistillEncoder(deep, s_texts, options);
        options = options with { Training = options.Training with { CheckpointPath = files.File("student.checkpoint"), Resume = true } };
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            s_ml.Hybrid.DistillEncoder(
                deep, s_texts,
                options with { Training = options.Training with { Progress = new Immediate(p => { if (p.Epoch == 3) source.Cancel(); }) } },
                cancellationToken: source.Token));
        using var resumed = s_ml.Hybrid.DistillEncoder(deep, s_texts, options);
        Assert.Equal(Vectors.Encode(whole, s_others), Vectors.Encode(resumed, s_others));
        Assert.Contains("other options", Assert.Throws<InvalidDataException>(() => s_ml.Hybrid.DistillEncoder(
            deep, s_texts, options with { Training = options.Training with { Seed = 2 } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Distilled_OptionOutOfRange_IsRefusedWhenTheEncoderIsMade()
    {
        using var folder = TinyBert.Folder();
        using var deep = TorchEncoder.FromFolder(folder.Path);
        EncoderDistillation good = new();
        foreach (var (bad, word) in ((EncoderDistillation, string)[])[
            (good with { Layers = 0 }, "Layers is 0"), (good with { Layers = 3 }, "1 to 2"),
            (good with { KeptLayers = [1, 0] }, "ascending"), (good with { KeptLayers = [0, 2] }, "0 to 1"),
            (good with { KeptLayers = [] }, "KeptLayers"), (good with { KeptLayers = [0], Layers = 2 }, "KeptLayers"),
            (good with { RelationWeight = -1 }, "RelationWeight"), (good with { MaxTexts = 1 }, "MaxTexts"),
            (good with { Training = good.Training with { BatchSize = 1 } }, "no relations"),
            (good with { Training = good.Training with { LearningRate = 0 } }, "LearningRate"),
            (good with { ValidationFraction = 1 }, "ValidationFraction"),
            (good with { Training = good.Training with { Patience = -1 } }, "Patience"),
            (good with { Training = good.Training with { Epochs = 0 } }, "Epochs"),
            (good with { Training = good.Training with { Resume = true } }, "CheckpointPath"),
            (good with { TeacherBatchSize = 0 }, "TeacherBatchSize"),
            (good with { Optimizer = new() { WarmupFraction = 2 } }, "WarmupFraction")])
            Assert.Contains(
                word,
                Assert.Throws<ArgumentOutOfRangeException>(() => TorchEncoder.Distilled(deep.AsEmbeddingGenerator(), deep, bad)).Message,
                StringComparison.Ordinal);
        Assert.Contains("at least 2", Assert.Throws<InvalidOperationException>(() => s_ml.Hybrid.DistillEncoder(
            deep, ["a b", "a b", " "], good with { ValidationFraction = 0 })).Message, StringComparison.Ordinal);
    }

    private static double Loss(TextEncoder teacher, TextEncoder student)
    {
        float[] t = [.. Vectors.Encode(teacher, s_others).SelectMany(v => v)],
            s = [.. Vectors.Encode(student, s_others).SelectMany(v => v)];
        return DistillationLoss.Of(s, t, TinyBert.Hidden);
    }

    private static double Relations(LetterTeacher teacher, TextEncoder student)
    {
        float[][] t = [.. s_others.Select(teacher.Vector)], s = Vectors.Encode(student, s_others);
        double sum = 0;
        for (int i = 0; i < t.Length; i++)
            for (int j = 0; j < i; j++)
                sum += Math.Pow(
                    TensorPrimitives.CosineSimilarity<float>(t[i], t[j]) - TensorPrimitives.CosineSimilarity<float>(s[i], s[j]), 2);
        return sum / (t.Length * (t.Length - 1) / 2);
    }

    private static string[] Texts(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count)
            .Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(3, 9)).Select(_ => (char)('a' + random.Next(26))))).Distinct()];
    }

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    /// <summary>The sum of a random vector for each letter.</summary>
    private sealed class LetterTeacher(int dimension) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public float[] Vector(string text)
        {
            float[] sum = new float[dimension];
            foreach (char letter in text.Where(char.IsAsciiLetter))
            {
                var random = new Random(letter);
                for (int i = 0; i < dimension; i++)
                    sum[i] += (float)random.NextDouble() - 0.4f;
            }
            return sum;
        }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(text => new Embedding<float>(Vector(text)))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
