using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Torch;
using Microsoft.ML;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>Recomputed activations and products in BFloat16.</summary>
public sealed class GradientCheckpointingTests
{
    [Theory]
    [InlineData("Lora")]
    [InlineData("Full")]
    public void Backpropagate_WithAndWithout_GivesTheSameGradients(string method)
    {
        using var folder = TinyBert.Folder();
        var options = TasteData.Options(TasteData.Method(method));
        if (options.Method is LoraMethod lora)
            options = options with { Method = lora with { Dropout = 0.3 } };
        Dictionary<string, float[]> plain = Gradients(folder, options, out double loss),
            again = Gradients(folder, options with { GradientCheckpointing = true }, out double sameLoss);
        Assert.Equal(loss, sameLoss);
        Compare(plain, again, 1e-5);
    }

    [Fact]
    public void Backpropagate_Llama_GivesTheSameGradients()
    {
        using var folder = StoriesModel.Folder();
        var options = TasteData.Options() with { Method = TasteData.AllLinear with { Dropout = 0.2 } };
        Dictionary<string, float[]> plain = Gradients(folder, options, out _),
            again = Gradients(folder, options with { GradientCheckpointing = true }, out _);
        Compare(plain, again, 1e-4);
    }

    // What the graph does not reach, it does not keep activations of.
    [Fact]
    public void Loss_WithRecomputation_HasNoGraphOfTheLayers()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var run = new TuningRun(TasteData.Options(TuningMethod.Full), encoder, TasteData.Pairs(new MLContext()));
        using var scope = NewDisposeScope();
        using var tape = new LayerTape();
        run.Loss(run.Order(0)[..8], tape: tape).backward();
        Tensor[] layers = [.. run.Parameters.List.Where(p => p.Name.Contains(".layer.", StringComparison.Ordinal)).Select(p => p.Value)];
        Assert.NotEmpty(layers);
        Assert.All(layers, weight => Assert.Null(weight.grad));
        tape.Backward();
        Assert.All(layers, weight => Assert.NotNull(weight.grad));
    }

    [Fact]
    public void Fit_WithRecomputation_GivesTheVectorsItGivesWithout()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var options = TasteData.Options() with
        {
            Method = TasteData.AllLinear with { Dropout = 0.1 },
            Training = TasteData.Options().Training with { Epochs = 2 },
            Optimizer = new() { AccumulationSteps = 2 }
        };
        using LlmEmbeddingTransformer plain = LoraTuningTests.Fit(ml, encoder, options),
            again = LoraTuningTests.Fit(ml, encoder, options with { GradientCheckpointing = true });
        var view = TasteData.View(ml);
        foreach (var (expected, actual) in TorchEncoderTests.Rows(plain.Transform(view)).Zip(TorchEncoderTests.Rows(again.Transform(view))))
            Vectors.Close(expected, actual, 1e-3);
    }

    [Fact]
    public void Step_WithRecomputation_LeavesNoTensorBehind()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var run = new TuningRun(
            TasteData.Options() with { Method = TasteData.AllLinear with { Dropout = 0.1 }, GradientCheckpointing = true }, encoder,
            TasteData.Pairs(new MLContext()));
        for (int i = 0; i < 3; i++)
            run.Step();
        long live = TorchEncoderTests.LiveTensors();
        for (int i = 0; i < 10; i++)
            run.Step();
        Assert.Equal(live, TorchEncoderTests.LiveTensors());
    }

    [Theory]
    [InlineData("Lora", false)]
    [InlineData("Full", true)]
    public void Backpropagate_BFloat16_GivesNearlyTheGradientsOfSingle(string method, bool checkpointing)
    {
        using var folder = TinyBert.Folder();
        var options = TasteData.Options(TasteData.Method(method)) with
        {
            Precision = TuningPrecision.BFloat16,
            GradientCheckpointing = checkpointing
        };
        Dictionary<string, float[]> single = Gradients(folder, TasteData.Options(TasteData.Method(method)), out double loss),
            half = Gradients(folder, options, out double halfLoss);
        Assert.Equal(loss, halfLoss, 0.05);
        Assert.NotEqual(loss, halfLoss); // it is another arithmetic
        double dot = 0, first = 0, second = 0;
        foreach (var (name, values) in single)
            foreach (var (a, b) in values.Zip(half[name]))
                (dot, first, second) = (dot + (double)a * b, first + (double)a * a, second + (double)b * b);
        Assert.True(dot / Math.Sqrt(first * second) > 0.99, $"cosine of the gradients: {dot / Math.Sqrt(first * second)}");
    }

    [Theory]
    [InlineData("Lora")]
    [InlineData("Full")]
    public void Fit_BFloat16_LearnsAndServesInSingle(string method)
    {
        using var folder = TinyBert.Folder();
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var model = LoraTuningTests.Fit(
            new MLContext(), encoder, TasteData.Options(TasteData.Method(method)) with { Precision = TuningPrecision.BFloat16 });
        using var tuned = TorchEncoder.Of(model);
        Assert.True(TasteData.Separation(tuned) > TasteData.Separation(encoder) + 0.25);
        Assert.Equal(ScalarType.Float32, tuned.Encoder.Model.Model.ComputeType);
        tuned.Save(target.File("m"));
        using var read = TorchEncoder.FromFolder(target.File("m"));
        Assert.Equal(Vectors.Encode(tuned, "a b", "c"), Vectors.Encode(read, "a b", "c"));
    }

    [Fact]
    public void Fit_Mixed_IsSingleWhereTheProcessorHasNoBFloat16AndSaysSo()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var lines = new List<string>();
        ml.Log += (_, e) => lines.Add(e.RawMessage);
        var options = TasteData.Options() with { Training = TasteData.Options().Training with { Epochs = 1 } };
        using LlmEmbeddingTransformer single = LoraTuningTests.Fit(ml, encoder, options),
            mixed = LoraTuningTests.Fit(ml, encoder, options with { Precision = TuningPrecision.Mixed });
        var view = TasteData.View(ml);
        bool has = BFloat16Products.Has(CPU);
        Assert.Equal(!has, lines.Exists(line => line.Contains("no products of BFloat16", StringComparison.Ordinal)));
        if (!has)
            ModelBytes.AssertSame(ModelBytes.Save(ml, single, view.Schema), ModelBytes.Save(ml, mixed, view.Schema));
    }

    private static void Compare(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, double tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.NotEmpty(expected);
        foreach (var (name, values) in expected)
        {
            double norm = Math.Sqrt(values.Sum(v => (double)v * v)),
                error = Math.Sqrt(values.Zip(actual[name]).Sum(p => Math.Pow(p.First - p.Second, 2)));
            Assert.True(error <= tolerance * norm + 1e-9, $"{name}: a gradient of norm {norm} differs by {error}");
        }
    }

    /// <summary>The gradients of one batch of a run whose matrices B are away from zero.</summary>
    private static Dictionary<string, float[]> Gradients(TemporaryFolder folder, LoraTuning options, out double loss)
    {
        using var encoder = TorchEncoder.FromFolder(folder.Path, new EncoderOptions { Pooling = PoolingMode.Mean });
        var ml = new MLContext();
        using var run = new TuningRun(options, encoder, TasteData.Pairs(ml));
        var random = new Random(4);
        if (options.Method is LoraMethod)
            using (no_grad())
                foreach (var (_, value) in run.Parameters.List)
                    value.copy_(tensor(
                        [.. Enumerable.Range(0, (int)value.numel()).Select(_ => (float)(random.NextDouble() - 0.5) * 0.4f)], value.shape));
        loss = run.Backpropagate(run.Order(0)[..8], number: 0, share: 1);
        return run.Parameters.List.Where(p => p.Value.grad is not null).ToDictionary(
            p => p.Name, p => TensorTransfer.ToArray(p.Value.grad!));
    }
}
