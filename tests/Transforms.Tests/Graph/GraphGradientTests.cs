using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Every gradient of every model, objective, similarity and normalization against central differences of the loss.</summary>
public sealed class GraphGradientTests
{
    private static readonly InteractionGraph s_graph = InteractionGraph.FromPairs(
        5, 6, [0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4], [0, 1, 2, 1, 3, 2, 4, 0, 4, 5, 3]);

    public static TheoryData<GraphModel, GraphActivation, GraphObjective, GraphSimilarity, GraphNormalization, int> Cases()
    {
        var cases = new TheoryData<GraphModel, GraphActivation, GraphObjective, GraphSimilarity, GraphNormalization, int>();
        foreach (GraphObjective objective in Enum.GetValues<GraphObjective>())
        {
            foreach (GraphSimilarity similarity in Enum.GetValues<GraphSimilarity>())
            {
                foreach (GraphNormalization normalization in Enum.GetValues<GraphNormalization>())
                {
                    for (int layers = 0; layers <= 3; layers++)
                        cases.Add(GraphModel.LightGcn, GraphActivation.None, objective, similarity, normalization, layers);
                    foreach (GraphActivation activation in Enum.GetValues<GraphActivation>())
                        cases.Add(GraphModel.Gcn, activation, objective, similarity, normalization, 2);
                    cases.Add(GraphModel.SimGcl, GraphActivation.None, objective, similarity, normalization, 2);
                    for (int layers = 1; layers <= 3; layers++)
                        cases.Add(GraphModel.XSimGcl, GraphActivation.None, objective, similarity, normalization, layers);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_EveryParameter_AgreesWithCentralDifferences(
        GraphModel model, GraphActivation activation, GraphObjective objective, GraphSimilarity similarity, GraphNormalization normalization, int layers)
    {
        var options = new GnnEmbeddingOptions
        {
            Model = model,
            Activation = activation,
            Objective = objective,
            Similarity = similarity,
            Normalization = normalization,
            Layers = layers,
            Dimension = 5,
            BatchSize = 8,
            Negatives = 4,
            Temperature = 0.7f,
            L2Regularization = 0.3f,
            ContrastWeight = 0.7f,
            UniformityWeight = 0.8f,
            Margin = -0.2f,
            NegativeWeight = 3,
            ContrastLayer = Math.Max(1, layers - 1),
            Threads = 2,
        };
        AssertGradients(options);
    }

    [Theory]
    [InlineData(GraphObjective.SampledSoftmax, GraphNegativeSampling.Uniform, 0.25f, GraphModel.LightGcn)]
    [InlineData(GraphObjective.SampledSoftmax, GraphNegativeSampling.Uniform, 1f, GraphModel.LightGcn)]
    [InlineData(GraphObjective.SampledSoftmax, GraphNegativeSampling.Popularity, 0.35f, GraphModel.LightGcn)]
    [InlineData(GraphObjective.SampledSoftmax, GraphNegativeSampling.InBatch, 0.35f, GraphModel.LightGcn)]
    [InlineData(GraphObjective.SampledSoftmax, GraphNegativeSampling.Hard, 0.35f, GraphModel.LightGcn)]
    [InlineData(GraphObjective.Bpr, GraphNegativeSampling.Uniform, 0.5f, GraphModel.LightGcn)]
    [InlineData(GraphObjective.SampledSoftmax, GraphNegativeSampling.Uniform, 0.5f, GraphModel.Gcn)]
    [InlineData(GraphObjective.SampledSoftmax, GraphNegativeSampling.Uniform, 0.5f, GraphModel.SimGcl)]
    [InlineData(GraphObjective.SampledSoftmax, GraphNegativeSampling.Uniform, 0.5f, GraphModel.XSimGcl)]
    public void Compute_LengthOfItemsCounts_AgreesWithCentralDifferences(GraphObjective objective, GraphNegativeSampling sampling, float exponent, GraphModel model) => AssertGradients(new()
    {
        Model = model,
        Objective = objective,
        NegativeSampling = sampling,
        HardPoolFactor = 3,
        ItemNormExponent = exponent,
        Layers = 1,
        Dimension = 5,
        BatchSize = 8,
        Negatives = 4,
        Temperature = 0.7f,
        Threads = 2,
    });

    [Theory]
    [InlineData(GraphNegativeSampling.Popularity, GraphSimilarity.Cosine)]
    [InlineData(GraphNegativeSampling.InBatch, GraphSimilarity.Cosine)]
    [InlineData(GraphNegativeSampling.InBatch, GraphSimilarity.Dot)]
    [InlineData(GraphNegativeSampling.Hard, GraphSimilarity.Cosine)]
    public void Compute_EverySamplingOfNegatives_AgreesWithCentralDifferences(GraphNegativeSampling sampling, GraphSimilarity similarity) => AssertGradients(new()
    {
        NegativeSampling = sampling,
        HardPoolFactor = 3,
        Similarity = similarity,
        Layers = 1,
        Dimension = 5,
        BatchSize = 8,
        Negatives = 4,
        Temperature = 0.7f,
        Threads = 2,
    });

    [Theory]
    [InlineData(GraphModel.LightGcn, GraphFeatureProjection.Mlp, true)]
    [InlineData(GraphModel.LightGcn, GraphFeatureProjection.Mlp, false)]
    [InlineData(GraphModel.Gcn, GraphFeatureProjection.Linear, false)]
    [InlineData(GraphModel.XSimGcl, GraphFeatureProjection.Mlp, true)]
    [InlineData(GraphModel.AlphaRec, GraphFeatureProjection.Linear, false)]
    [InlineData(GraphModel.AlphaRec, GraphFeatureProjection.Mlp, false)]
    [InlineData(GraphModel.AlphaRec, GraphFeatureProjection.Mlp, true)]
    public void Compute_FeatureMaps_AgreeWithCentralDifferences(GraphModel model, GraphFeatureProjection projection, bool ids) => AssertGradients(new()
    {
        Model = model,
        FeatureProjection = projection,
        FeatureHiddenSize = 6,
        IdEmbeddings = ids,
        NodeFeatures = ["ItemMeaning"],
        Layers = 2,
        Dimension = 5,
        BatchSize = 8,
        Negatives = 4,
        Temperature = 0.7f,
        L2Regularization = 0.3f,
        Threads = 2,
    });

    [Theory]
    [InlineData(GraphModel.LightGcn, GraphNormalization.Symmetric)]
    [InlineData(GraphModel.LightGcn, GraphNormalization.Row)]
    [InlineData(GraphModel.Gcn, GraphNormalization.Row)]
    [InlineData(GraphModel.SimGcl, GraphNormalization.Symmetric)]
    [InlineData(GraphModel.XSimGcl, GraphNormalization.None)]
    public void Compute_FurtherEdges_AgreeWithCentralDifferences(GraphModel model, GraphNormalization normalization)
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
                Model = model,
                Normalization = normalization,
                Layers = 2,
                Dimension = 5,
                BatchSize = 8,
                Negatives = 4,
                Temperature = 0.7f,
                L2Regularization = 0.3f,
                ContrastLayer = 1,
                Threads = 2,
            },
            edges: new GraphEdges(13, [(new("buy", 0.8f, IsTarget: true), s_graph), (new("view", 0.4f), views)], [related, author]));
    }

    internal static void AssertGradients(GnnEmbeddingOptions options, bool features = true, GraphEdges? edges = null)
    {
        var step = new GraphStep(s_graph, options, features ? Features(5, 3, 11) : null, features ? Features(6, 4, 12) : null, edges);
        Enlarge(step);
        step.Sampler.BeginEpoch(1);
        step.Sampler.Fill(0, step.Batch);
        step.Compute();

        foreach (GraphParameter parameter in step.Parameters)
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
        GnnEmbeddingOptions options = new() { Dimension = 8, BatchSize = 8, Negatives = 4 };
        var own = new GraphStep(s_graph, options, null, null);
        var given = new GraphStep(s_graph, options with { Aggregation = AggregationBackend.From(new PlainBackend()) }, null, null);
        foreach (GraphStep step in (GraphStep[])[own, given])
        {
            step.Sampler.BeginEpoch(1);
            step.Sampler.Fill(0, step.Batch);
            step.Compute();
        }

        Assert.All(own.Parameters[0].Gradient.Zip(given.Parameters[0].Gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * Math.Max(1, Math.Abs(pair.First))));
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
        foreach (GraphParameter parameter in step.Parameters)
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
