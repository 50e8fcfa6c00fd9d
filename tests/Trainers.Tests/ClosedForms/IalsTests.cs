using HybridRec.MLNet.Accel;
using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.ClosedForms;

/// <summary>iALS against its formula in double precision, one element at a time.</summary>
public sealed class IalsTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<int, float, float, float> Settings => new()
    {
        { 1, 0.1f, 0.003f, 1 },
        { 5, 0.1f, 0.003f, 1 },
        { 8, 0.5f, 0.05f, 0.5f },
        { 30, 1, 0.2f, 0 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Sweep_SmallGraph_IsTheSolutionAndLowersTheObjective(int dimension, float unobserved, float ridge, float exponent)
    {
        var graph = FilterData.Graph;
        var solver = new IalsSolver(graph, dimension, new(unobserved, ridge, exponent), seed: 3, threads: 2);
        double last = double.PositiveInfinity;
        for (int sweep = 0; sweep < 6; sweep++)
        {
            double[] items = Doubles(solver.Items);
            solver.SolveUsers();
            for (int user = 0; user < FilterData.Users; user++)
                AssertNear(Best(graph.ItemsOf(user), items), solver.Users.AsSpan(user * dimension, dimension));
            Falls();
            double[] users = Doubles(solver.Users);
            solver.SolveItems();
            for (int item = 0; item < FilterData.Items; item++)
                AssertNear(Best(graph.UsersOf(item), users), solver.Items.AsSpan(item * dimension, dimension));
            Falls();
        }

        double[] Best(ReadOnlySpan<int> taken, double[] vectors) => Solution(taken, vectors, dimension, unobserved, ridge, exponent);

        void Falls()
        {
            double now = Objective(graph, Doubles(solver.Users), Doubles(solver.Items), dimension, unobserved, ridge, exponent);
            Assert.True(now <= last * (1 + 1e-6), $"{now} after {last}");
            last = now;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Score_AnyHistory_IsTheSolutionForIt(int dimension, float unobserved, float ridge, float exponent)
    {
        var fitted = Fit(ClosedForm.Ials(dimension, unobserved, ridge, exponent, epochs: 4), seed: 3);
        var solver = new IalsSolver(FilterData.Graph, dimension, new(unobserved, ridge, exponent), seed: 3, threads: 1);
        for (int sweep = 0; sweep < 4; sweep++)
        {
            solver.SolveUsers();
            solver.SolveItems();
        }

        double[] items = Doubles(solver.Items);
        var filter = Model(fitted).Filter;
        float[] scores = new float[FilterData.Items];
        foreach (int[] taken in (int[][])[[0], [3, 5, 19], [1, 2, 4, 6, 8, 12], [.. Enumerable.Range(0, FilterData.Items)]])
        {
            filter.Score(taken, scores);
            double[] own = Solution(taken, items, dimension, unobserved, ridge, exponent);
            for (int item = 0; item < FilterData.Items; item++)
            {
                Assert.Equal(Enumerable.Range(0, dimension).Sum(k => own[k] * items[(item * dimension) + k]), scores[item], 1e-4);
                Assert.Equal(scores[item], filter.Score(taken, item));
            }
        }
    }

    [Fact]
    public void Solve_MoreRowsThanABlock_IsTheSolution()
    {
        const int Count = 9001, Dimension = 7;
        var random = Xoshiro256.Stream(8);
        float[] vectors = [.. Enumerable.Range(0, Count * Dimension).Select(_ => (float)random.NextNormal())];
        int[] taken = [.. Enumerable.Range(0, Count).Where(row => row % 13 == 0)];
        var objective = new IalsObjective(0.1f, 0.003f, 1);
        float[] one = new float[Dimension], three = new float[Dimension];
        new IalsFactors(vectors, Dimension, objective, threads: 1).Solve(taken, one);
        new IalsFactors(vectors, Dimension, objective, threads: 3).Solve(taken, three);
        Assert.Equal(one, three);
        AssertNear(Solution(taken, Doubles(vectors), Dimension, 0.1f, 0.003f, 1), one);
    }

    [Theory]
    [InlineData(3)] // by rows
    [InlineData(40)] // as many as numbers of a vector
    [InlineData(41)] // by columns
    public void Solve_ByRowsOrByColumns_IsTheSolution(int rows)
    {
        const int Count = 200, Dimension = 40;
        var random = Xoshiro256.Stream(9);
        float[] vectors = [.. Enumerable.Range(0, Count * Dimension).Select(_ => 0.3f * (float)random.NextNormal())];
        float[] one = new float[Dimension];
        int[] taken = [.. Enumerable.Range(0, rows).Select(row => 4 * row)];
        new IalsFactors(vectors, Dimension, new(0.3f, 0.01f, 1), threads: 1).Solve(taken, one);
        AssertNear(Solution(taken, Doubles(vectors), Dimension, 0.3, 0.01, 1), one);
    }

    [Fact]
    public void Vectors_AsColumns_AreTheScoresOfTheForm()
    {
        var options = new GraphFilterOptions
        {
            Filter = ClosedForm.Ials(5, 0.1f, 0.003f),
            UserVectorColumnName = "UserIals",
            ItemVectorColumnName = "ItemIals",
            Seed = 3,
        };
        var chain = FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter("FilterScore", options)).Fit(FilterData.View(_ml));
        var view = chain.Transform(FilterData.View(_ml));
        var model = chain.LastTransformer.Model;
        int[] users = Keys(view, "User"), items = Keys(view, "Item");
        float[][] u = [.. view.GetColumn<float[]>("UserIals")], i = [.. view.GetColumn<float[]>("ItemIals")];
        for (int row = 0; row < users.Length; row++)
        {
            float product = Enumerable.Range(0, 5).Sum(k => u[row][k] * i[row][k]);
            bool known = model.Graph.ItemsOf(users[row]).Length > 0;
            Assert.Equal(known ? model.Score(users[row], items[row]) : 0, product, 1e-5);
        }

        var loaded = ModelBytes.Load(ModelBytes.Save(_ml, chain, FilterData.View(_ml).Schema), out _).Transform(FilterData.View(_ml));
        Assert.Equal(u.SelectMany(v => v), loaded.GetColumn<float[]>("UserIals").SelectMany(v => v));
        Assert.Equal(i.SelectMany(v => v), loaded.GetColumn<float[]>("ItemIals").SelectMany(v => v));
        // An unknown id has the zero vector.
        var unknown = chain.Transform(FilterData.View(_ml, [FilterData.Row(999, 998, 1)]));
        Assert.All(unknown.GetColumn<float[]>("UserIals").Single(), value => Assert.Equal(0, value));
        Assert.All(unknown.GetColumn<float[]>("ItemIals").Single(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Vectors_OfHeldOutRows_HaveNotSeenThem()
    {
        IDataView? seen = null;
        var options = new GraphFilterOptions
        {
            Filter = ClosedForm.Ials(5, 0.1f, 0.003f),
            UserVectorColumnName = "UserIals",
            ItemVectorColumnName = "ItemIals",
            Seed = 3,
        };
        var chain = FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter("FilterScore", options))
            .Append(_ml.Hybrid.Fuse("Features", user: ["UserIals"], item: ["ItemIals"], pair: ["FilterScore"]))
            .Append(new ViewSpy(view => seen = view)).Fit(FilterData.View(_ml));
        var known = new List<FilterRow>();
        bool[] heldOut = [.. seen!.GetColumn<bool>("Holdout")];
        Assert.Contains(true, heldOut);
        var rows = FilterData.Rows();
        for (int row = 0; row < rows.Count; row++)
            known.Add(FilterData.Row(rows[row].User, rows[row].Item, heldOut[row] ? 0 : rows[row].Label));
        var expected = FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter("FilterScore", options)).Fit(FilterData.View(_ml, known));
        // The serving vectors of a fit to the rows that are left, but for its own holdout.
        Assert.Equal(
            expected.Transform(FilterData.View(_ml)).GetColumn<float[]>("UserIals").SelectMany(v => v),
            seen!.GetColumn<float[]>("UserIals").SelectMany(v => v));
        Assert.NotEqual(
            chain.Transform(FilterData.View(_ml)).GetColumn<float[]>("UserIals").SelectMany(v => v),
            seen!.GetColumn<float[]>("UserIals").SelectMany(v => v));
    }

    [Fact]
    public void Vectors_OfAnotherFormOrOfTheEnd_AreRefused()
    {
        var ease = new GraphFilterOptions { Filter = ClosedForm.Ease(10), UserVectorColumnName = "UserIals" };
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.GraphFilter("FilterScore", ease));
        var end = new GraphFilterOptions { Filter = ClosedForm.Ials(), ItemVectorColumnName = "ItemIals" };
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.GraphFilter(end));
    }

    [Fact]
    public void Fit_Seeds_ComeFromTheContextOrTheOptions()
    {
        float[] Of(MLContext ml, int? seed) => Scores(FilterData.Keys(ml).Append(ml.Hybrid.GraphFilter(
            new() { Filter = ClosedForm.Ials(4, 0.1f, 0.003f, epochs: 2), Seed = seed })).Fit(FilterData.View(ml)));

        Assert.Equal(Of(new(seed: 7), null), Of(new(seed: 7), null));
        Assert.NotEqual(Of(new(seed: 7), null), Of(new(seed: 8), null));
        Assert.NotEqual(Of(new(), null), Of(new(), null));
        Assert.Equal(Of(new(), 5), Of(new(seed: 8), 5));
    }

    [Fact]
    public void Fit_SavedAndLoaded_ScoresTheSame()
    {
        var fitted = Fit(ClosedForm.Ials(9, 0.1f, 0.003f, frequencyExponent: 0.5f), seed: 1);
        var loaded = ModelBytes.Load(ModelBytes.Save(_ml, fitted, FilterData.View(_ml).Schema), out _);
        Assert.Equal(Scores(fitted), Scores(loaded));
        Assert.True(Model(fitted).IsExact);
    }

    [Theory]
    [InlineData(0, 0f)]
    [InlineData(4, float.NaN)]
    [InlineData(8, -1f)]
    [InlineData(16, float.PositiveInfinity)]
    public void Read_IllegalNumber_IsRefused(int place, float value)
    {
        byte[] state = State();
        BitConverter.TryWriteBytes(state.AsSpan(place), value);
        Assert.Throws<FormatException>(() => Read(state));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public void Read_IllegalDimension_IsRefused(int dimension)
    {
        byte[] state = State();
        BitConverter.TryWriteBytes(state.AsSpan(12), dimension);
        Assert.Throws<FormatException>(() => Read(state));
    }

    [Fact]
    public void Fit_VectorsBeyondTheMemoryLimit_AreShorterAndAWarningSaysSo()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        var rows = FilterData.Rows();
        for (int n = 100; n < 3100; n++)
            rows.Add(FilterData.Row(n, n, 1));
        var options = new GraphFilterOptions { Filter = ClosedForm.Ials(64, 0.1f, 0.003f, epochs: 1), MemoryLimitMiB = 1 };
        FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter(options)).Fit(FilterData.View(_ml, rows));
        Assert.Contains(
            warnings,
            w => w.Contains("Vectors of 64 numbers", StringComparison.Ordinal) && w.Contains("they have 21", StringComparison.Ordinal));
    }

    private static int[] Keys(IDataView view, string name) => [.. view.GetColumn<uint>(name).Select(key => (int)key - 1)];

    private static byte[] State()
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            new IalsFilter(new float[FilterData.Items * 4], 4, new(0.1f, 0.003f, 1), threads: 1).Write(writer);
        return stream.ToArray();
    }

    private static IalsFilter Read(byte[] state) => IalsFilter.Read(new BinaryReader(new MemoryStream(state)), FilterData.Graph);

    private static double Objective(
        InteractionGraph graph, double[] users, double[] items, int dimension, double unobserved, double ridge, double exponent)
    {
        double sum = 0;
        for (int u = 0; u < FilterData.Users; u++)
        {
            for (int i = 0; i < FilterData.Items; i++)
            {
                double score = Enumerable.Range(0, dimension).Sum(k => users[(u * dimension) + k] * items[(i * dimension) + k]);
                sum += (unobserved * score * score) + (FilterData.Taken[u, i] ? (1 - score) * (1 - score) : 0);
            }
        }

        double Lengths(double[] vectors, int count, int others, Func<int, int> positives) => Enumerable.Range(0, count).Sum(n =>
            Math.Pow(positives(n) + (unobserved * others), exponent) * vectors.Skip(n * dimension).Take(dimension).Sum(v => v * v));

        return sum + (ridge * (Lengths(users, FilterData.Users, FilterData.Items, u => graph.ItemsOf(u).Length)
            + Lengths(items, FilterData.Items, FilterData.Users, i => graph.UsersOf(i).Length)));
    }

    // By Gauss-Jordan elimination of (a V^T V + S^T S + r I | sum of S).
    private static double[] Solution(
        ReadOnlySpan<int> taken, double[] vectors, int dimension, double unobserved, double ridge, double exponent)
    {
        int count = vectors.Length / dimension;
        double[,] a = new double[dimension, dimension + 1];
        for (int n = 0; n < count; n++)
        {
            bool has = taken.Contains(n);
            for (int row = 0; row < dimension; row++)
            {
                double own = vectors[(n * dimension) + row];
                for (int column = 0; column < dimension; column++)
                    a[row, column] += (unobserved + (has ? 1 : 0)) * own * vectors[(n * dimension) + column];
                a[row, dimension] += has ? own : 0;
            }
        }

        for (int row = 0; row < dimension; row++)
            a[row, row] += ridge * Math.Pow(taken.Length + (unobserved * count), exponent);
        for (int pivot = 0; pivot < dimension; pivot++)
        {
            for (int row = 0; row < dimension; row++)
            {
                double factor = a[row, pivot] / a[pivot, pivot];
                for (int column = pivot; row != pivot && column <= dimension; column++)
                    a[row, column] -= factor * a[pivot, column];
            }
        }

        return [.. Enumerable.Range(0, dimension).Select(row => a[row, dimension] / a[row, row])];
    }

    private static void AssertNear(double[] expected, ReadOnlySpan<float> actual)
    {
        double length = Math.Sqrt(expected.Sum(value => value * value));
        for (int k = 0; k < expected.Length; k++)
            Assert.Equal(expected[k], actual[k], 1e-4 * length);
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private ITransformer Fit(ClosedFormSettings form, int seed) => FilterData.Keys(_ml)
        .Append(_ml.Hybrid.GraphFilter(new() { Filter = form, Seed = seed })).Fit(FilterData.View(_ml));

    private static GraphFilterModel Model(ITransformer fitted) =>
        ((TransformerChain<GraphFilterTransformer>)fitted).LastTransformer.Model;

    private static float[] Scores(ITransformer model) => [.. model.Transform(FilterData.View(new())).GetColumn<float>("Score")];
}
