using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using static HybridRec.MLNet.Tests.FoldIn.UpdateData;

namespace HybridRec.MLNet.Tests.FoldIn;

/// <summary>
/// GraphSAGE and PinSage served from neighbors that the backend samples, after training and when interactions are folded in.
/// </summary>
public sealed class ServedSampleTests
{
    // A user of the checkerboard has 7 items, an item 11 users: these fanouts leave most out.
    private static readonly GnnEmbeddingOptions s_options = new()
    {
        Dimension = 8,
        Loss = GraphLoss.SampledSoftmax(negatives: 8),
        HoldoutFraction = 0,
        Precision = EmbeddingPrecision.Int8,
        Updatable = true,
        Training = new() { Epochs = 2, Seed = 3 },
    };

    public static TheoryData<ModelKind, string> OtherBackends =>
        [.. from model in (ModelKind[])[ModelKind.GraphSage, ModelKind.PinSage]
            from backend in (string[])["auto", "opencl", "fpga-sim"]
            select (model, backend)];

    [Theory]
    [MemberData(nameof(OtherBackends))]
    public void FitAndUpdate_OtherBackend_TheBytesOfTheCpu(ModelKind model, string backend)
    {
        IAggregationBackend other = Open(backend);
        using var disposable = other as IDisposable;
        var counting = new CountingBackend(other);
        (List<float[]> expected, List<float[]> expectedLater) = FitAndUpdate(Options(model));
        (List<float[]> actual, List<float[]> actualLater) = FitAndUpdate(
            Options(model) with { Aggregation = AggregationBackend.From(counting) });
        Same(expected, actual);
        Same(expectedLater, actualLater);
        Assert.Equal((4, 4), (counting.Samples, counting.Products)); // two layers, after training and in the update
        Assert.Contains(expected.Zip(expectedLater), pair => !pair.First.AsSpan().SequenceEqual(pair.Second));
    }

    [Theory]
    [InlineData(ModelKind.GraphSage, true)]
    [InlineData(ModelKind.GraphSage, false)]
    [InlineData(ModelKind.PinSage, false)]
    public void Fit_ServedFanouts_ChangeVectorsUnlessTheyTakeAll(ModelKind model, bool all)
    {
        List<float[]> Fitted(int[]? served) => FitAndUpdate(Options(model, served) with { Precision = EmbeddingPrecision.Single }).Fitted;
        List<float[]> without = Fitted(null), sampled = Fitted(all ? [256, 256] : [3, 2]);
        double most = without.Zip(sampled)
            .Max(pair => pair.First.Zip(pair.Second).Max(numbers => Math.Abs(numbers.First - numbers.Second)));
        Assert.InRange(most, all ? 0 : 1e-3, all ? 1e-5 : 10);
    }

    [Theory]
    [InlineData(ModelKind.GraphSage)]
    [InlineData(ModelKind.PinSage)]
    public void Update_NewUserAndItem_AreServedAlsoByALoadedModel(ModelKind model)
    {
        var ml = new MLContext(seed: 1);
        ITransformer fitted = Fit(ml, Options(model)), updated = ml.Hybrid.Update(fitted, LaterView(ml));
        ITransformer loaded = ModelBytes.Load(ModelBytes.Save(ml, fitted, Train(ml).Schema), out _);
        Same(Vectors(ml, updated), Vectors(ml, ml.Hybrid.Update(loaded, LaterView(ml))));

        // The newcomer has a place of its own, not the mean that strangers get.
        Assert.Contains(Newcomer(ml, updated).Zip(Newcomer(ml, fitted)), pair => Math.Abs(pair.First - pair.Second) > 1e-3f);
        Assert.All(Newcomer(ml, updated), value => Assert.True(float.IsFinite(value)));
        Assert.Contains(
            "ml.Hybrid.Update", Assert.Throws<InvalidOperationException>(() => ml.Hybrid.CreateUpdater(fitted, Train(ml).Schema)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelKind.GraphSage)]
    [InlineData(ModelKind.PinSage)]
    public void Update_RowsThatAreThere_ChangeNothing(ModelKind model)
    {
        var ml = new MLContext(seed: 1);
        ITransformer fitted = Fit(ml, Options(model));
        Same(Vectors(ml, fitted), Vectors(ml, ml.Hybrid.Update(fitted, Train(ml))));
    }

    [Theory]
    [InlineData(ModelKind.LightGcn)]
    [InlineData(ModelKind.GraphSage)]
    public void Propagate_OtherPrecisionAndBackend_VectorsOfAFitWithThem(ModelKind model)
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingOptions options = Options(model);
        ITransformer single = Fit(ml, options with { Precision = EmbeddingPrecision.Single }), rounded = Fit(ml, options);
        var counting = new CountingBackend(new CpuAggregationBackend());
        ITransformer propagated = ml.Hybrid.Propagate(single, AggregationBackend.From(counting), EmbeddingPrecision.Int8);
        Same(Vectors(rounded, Train(ml)), Vectors(propagated, Train(ml))); // strangers have the mean of the fit, in its precision
        Assert.Equal(2, counting.Products);
        Same(Vectors(ml, ml.Hybrid.Update(rounded, LaterView(ml))), Vectors(ml, ml.Hybrid.Update(propagated, LaterView(ml))));
        Assert.Equal(4, counting.Products);
    }

    [Fact]
    public void Propagate_BadArguments_SayWhatIsAllowed()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingOptions options = Options(ModelKind.LightGcn).Train(t => t with { Epochs = 0 });
        ITransformer model = Fit(ml, options), frozen = Fit(ml, options with { Updatable = false }), keys = Keys(ml).Fit(Train(ml));
        Assert.Contains(
            "Single or Int8",
            Assert.Throws<ArgumentException>(() => ml.Hybrid.Propagate(model, AggregationBackend.Cpu, EmbeddingPrecision.BFloat16)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no GnnEmbedding", Assert.Throws<ArgumentException>(() => ml.Hybrid.Propagate(keys, AggregationBackend.Cpu)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Updatable = true", Assert.Throws<InvalidOperationException>(() => ml.Hybrid.Propagate(frozen, AggregationBackend.Cpu)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_BackendThatSamplesFewer_FailsBeforeTraining()
    {
        var backend = new CountingBackend(new CpuAggregationBackend(), mostFanout: 2);
        string message = Assert.Throws<InvalidOperationException>(() =>
            FitAndUpdate(Options(ModelKind.GraphSage) with { Aggregation = AggregationBackend.From(backend) })).Message;
        Assert.Contains("at most 2 neighbors", message, StringComparison.Ordinal);
        backend = new CountingBackend(new CpuAggregationBackend(), mostFanout: 0);
        Assert.Contains("does not sample", Assert.Throws<InvalidOperationException>(() => FitAndUpdate(
            Options(ModelKind.GraphSage) with { Aggregation = AggregationBackend.From(backend) })).Message, StringComparison.Ordinal);
    }

    private static GnnEmbeddingOptions Options(ModelKind model) => Options(model, [3, 2]);

    private static GnnEmbeddingOptions Options(ModelKind model, int[]? served) => s_options with
    {
        Model = model switch
        {
            ModelKind.GraphSage => GraphModel.GraphSage(layers: 2, fanouts: [4, 3], servedFanouts: served),
            ModelKind.PinSage => GraphModel.PinSage(layers: 2, fanouts: [4, 3], servedFanouts: served, walkCount: 20),
            _ => model.Model(layers: 2),
        },
    };

    private static (List<float[]> Fitted, List<float[]> Updated) FitAndUpdate(GnnEmbeddingOptions options)
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Fit(ml, options);
        return (Vectors(ml, model), options.Updatable ? Vectors(ml, ml.Hybrid.Update(model, LaterView(ml))) : []);
    }

    private static ITransformer Fit(MLContext ml, GnnEmbeddingOptions options) =>
        Keys(ml).Append(ml.Hybrid.GnnEmbedding(options)).Fit(Train(ml));

    // Of the users and items of the training rows, and of those that come later; another view, so the serving mapping.
    private static List<float[]> Vectors(MLContext ml, ITransformer model) => Vectors(model, All(ml));

    private static List<float[]> Vectors(ITransformer model, IDataView rows)
    {
        IDataView mapped = model.Transform(rows);
        return [.. ViewRows.Singles(mapped, "UserGraph"), .. ViewRows.Singles(mapped, "ItemGraph")];
    }

    private static float[] Newcomer(MLContext ml, ITransformer model) =>
        ViewRows.Singles(model.Transform(Checkerboard.View(ml, [New("anna", 0)])), "UserGraph").Single();

    private static void Same(List<float[]> expected, List<float[]> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach ((float[] left, float[] right) in expected.Zip(actual))
            Assert.Equal(left, right);
    }

    // Skips with the reason where a backend is not to be had; where the environment says that it is, that is a failure.
    private static IAggregationBackend Open(string name)
    {
        string? variable = name switch
        {
            "opencl" => "HYBRIDREC_OPENCL_LIBRARY",
            "fpga-sim" => SimulationOptions.LibraryVariable,
            _ => null,
        };
        try
        {
            return AggregationBackends.Create(name);
        }
        catch (BackendUnavailableException missing) when (variable is not null
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
