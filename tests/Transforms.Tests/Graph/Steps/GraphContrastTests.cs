using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Noise and contrast of SimGCL and XSimGCL: what they are, and where they are not.</summary>
public sealed class GraphContrastTests
{
    private static readonly InteractionGraph s_graph = InteractionGraph.FromPairs(
        5, 6, [0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4], [0, 1, 2, 1, 3, 2, 4, 0, 4, 5, 3]);

    private static readonly GnnEmbeddingOptions s_options = new GnnEmbeddingOptions
    {
        Model = GraphModel.XSimGcl(layers: 2, noiseMagnitude: 0.3f),
        Loss = GraphLoss.SampledSoftmax(negatives: 4),
        Dimension = 5,
    }.Resolved(1);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(67)]
    public void Perturbation_EveryRow_MovesByEpsAndStaysInItsOrthant(int dimension)
    {
        const int Rows = 600;
        Xoshiro256 random = Xoshiro256.Stream(3);
        float[] before = [.. Enumerable.Range(0, Rows * dimension).Select(_ => (float)random.NextNormal())];
        float[] after = [.. before];
        Noise(dimension, 0.3f, after, pass: 0, threads: 2);
        for (int row = 0; row < Rows; row++)
        {
            double squares = 0;
            for (int i = row * dimension; i < (row + 1) * dimension; i++)
            {
                Assert.True(MathF.Sign(before[i]) * (after[i] - before[i]) >= 0);
                squares += Math.Pow(after[i] - before[i], 2);
            }

            Assert.Equal(0.3, Math.Sqrt(squares), 1e-5);
        }
    }

    [Fact]
    public void Perturbation_ThreadsDoNotMatter_PassesDo()
    {
        float[] one = [.. Enumerable.Repeat(1f, 6000)], two = [.. one], other = [.. one];
        Noise(10, 0.3f, one, pass: 0, threads: 1);
        Noise(10, 0.3f, two, pass: 0, threads: 2);
        Noise(10, 0.3f, other, pass: 1, threads: 1);
        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
    }

    [Theory]
    [InlineData(ModelKind.SimGcl)]
    [InlineData(ModelKind.XSimGcl)]
    public void Final_AnyNoise_IsTheMeanOfLayersOneToL(ModelKind model)
    {
        GraphStep noisy = Step(s_options with { Model = Noisy(model, 7) });
        float[] final = new float[s_graph.NodeCount * 5];
        noisy.Network.Final(final);
        CsrMatrix matrix = s_graph.Adjacency(GraphNormalization.Symmetric);
        float[] first = Product(matrix, noisy.Network.LayerZero.Table), second = Product(matrix, first);
        for (int i = 0; i < final.Length; i++)
            Assert.Equal((first[i] + second[i]) / 2, final[i], 1e-6f);
    }

    [Theory]
    [InlineData(ModelKind.SimGcl)]
    [InlineData(ModelKind.XSimGcl)]
    public void Compute_SameBatchAgain_HasTheSameNoise(ModelKind model)
    {
        GraphStep step = Step(s_options with { Model = Noisy(model, 0.3f) });
        Assert.Equal(step.Compute(), step.Compute());
    }

    [Fact]
    public void Compute_ContrastOfEqualViews_IsInfoNceByDefinition()
    {
        // Without noise the two views of SimGCL are the final vectors themselves.
        GnnEmbeddingOptions options = s_options with { L2Regularization = 0 };
        GraphStep without = Step(options with { Model = Noiseless(contrastWeight: 0) }),
            with = Step(options with { Model = Noiseless(contrastWeight: 2) });
        double contrast = (with.Compute() - without.Compute()) / 2;
        float[] final = new float[s_graph.NodeCount * 5];
        with.Network.Final(final);
        int[] Nodes(int[] rows) => [.. rows.Take(with.Batch.Size).Distinct().Select(r => with.Batch.Nodes.Nodes[r])];
        double expected = InfoNce(final, Nodes(with.Batch.Users)) + InfoNce(final, Nodes(with.Batch.Positives));
        Assert.Equal(expected, contrast, 1e-5);

        static GraphModelSettings Noiseless(float contrastWeight) =>
            GraphModel.SimGcl(layers: 2, contrastWeight: contrastWeight, contrastTemperature: 0.5f, noiseMagnitude: 0);
    }

    private static double InfoNce(float[] final, int[] nodes)
    {
        double Cosine(int a, int b) =>
            System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(final.AsSpan(a * 5, 5), final.AsSpan(b * 5, 5));
        return nodes.Average(v => Math.Log(nodes.Sum(w => Math.Exp(Cosine(v, w) / 0.5)) / Math.Exp(1 / 0.5)));
    }

    private static GraphModelSettings Noisy(ModelKind model, float magnitude) => model == ModelKind.SimGcl
        ? GraphModel.SimGcl(layers: 2, noiseMagnitude: magnitude)
        : GraphModel.XSimGcl(layers: 2, noiseMagnitude: magnitude);

    private static GraphStep Step(GnnEmbeddingOptions options)
    {
        var step = GraphTestData.NewStep(s_graph, options, null, null);
        step.Sampler.BeginEpoch(1);
        step.Sampler.Fill(0, step.Batch);
        return step;
    }

    private static void Noise(int dimension, float magnitude, float[] table, int pass, int threads)
    {
        var batch = new GraphBatch(1, 1, 1) { Epoch = 2, Step = 3 };
        CsrMatrix nodes = CsrMatrix.FromCoordinates(table.Length / dimension, table.Length / dimension, [], [], []);
        var noise = new Perturbation(new NetworkShape(nodes, dimension, Seed: 1, threads, batch), magnitude);
        noise.Begin(batch, pass);
        noise.Add(table, null, layer: 1);
    }

    private static float[] Product(CsrMatrix matrix, float[] source)
    {
        float[] product = new float[source.Length];
        AggregationBackend.Cpu.Resolve(1).Aggregate(matrix, source, product, 5);
        return product;
    }
}
