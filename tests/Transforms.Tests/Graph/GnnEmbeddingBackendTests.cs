using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels.Reference;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>What propagates after training, and in which precision.</summary>
public sealed class GnnEmbeddingBackendTests
{
    private static readonly GnnEmbeddingOptions s_options = new()
    {
        Dimension = 16,
        Model = GraphModel.LightGcn(layers: 2),
        Loss = GraphLoss.SampledSoftmax(negatives: 8),
        Precision = EmbeddingPrecision.Int8,
        Training = new() { Epochs = 3, Seed = 3 },
    };

    [Theory]
    [InlineData(ModelKind.LightGcn)]
    [InlineData(ModelKind.Gcn)]
    [InlineData(ModelKind.XSimGcl)]
    [InlineData(ModelKind.GraphSage)]
    [InlineData(ModelKind.PinSage)]
    public void Fit_Int8_VectorsAreThoseOfSingleUpToRounding(ModelKind kind)
    {
        GnnEmbeddingOptions options = s_options with { Model = kind.Model(layers: 2) };
        List<float[]> single = Vectors(options with { Precision = EmbeddingPrecision.Single }), rounded = Vectors(options);
        double difference = 0, norm = 0;
        foreach ((float[] left, float[] right) in single.Zip(rounded))
        {
            difference += left.Zip(right).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
            norm += left.Sum(x => x * (double)x);
        }

        Assert.InRange(Math.Sqrt(difference / norm), 1e-6, 0.05);
    }

    [Fact]
    public void Fit_Int8OnAnyBackend_TheSameBytes()
    {
        List<float[]> cpu = Vectors(s_options),
            reference = Vectors(s_options with { Aggregation = AggregationBackend.From(new ReferenceBackend()) });
        AssertSame(cpu, reference);
        AssertSame(cpu, Vectors(s_options with { Aggregation = AggregationBackend.Auto }));
        AssertSame(cpu, Vectors(s_options.Train(t => t with { Threads = 1 }) with { Aggregation = AggregationBackend.Named("cpu") }));
        AssertSame(cpu, Vectors(s_options with { Aggregation = AggregationBackend.OpenCl(allowFallback: true) }));
    }

    [Fact]
    public void Fit_BackendOfInt8Alone_TrainsOnTheCpuAndServesOnIt()
    {
        var backend = new ReferenceBackend();
        Vectors(s_options with { Aggregation = AggregationBackend.From(backend) });
        Assert.Equal(2 * s_options.Model.Layers, backend.Calls); // the training mapping and the serving mapping
        backend = new ReferenceBackend();
        Vectors(s_options with { Aggregation = AggregationBackend.From(backend), HoldoutFraction = 0 });
        Assert.Equal(s_options.Model.Layers, backend.Calls);
    }

    [Fact]
    public void Update_Int8_FoldsInOnTheBackendAlsoAfterLoading()
    {
        var ml = new MLContext(seed: 1);
        var backend = new ReferenceBackend();
        (ITransformer model, IDataView data) = Fit(
            ml, s_options with { Aggregation = AggregationBackend.From(backend), Updatable = true, HoldoutFraction = 0 });
        int before = backend.Calls;
        List<float[]> updated = ViewRows.Singles(Stage(model).Update(data, CancellationToken.None).Transform(data), "UserGraph");
        Assert.Equal(before + s_options.Model.Layers, backend.Calls);
        AssertSame(ViewRows.Singles(model.Transform(ViewRowsCopy(data)), "UserGraph"), updated); // no new row: the same graph

        ITransformer loaded = ModelBytes.Load(ModelBytes.Save(ml, model, data.Schema), out _);
        AssertSame(updated, ViewRows.Singles(Stage(loaded).Update(data, CancellationToken.None).Transform(data), "UserGraph"));
    }

    [Fact]
    public void Fit_BackendNotToBeHad_FailsBeforeTraining()
    {
        AggregationBackends.Register("unplugged", _ => throw new BackendUnavailableException("no such card; plug one in"));
        var epochs = new List<TrainingProgress>();
        var missing =
            s_options.Train(t => t with { Progress = new Listener(epochs) }) with { Aggregation = AggregationBackend.Named("unplugged") };
        Assert.Contains(
            "plug one in", Assert.Throws<BackendUnavailableException>(() => Vectors(missing)).Message, StringComparison.Ordinal);
        Assert.Empty(epochs);

        var log = new List<string>();
        long count = AggregationBackends.FallbackCount;
        Vectors(missing with
        {
            Aggregation = AggregationBackend.Named("unplugged", new AggregationSettings { AllowFallback = true, Log = log.Add })
        });
        Assert.Contains(log, line => line.Contains("plug one in", StringComparison.Ordinal));
        Assert.True(AggregationBackends.FallbackCount > count);
        Assert.NotEmpty(epochs);
    }

    [Fact]
    public void Options_PrecisionTheBackendLacks_IsAClearError()
    {
        var ml = new MLContext(seed: 1);
        var int8 = AggregationBackend.From(new ReferenceBackend());
        Assert.Contains(
            "Precision", Assert.Throws<ArgumentOutOfRangeException>(() => ml.Hybrid.GnnEmbedding(new() { Aggregation = int8 })).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "abacus", Assert.Throws<ArgumentException>(() => AggregationBackend.Named("abacus")).Message, StringComparison.Ordinal);
        AggregationBackends.Register("eight-bits", _ => new ReferenceBackend());
        string message = Assert.Throws<InvalidOperationException>(() =>
            Vectors(new() { Training = new() { Epochs = 1 }, Aggregation = AggregationBackend.Named("eight-bits") })).Message;
        Assert.Contains("has no Single. Set Precision to Int8", message, StringComparison.Ordinal);
    }

    private static List<float[]> Vectors(GnnEmbeddingOptions options)
    {
        (ITransformer model, IDataView data) = Fit(new MLContext(seed: 1), options);
        IDataView other = ViewRowsCopy(data);
        return [.. ViewRows.Singles(model.Transform(other), "UserGraph"), .. ViewRows.Singles(model.Transform(other), "ItemGraph")];
    }

    private static (ITransformer Model, IDataView Data) Fit(MLContext ml, GnnEmbeddingOptions options)
    {
        IDataView rows = Checkerboard.View(ml, Checkerboard.TrainRows);
        IDataView data = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(rows)
            .Transform(rows);
        return (ml.Hybrid.GnnEmbedding(options).Fit(data), data);
    }

    private static IUpdatableStage Stage(ITransformer model) =>
        (IUpdatableStage)(model is IEnumerable<ITransformer> chain ? chain.Last() : model);

    // Another view of the same rows: the serving mapping.
    private static IDataView ViewRowsCopy(IDataView data) => new MLContext().Data.TakeRows(data, long.MaxValue);

    private static void AssertSame(List<float[]> expected, List<float[]> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach ((float[] left, float[] right) in expected.Zip(actual))
            Assert.Equal(left, right);
    }

    private sealed class Listener(List<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen.Add(value);
    }

    /// <summary>8 bits alone, by the scalar reference.</summary>
    private sealed class ReferenceBackend : IAggregationBackend
    {
        public string Name => "reference";

        public int Calls { get; private set; }

        public AggregationCapabilities Capabilities { get; } = new() { Int8 = true };

        public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension) =>
            throw new NotSupportedException();

        public AggregationRun Aggregate(
            Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default)
        {
            Calls++;
            Int8AggregationReference.Multiply(adjacency, source, destination, 0, adjacency.Rows);
            return new AggregationRun(Name, Figure.Measured(TimeSpan.Zero));
        }
    }
}
