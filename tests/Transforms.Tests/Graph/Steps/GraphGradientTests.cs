using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Every gradient of every model, objective, similarity and normalization against central differences of the loss.</summary>
public sealed class GraphGradientTests
{
    private static readonly InteractionGraph s_graph = InteractionGraph.FromPairs(
        5, 6, [0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4], [0, 1, 2, 1, 3, 2, 4, 0, 4, 5, 3]);

    private static readonly TrainingSettings s_training = new() { BatchSize = 8, Threads = 2 };

    public static TheoryData<ModelKind, GraphActivation, LossKind, SimilarityKind, GraphNormalization, int> Cases()
    {
        var cases = new TheoryData<ModelKind, GraphActivation, LossKind, SimilarityKind, GraphNormalization, int>();
        foreach (LossKind loss in Enum.GetValues<LossKind>())
        {
            foreach (SimilarityKind similarity in Enum.GetValues<SimilarityKind>())
            {
                foreach (GraphNormalization normalization in Enum.GetValues<GraphNormalization>())
                {
                    for (int layers = 0; layers <= 3; layers++)
                        cases.Add(ModelKind.LightGcn, GraphActivation.None, loss, similarity, normalization, layers);
                    foreach (GraphActivation activation in Enum.GetValues<GraphActivation>())
                        cases.Add(ModelKind.Gcn, activation, loss, similarity, normalization, 2);
                    cases.Add(ModelKind.SimGcl, GraphActivation.None, loss, similarity, normalization, 2);
                    for (int layers = 1; layers <= 3; layers++)
                        cases.Add(ModelKind.XSimGcl, GraphActivation.None, loss, similarity, normalization, layers);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_EveryParameter_AgreesWithCentralDifferences(
        ModelKind model, GraphActivation activation, LossKind loss, SimilarityKind similarity, GraphNormalization normalization, int layers)
    {
        var options = new GnnEmbeddingOptions
        {
            Model = model switch
            {
                ModelKind.Gcn => GraphModel.Gcn(layers, activation: activation, normalization: normalization),
                ModelKind.SimGcl => GraphModel.SimGcl(layers, contrastWeight: 0.7f, normalization: normalization),
                ModelKind.XSimGcl => GraphModel.XSimGcl(
                    layers, normalization, contrastWeight: 0.7f, contrastLayer: Math.Max(1, layers - 1)),
                _ => GraphModel.LightGcn(layers, normalization: normalization),
            },
            Loss = loss.Loss(negatives: 4, temperature: 0.7f, uniformityWeight: 0.8f, margin: -0.2f, negativeWeight: 3),
            Similarity = similarity.Similarity(),
            Dimension = 5,
            L2Regularization = 0.3f,
            Training = s_training,
        };
        AssertGradients(options);
    }

    [Theory]
    [InlineData(LossKind.SampledSoftmax, SamplingKind.Uniform, 0.25f, ModelKind.LightGcn)]
    [InlineData(LossKind.SampledSoftmax, SamplingKind.Uniform, 1f, ModelKind.LightGcn)]
    [InlineData(LossKind.SampledSoftmax, SamplingKind.Popularity, 0.35f, ModelKind.LightGcn)]
    [InlineData(LossKind.SampledSoftmax, SamplingKind.InBatch, 0.35f, ModelKind.LightGcn)]
    [InlineData(LossKind.SampledSoftmax, SamplingKind.Hard, 0.35f, ModelKind.LightGcn)]
    [InlineData(LossKind.Bpr, SamplingKind.Uniform, 0.5f, ModelKind.LightGcn)]
    [InlineData(LossKind.SampledSoftmax, SamplingKind.Uniform, 0.5f, ModelKind.Gcn)]
    [InlineData(LossKind.SampledSoftmax, SamplingKind.Uniform, 0.5f, ModelKind.SimGcl)]
    [InlineData(LossKind.SampledSoftmax, SamplingKind.Uniform, 0.5f, ModelKind.XSimGcl)]
    public void Compute_LengthOfItemsCounts_AgreesWithCentralDifferences(
        LossKind loss, SamplingKind sampling, float exponent, ModelKind model) =>
        AssertGradients(new()
        {
            Model = model.Model(layers: 1),
            Loss = loss.Loss(negatives: 4, temperature: 0.7f, sampling, exponent, poolFactor: 3),
            Dimension = 5,
            Training = s_training,
        });

    [Theory]
    [InlineData(SamplingKind.Popularity, SimilarityKind.Cosine)]
    [InlineData(SamplingKind.InBatch, SimilarityKind.Cosine)]
    [InlineData(SamplingKind.InBatch, SimilarityKind.Dot)]
    [InlineData(SamplingKind.Hard, SimilarityKind.Cosine)]
    public void Compute_EverySamplingOfNegatives_AgreesWithCentralDifferences(SamplingKind sampling, SimilarityKind similarity) =>
        AssertGradients(new()
        {
            Model = GraphModel.LightGcn(layers: 1),
            Loss = GraphLoss.SampledSoftmax(temperature: 0.7f, negatives: 4, sampling.Sampling(poolFactor: 3)),
            Similarity = similarity.Similarity(),
            Dimension = 5,
            Training = s_training,
        });

    [Theory]
    [InlineData(ModelKind.LightGcn, 6, true)]
    [InlineData(ModelKind.LightGcn, 6, false)]
    [InlineData(ModelKind.Gcn, null, false)]
    [InlineData(ModelKind.XSimGcl, 6, true)]
    [InlineData(ModelKind.AlphaRec, null, false)]
    [InlineData(ModelKind.AlphaRec, 6, false)]
    [InlineData(ModelKind.AlphaRec, 6, true)]
    public void Compute_FeatureMaps_AgreeWithCentralDifferences(ModelKind model, int? hiddenSize, bool ids) => AssertGradients(new()
    {
        Model = model.Model(layers: 2),
        Loss = GraphLoss.SampledSoftmax(temperature: 0.7f, negatives: 4),
        FeatureProjection = hiddenSize is { } units ? GraphFeatureProjection.Mlp(units) : GraphFeatureProjection.Linear,
        IdEmbeddings = ids,
        NodeFeatures = ["ItemMeaning"],
        Dimension = 5,
        L2Regularization = 0.3f,
        Training = s_training,
    });

    [Theory]
    [InlineData(ModelKind.LightGcn, GraphNormalization.Symmetric)]
    [InlineData(ModelKind.LightGcn, GraphNormalization.Row)]
    [InlineData(ModelKind.Gcn, GraphNormalization.Row)]
    [InlineData(ModelKind.SimGcl, GraphNormalization.Symmetric)]
    [InlineData(ModelKind.XSimGcl, GraphNormalization.None)]
    public void Compute_FurtherEdges_AgreeWithCentralDifferences(ModelKind model, GraphNormalization normalization)
    {
        // Users 0-4, items 5-10, attribute values 11 and 12; nothing leads to the last.
        var related = new NodeRelation("related", 0.5f);
        related.Add(5, 9, 3);
        related.Add(7, 8, 0.5f);
        var author = new NodeRelation("author", 1.5f);
        author.Add(6, 11);
        author.Add(10, 11);
        InteractionGraph views = InteractionGraph.FromPairs(5, 6, [0, 1, 2, 4], [5, 0, 3, 1]);
        AssertGradients(
            new()
            {
                Model = model switch
                {
                    ModelKind.Gcn => GraphModel.Gcn(layers: 2, normalization: normalization),
                    ModelKind.SimGcl => GraphModel.SimGcl(layers: 2, normalization: normalization),
                    ModelKind.XSimGcl => GraphModel.XSimGcl(layers: 2, normalization: normalization),
                    _ => GraphModel.LightGcn(layers: 2, normalization: normalization),
                },
                Loss = GraphLoss.SampledSoftmax(temperature: 0.7f, negatives: 4),
                Dimension = 5,
                L2Regularization = 0.3f,
                Training = s_training,
            },
            edges: new GraphEdges(13, [(new("buy", 0.8f, IsTarget: true), s_graph), (new("view", 0.4f), views)], [related, author]));
    }

    internal static void AssertGradients(GnnEmbeddingOptions options, bool features = true, GraphEdges? edges = null)
    {
        var step = GraphTestData.NewStep(
            s_graph, options.Resolved(1), features ? Features(5, 3, 11) : null, features ? Features(6, 4, 12) : null, edges);
        Enlarge(step);
        step.Sampler.BeginEpoch(1);
        step.Sampler.Fill(0, step.Batch);
        step.Compute();

        foreach (GraphParameter parameter in step.Network.Parameters)
        {
            float[] gradient = DenseGradient(parameter);
            double scale = Math.Max(gradient.Max(Math.Abs), 1e-2);
            for (int i = 0; i < gradient.Length; i++)
            {
                // A wide step may cross the kink of leaky ReLU, where a difference is not a slope; a narrow one then does not.
                double numeric = CentralDifference(step, parameter, i, 1f / 256);
                // The same for the sign of a value that noise is added to.
                if (Math.Abs(numeric - gradient[i]) >= 0.02 * scale)
                    numeric = CentralDifference(step, parameter, i, 1f / 2048);
                Assert.True(
                    Math.Abs(numeric - gradient[i]) < 0.02 * scale,
                    $"{parameter.Name}[{i}]: gradient {gradient[i]}, central difference {numeric}, largest {scale}");
            }

            Assert.True(gradient.Any(g => Math.Abs(g) > 1e-4), $"{parameter.Name} has no gradient to check");
        }
    }

    [Fact]
    public void Compute_BackendOfTheUser_GivesTheSameGradientAsTheRowwisePath()
    {
        GnnEmbeddingOptions options = new GnnEmbeddingOptions
        {
            Dimension = 8,
            Loss = GraphLoss.SampledSoftmax(negatives: 4),
            Training = new() { BatchSize = 8 }
        }.Resolved(1);
        var own = GraphTestData.NewStep(s_graph, options, null, null);
        var given = GraphTestData.NewStep(s_graph, options with { Aggregation = AggregationBackend.From(new PlainBackend()) }, null, null);
        foreach (GraphStep step in (GraphStep[])[own, given])
        {
            step.Sampler.BeginEpoch(1);
            step.Sampler.Fill(0, step.Batch);
            step.Compute();
        }

        Assert.All(
            own.Network.Parameters[0].Gradient.Zip(given.Network.Parameters[0].Gradient),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5f * Math.Max(1, Math.Abs(pair.First))));
    }

    // Of a row-sparse parameter there is a gradient of some rows; that of the others is zero.
    private static float[] DenseGradient(GraphParameter parameter)
    {
        if (parameter.RowLength == 0)
            return [.. parameter.Gradient];
        float[] dense = new float[parameter.Value.Length];
        CompactRows.ScatterAdd(parameter.Gradient, parameter.Rows, parameter.RowLength, dense);
        return dense;
    }

    private static double CentralDifference(GraphStep step, GraphParameter parameter, int i, float h)
    {
        float old = parameter.Value[i];
        parameter.Value[i] = old + h;
        double up = step.Compute();
        parameter.Value[i] = old - h;
        double down = step.Compute();
        parameter.Value[i] = old;
        return (up - down) / (2 * h);
    }

    // Larger than at the start of training: a difference of losses must stand out from the rounding of Single.
    private static void Enlarge(GraphStep step)
    {
        Xoshiro256 random = Xoshiro256.Stream(5);
        foreach (GraphParameter parameter in step.Network.Parameters)
        {
            foreach (ref float value in parameter.Value.AsSpan())
                value = (float)(0.5 * random.NextNormal());
        }
    }

    private static NodeFeatureTable Features(int nodes, int width, int seed)
    {
        Xoshiro256 random = Xoshiro256.Stream(seed);
        float[] rows = [.. Enumerable.Range(0, nodes * width).Select(_ => (float)random.NextNormal())];
        bool[] present = [.. Enumerable.Repeat(true, nodes)];
        present[1] = false;
        return new NodeFeatureTable(rows, present, width);
    }

    private sealed class PlainBackend : IAggregationBackend
    {
        public string Name => "plain";

        public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension)
        {
            Span<float> y = destination.Span;
            y.Clear();
            for (int row = 0; row < adjacency.Rows; row++)
            {
                for (int k = adjacency.RowOffsets[row]; k < adjacency.RowOffsets[row + 1]; k++)
                {
                    for (int d = 0; d < dimension; d++)
                        y[(row * dimension) + d] += adjacency.Values[k] * source.Span[(adjacency.ColumnIndices[k] * dimension) + d];
                }
            }
        }
    }
}
