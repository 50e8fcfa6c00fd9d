using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Folded vectors against a plain propagation in double precision over the new graph.</summary>
public sealed class GraphUpdateTests
{
    // An item of the other taste for an old user, a new user with three items, a new item for two users, and an
    // edge between the two that are new.
    private static readonly (int User, int Item)[] s_later =
    [
        (1, 4), (Checkerboard.Users, 0), (Checkerboard.Users, 2), (Checkerboard.Users, 8), (3, Checkerboard.Items), (5, Checkerboard.Items),
        (Checkerboard.Users, Checkerboard.Items)
    ];

    private static readonly GnnEmbeddingOptions s_quick = Quick with { Updatable = true };

    public static TheoryData<ModelKind, int, SimilarityKind, GraphNormalization> Models => new()
    {
        { ModelKind.LightGcn, 1, SimilarityKind.Cosine, GraphNormalization.Symmetric },
        { ModelKind.LightGcn, 2, SimilarityKind.Dot, GraphNormalization.Symmetric },
        { ModelKind.LightGcn, 3, SimilarityKind.Cosine, GraphNormalization.Row },
        { ModelKind.LightGcn, 2, SimilarityKind.Dot, GraphNormalization.None },
        { ModelKind.SimGcl, 2, SimilarityKind.Dot, GraphNormalization.Symmetric },
        { ModelKind.XSimGcl, 3, SimilarityKind.Dot, GraphNormalization.Symmetric },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Fold_AllNodes_EqualPropagationOverTheNewGraph(
        ModelKind model, int layers, SimilarityKind similarity, GraphNormalization normalization)
    {
        GnnEmbeddingTransformer fitted = Fit(model, layers, similarity, normalization);
        var live = new LiveGraph(fitted.Updates!);
        Grow(live.AddUser, live.AddItem);
        foreach ((int user, int item) in s_later)
            Assert.True(live.Connect(user, item));
        GraphUpdates folded = live.Freeze();
        AssertExact(
            folded, folded.Serve(fitted.Mapping), folded.Graph, Enumerable.Range(0, folded.Graph.UserCount),
            Enumerable.Range(0, folded.Graph.ItemCount));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Connect_AsManyRoundsAsLayers_IsExactForEveryNode(
        ModelKind model, int layers, SimilarityKind similarity, GraphNormalization normalization)
    {
        GnnEmbeddingTransformer fitted = Fit(model, layers, similarity, normalization);
        var live = new LivePropagation(fitted.Updates!, fitted.Mapping, rounds: layers);
        Grow(_ => live.AddUser(), _ => live.AddItem());
        foreach ((int user, int item) in s_later)
            Assert.True(live.Connect(user, item));
        Assert.False(live.Connect(s_later[0].User, s_later[0].Item));
        (GraphUpdates folded, GnnMapping mapping) = live.Freeze();
        AssertExact(
            folded, mapping, folded.Graph, Enumerable.Range(0, folded.Graph.UserCount), Enumerable.Range(0, folded.Graph.ItemCount));
    }

    [Fact]
    public void Connect_LengthOfItemsCounts_IsExactForEveryNode()
    {
        GnnEmbeddingTransformer fitted = Fit(ModelKind.LightGcn, 2, SimilarityKind.Cosine, GraphNormalization.Symmetric, exponent: 0.5f);
        var live = new LivePropagation(fitted.Updates!, fitted.Mapping, rounds: 2);
        Assert.True(live.Connect(1, 4));
        (GraphUpdates folded, GnnMapping mapping) = live.Freeze();
        AssertExact(
            folded, folded.Serve(fitted.Mapping), folded.Graph, Enumerable.Range(0, Checkerboard.Users),
            Enumerable.Range(0, Checkerboard.Items));
        AssertExact(folded, mapping, folded.Graph, Enumerable.Range(0, Checkerboard.Users), Enumerable.Range(0, Checkerboard.Items));
    }

    [Fact]
    public void Connect_OneLayer_IsExactForTheEndsAndLeavesTheRest()
    {
        GnnEmbeddingTransformer fitted = Fit(ModelKind.LightGcn, 1, SimilarityKind.Dot, GraphNormalization.Symmetric);
        var live = new LivePropagation(fitted.Updates!, fitted.Mapping, rounds: 0);
        Assert.True(live.Connect(1, 4));
        Assert.Equal(2, live.LastTouched);
        (GraphUpdates folded, GnnMapping mapping) = live.Freeze();
        AssertExact(folded, mapping, folded.Graph, [1], [4]);
        AssertExact(
            fitted.Updates!, mapping, fitted.Updates!.Graph, Enumerable.Range(0, Checkerboard.Users).Where(user => user != 1),
            Enumerable.Range(0, Checkerboard.Items).Where(item => item != 4));
    }

    [Fact]
    public void Connect_TwoLayers_FollowsTheFormula()
    {
        GnnEmbeddingTransformer fitted = Fit(ModelKind.LightGcn, 2, SimilarityKind.Dot, GraphNormalization.Symmetric);
        GraphUpdates before = fitted.Updates!;
        var live = new LivePropagation(before, fitted.Mapping, rounds: 0);
        Assert.True(live.Connect(1, 4));
        (GraphUpdates after, GnnMapping mapping) = live.Freeze();

        // h(1) of the ends is new, that of all others is the old graph's; h(2) of the user is made of both, with the degrees of now.
        double[][] oldFirst = Layers(before, before.Graph)[1], newFirst = Layers(after, after.Graph)[1];
        for (int d = 0; d < before.Rule.Dimension; d++)
        {
            double second = 0;
            ReadOnlySpan<int> items = after.Graph.ItemsOf(1);
            foreach (int item in items)
                second += (item == 4
                    ? newFirst
                    : oldFirst)[Checkerboard.Users + item][d] / Math.Sqrt((double)items.Length * after.Graph.UsersOf(item).Length);
            double expected = (after.Users.Rows[before.Rule.Dimension + d] + newFirst[1][d] + second) / 3;
            Assert.Equal(expected, mapping.Users.Vectors[before.Rule.Dimension + d], 1e-5);
        }
    }

    [Fact]
    public void Connect_NewUserAlone_ServesTheMeanUntilSomethingIsNear()
    {
        GnnEmbeddingTransformer fitted = Fit(ModelKind.LightGcn, 2, SimilarityKind.Cosine, GraphNormalization.Symmetric);
        var live = new LivePropagation(fitted.Updates!, fitted.Mapping, rounds: 0);
        live.AddUser();
        live.AddItem();
        float[] stranger = new float[8];
        fitted.Mapping.Users.Get(-1, [], null, stranger);
        Assert.Equal(stranger, live.Users[Checkerboard.Users].ToArray());
        live.Connect(Checkerboard.Users, Checkerboard.Items); // two that nobody knows
        Assert.Equal(stranger, live.Users[Checkerboard.Users].ToArray());
        Assert.False(live.Freeze().Mapping.Users.Trained[Checkerboard.Users]);
        live.Connect(Checkerboard.Users, 0);
        float[] known = live.Users[Checkerboard.Users].ToArray();
        Assert.NotEqual(stranger, known);
        Assert.Equal(1, Dot(known, known), 1e-5f);
    }

    [Fact]
    public void Connect_Newcomer_IsPutWhereTrainedNodesWithSuchNeighborsAre()
    {
        GnnEmbeddingTransformer fitted = Fit(ModelKind.LightGcn, 2, SimilarityKind.Cosine, GraphNormalization.Symmetric);
        GraphUpdates kept = fitted.Updates!;
        var live = new LiveGraph(kept);
        live.AddUser([]);
        live.AddItem([]);
        foreach (int item in kept.Graph.ItemsOf(2))
            live.Connect(Checkerboard.Users, item);
        live.Connect(3, Checkerboard.Items);
        live.Connect(Checkerboard.Users, Checkerboard.Items); // a newcomer too: it does not count
        live.Settle();

        // m + P x by hand, x being what user 2 has too.
        float[] x = new float[8];
        foreach (int item in kept.Graph.ItemsOf(2))
            x = Sum(x, [.. kept.Items.Rows[(item * 8)..((item + 1) * 8)].Select(value => value / kept.Graph.ItemsOf(2).Length)]);
        float[] expected = (float[])kept.Users.Newcomers!.Mean.Clone();
        kept.Users.Newcomers.Projection.AddTo(x, expected);
        AssertClose(expected, live.Users[Checkerboard.Users]);
        float Cosine(int user) => Dot(expected, kept.Users.Rows[(user * 8)..((user + 1) * 8)])
            / MathF.Sqrt(Dot(kept.Users.Rows[(user * 8)..((user + 1) * 8)], kept.Users.Rows[(user * 8)..((user + 1) * 8)]));
        Assert.True(
            Enumerable.Range(0, 12).Average(n => Cosine(2 * n)) > Enumerable.Range(0, 12).Average(n => Cosine((2 * n) + 1)),
            "she is nearer to those of her taste");
        AssertClose(kept.Users.Rows[(3 * 8)..(4 * 8)], live.Users[3]); // trained vectors stay
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(6, null)]
    [InlineData(6, true)]
    public void Connect_AlphaRec_UserIsTheMeanOfTheItemsOfNow(int? hiddenSize, bool? ids)
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = Board(ml);
        IDataView data = ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText").Fit(rows).Transform(rows);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(s_quick with
        {
            Model = GraphModel.AlphaRec(layers: 2),
            NodeFeatures = ["ItemMeaning"],
            FeatureProjection = hiddenSize is { } units ? GraphFeatureProjection.Mlp(units) : GraphFeatureProjection.Linear,
            IdEmbeddings = ids,
            HoldoutFraction = 0,
        }).Fit(data);
        GraphUpdates kept = fitted.Updates!;
        var live = new LiveGraph(kept);
        live.AddUser([]);
        foreach ((int user, int item) in ((int, int)[])[(1, 4), (Checkerboard.Users, 0), (Checkerboard.Users, 3)])
            live.Connect(user, item);
        GraphUpdates folded = live.Freeze();
        float[] own = ids == true ? Difference(kept.Users.Rows.AsSpan(8, 8), Mapped(kept, 1)) : new float[8]; // the id embedding stays
        AssertClose(Sum(own, Mapped(folded, 1)), folded.Users.Rows.AsSpan(8, 8));
        AssertClose(Mapped(folded, Checkerboard.Users), folded.Users.Rows.AsSpan(Checkerboard.Users * 8, 8));
        AssertClose(kept.Users.Rows.AsSpan(0, 8).ToArray(), folded.Users.Rows.AsSpan(0, 8));
    }

    [Fact]
    public void AddItem_WithFeatures_StartsAtTheirProjection()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = Board(ml);
        IDataView data = ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText").Fit(rows).Transform(rows);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(s_quick with { NodeFeatures = ["ItemMeaning"], IdEmbeddings = false })
            .Fit(data);
        float[] features = ViewRows.Singles(data, "ItemMeaning")[0]; // of item 0 or 2, whatever the first row has
        int item = fitted.Updates!.Graph.ItemsOf(0)[0];
        var live = new LiveGraph(fitted.Updates);
        live.AddItem(features);
        AssertClose(live.Items[item].ToArray(), live.Items[Checkerboard.Items]);
    }

    [Fact]
    public void Connect_OneAndTwoThreads_SameBytes()
    {
        byte[] First(int threads)
        {
            var ml = new MLContext(seed: 1);
            GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(s_quick.Train(t => t with { Threads = threads })).Fit(Board(ml));
            var live = new LivePropagation(fitted.Updates!, fitted.Mapping, rounds: 2);
            live.Connect(1, 4);
            return System.Runtime.InteropServices.MemoryMarshal.AsBytes(live.Freeze().Mapping.Items.Vectors.AsSpan()).ToArray();
        }

        Assert.Equal(First(1), First(2));
    }

    private delegate void AddNode(Span<float> features);

    private static void Grow(AddNode addUser, AddNode addItem)
    {
        addUser([]);
        addItem([]);
    }

    private static GnnEmbeddingTransformer Fit(
        ModelKind model, int layers, SimilarityKind similarity, GraphNormalization normalization, float exponent = 0)
    {
        var ml = new MLContext(seed: 1);
        GraphModelSettings settings = model switch
        {
            ModelKind.SimGcl => GraphModel.SimGcl(layers, normalization: normalization),
            ModelKind.XSimGcl => GraphModel.XSimGcl(layers, normalization: normalization),
            _ => GraphModel.LightGcn(layers, normalization: normalization),
        };
        GraphLossSettings loss = GraphLoss.SampledSoftmax(negatives: 8, itemNormExponent: exponent);
        return ml.Hybrid.GnnEmbedding(s_quick with { Model = settings, Loss = loss, Similarity = similarity.Similarity() }).Fit(Board(ml));
    }

    private static void AssertExact(
        GraphUpdates state, GnnMapping mapping, InteractionGraph graph, IEnumerable<int> users, IEnumerable<int> items)
    {
        int dimension = state.Rule.Dimension;
        double[][][] layers = Layers(state, graph);
        foreach (int user in users)
            AssertClose(Final(user, mapping.Users.NormExponent), mapping.Users.Vectors.AsSpan(user * dimension, dimension));
        foreach (int item in items)
            AssertClose(
                Final(graph.UserCount + item, mapping.Items.NormExponent), mapping.Items.Vectors.AsSpan(item * dimension, dimension));

        float[] Final(int node, float? exponent)
        {
            double[] sum = [.. Enumerable.Range(0, dimension)
                .Select(d => layers[state.Rule.FirstLayer..].Average(layer => layer[node][d]))];
            double scale = exponent is float p ? Math.Pow(Math.Sqrt(sum.Sum(x => x * x)), p - 1) : 1;
            return [.. sum.Select(x => (float)(x * scale))];
        }
    }

    // h(0)..h(L) of all nodes, users first, the slow way.
    private static double[][][] Layers(GraphUpdates state, InteractionGraph graph)
    {
        int dimension = state.Rule.Dimension;
        double[][] current = [.. state.Users.Rows.Chunk(dimension).Concat(state.Items.Rows.Chunk(dimension))
            .Select(row => row.Select(x => (double)x).ToArray())];
        List<double[][]> layers = [current];
        CsrMatrix a = graph.Adjacency(state.Rule.Normalization);
        for (int l = 0; l < state.Rule.Layers; l++)
        {
            double[][] next = [.. current.Select(_ => new double[dimension])];
            for (int v = 0; v < a.Rows; v++)
            {
                for (int e = a.RowOffsets[v]; e < a.RowOffsets[v + 1]; e++)
                {
                    for (int d = 0; d < dimension; d++)
                        next[v][d] += a.Values[e] * current[a.ColumnIndices[e]][d];
                }
            }

            layers.Add(current = next);
        }

        return [.. layers];
    }

    private static float[] Mapped(GraphUpdates state, int user)
    {
        ContentFeatures content = state.Content!;
        int[] items = [.. state.Graph.ItemsOf(user).ToArray().Where(item => content.Present[item])];
        float[] mean = [.. Enumerable.Range(0, content.Width).Select(f => items.Average(item => content.Rows[(item * content.Width) + f]))];
        float[] mapped = new float[state.Rule.Dimension];
        state.Items.Map!.AddStandardized(mean, mapped);
        return mapped;
    }

    private static float[] Sum(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static float[] Difference(ReadOnlySpan<float> a, float[] b) => [.. a.ToArray().Zip(b, (x, y) => x - y)];

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual) =>
        Assert.All(expected.Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
}
