using HybridRec.MLNet.Torch;
using Microsoft.ML;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>What single options of a tuning mean.</summary>
public sealed class LoraOptionsTests
{
    [Theory]
    [InlineData(null, null, "encoder.layer.0.attention.self.query,encoder.layer.0.attention.self.value," +
        "encoder.layer.1.attention.self.query,encoder.layer.1.attention.self.value")]
    [InlineData("key", null, "encoder.layer.0.attention.self.key,encoder.layer.1.attention.self.key")]
    [InlineData("encoder.layer.1.output.dense", null, "encoder.layer.1.output.dense")]
    [InlineData(null, @".*\.1\.attention\.self\.(query|key)", "encoder.layer.1.attention.self.query,encoder.layer.1.attention.self.key")]
    [InlineData(null, ".*layer.0.intermediate.dense", "encoder.layer.0.intermediate.dense")]
    public void Select_ModulesOrPattern_GivesTheModulesTheyName(string? module, string? pattern, string expected)
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var found = LoraTargets.Select(encoder.Encoder.Model.Model, module is null ? null : [module], pattern);
        Assert.Equal(expected.Split(',').Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Select_PatternOfAPart_IsNoMatch() // a pattern is of whole names, as PEFT has it
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        Assert.Contains(
            "'query'",
            Assert.Throws<ArgumentOutOfRangeException>(() => LoraTargets.Select(encoder.Encoder.Model.Model, null, "query")).Message,
            StringComparison.Ordinal);
        Assert.Equal(12, LoraTargets.Select(encoder.Encoder.Model.Model, null, LoraTargets.All).Count);
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 8)]
    public void Scale_RankStabilized_DividesByTheRootOfTheRank(bool stabilized, double expected)
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var parameters = new TuningParameters(
            TasteData.Options(new LoraMethod { Rank = 4, Alpha = 16, RankStabilized = stabilized }), encoder.Encoder.Model);
        Assert.Equal(expected, parameters.Adapter!.Scale);
        Assert.Equal(2 * 2 * 2 * 4 * TinyBert.Hidden, parameters.Count); // A and B of query and value in two layers
    }

    [Fact]
    public void Apply_Dropout_SetsItsShareOfTheInputsToZeroAndRaisesTheRest()
    {
        const int Width = 50, Rows = 400;
        const double Share = 0.3;
        using var scope = NewDisposeScope();
        using var adapter = new LoraAdapter(scale: 1) { Dropout = Share };
        adapter.Add("m", eye(Width).DetachFromDisposeScope(), eye(Width).DetachFromDisposeScope());
        Tensor x = ones(Rows, Width);
        Assert.Equal(TensorTransfer.ToArray(x), TensorTransfer.ToArray(adapter.Apply("m", x, zeros(Rows, Width)))); // outside of training
        using var generator = new Generator(3, CPU);
        adapter.DropoutGenerator = generator;
        float[] dropped = TensorTransfer.ToArray(adapter.Apply("m", x, zeros(Rows, Width)));
        Assert.All(dropped, value => Assert.True(value == 0 || Math.Abs(value - 1 / (1 - Share)) < 1e-5, $"{value}"));
        Assert.InRange(dropped.Count(value => value == 0) / (double)(Rows * Width), Share - 0.02, Share + 0.02);
    }

    // A handle keeps its tensor until the batch ends: one for each product of each module is more than all that the gradient needs.
    [Fact]
    public void Hidden_WithAdapters_LeavesNoMoreHandlesThanWithout()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using TuningParameters plain = new(TasteData.Options(TuningMethod.Full), encoder.Encoder.Model),
            adapted = new(TasteData.Options(), encoder.Encoder.Model);
        Assert.Equal(Handles(plain), Handles(adapted));

        static int Handles(TuningParameters parameters)
        {
            using var scope = NewDisposeScope();
            parameters.Model.Hidden(ones(3, 5, ScalarType.Int64), ones(3, 5, ScalarType.Bool));
            return scope.DisposablesCount;
        }
    }

    [Fact]
    public void Step_Accumulation_IsOneStepAlongTheMeanOfTheBatchesGradients()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var options = TasteData.Options() with { Optimizer = new() { AccumulationSteps = 2, WarmupFraction = 0 } };
        using TuningRun accumulated = new(options, encoder, TasteData.Pairs(ml)), byHand = new(options, encoder, TasteData.Pairs(ml));
        using TuningRun single = new(options with { Optimizer = new() { WarmupFraction = 0 } }, encoder, TasteData.Pairs(ml));
        Assert.Equal((single.Schedule.StepsPerEpoch + 1) / 2, accumulated.Schedule.StepsPerEpoch);
        accumulated.Step();
        int[] order = byHand.Order(0);
        byHand.Backpropagate(order[..8], 0, 0.5);
        byHand.Backpropagate(order[8..16], 1, 0.5);
        double rate = LearningRates.WarmupCosine(
            1, (double)byHand.Schedule.StepsPerEpoch * options.Training.Epochs!.Value, 0, options.Training.LearningRate!.Value);
        byHand.State.Optimizer.Step(1, rate, options.Optimizer.WeightDecay, options.Optimizer.MaxGradientNorm);
        single.Step();
        Assert.Equal(Values(byHand), Values(accumulated));
        Assert.NotEqual(Values(single), Values(accumulated));

        static float[] Values(TuningRun run) => [.. run.Parameters.List.SelectMany(p => TensorTransfer.ToArray(p.Value))];
    }

    [Fact]
    public void Rate_WarmUpAndCosine_RisesToThePeakAndFallsToNearlyZero()
    {
        const double Peak = 0.4;
        double[] rates = [.. Enumerable.Range(1, 100).Select(step => LearningRates.WarmupCosine(step, 100, 0.1, Peak))];
        for (int step = 1; step <= 10; step++)
            Assert.Equal(Peak * step / 10, rates[step - 1], 12);
        for (int step = 11; step < 100; step++)
            Assert.True(rates[step] < rates[step - 1], $"step {step + 1}");
        Assert.Equal(0.5 * Peak * (1 + Math.Cos(Math.PI * 45 / 91)), rates[54], 12);
        Assert.InRange(rates[99], 0, 0.001 * Peak);
        Assert.Equal(0.5 * Peak * (1 + Math.Cos(Math.PI / 101)), LearningRates.WarmupCosine(1, 100, 0, Peak), 12); // none
    }

    [Fact]
    public void Rate_DecayIsSet_IsConstantAndFallsInAStraightLineAtTheEnd()
    {
        const double Peak = 0.4;
        double[] rates = [.. Enumerable.Range(1, 100).Select(step => LearningRates.WarmupLinear(step, 100, 0.1, 0.2, Peak))];
        for (int step = 1; step <= 10; step++)
            Assert.Equal(Peak * step / 10, rates[step - 1], 12);
        Assert.All(rates[9..81], rate => Assert.Equal(Peak, rate, 12));
        for (int step = 82; step <= 100; step++)
            Assert.Equal(Peak * (101 - step) / 20, rates[step - 1], 12);
        Assert.Equal(Peak, LearningRates.WarmupLinear(100, 100, 0, 0, Peak)); // no decay
    }

    [Fact]
    public void Step_GradientAboveItsLargestNorm_IsClipped()
    {
        using var scope = NewDisposeScope();
        using var value = tensor([0f, 0f], requires_grad: true);
        using var optimizer = new AdamW([("w", value)]);
        (value * tensor([3f, 4f])).sum().backward();
        Assert.Equal(5, optimizer.Step(1, rate: 0.1, decay: 0, maxNorm: 1), 5);
        Assert.Equal([0.1f * 0.6f, 0.1f * 0.8f], TensorTransfer.ToArray(optimizer.FirstMoments[0]), (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
