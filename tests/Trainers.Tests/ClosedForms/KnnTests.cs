using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.ClosedForms;

/// <summary>ItemKNN and UserKNN against their formulas, one element at a time.</summary>
public sealed class KnnTests
{
    private const double HalfLife = 3;

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<KnnSimilarity, int, float, bool> Settings => new()
    {
        { KnnSimilarity.Cosine, 100, 0, false },
        { KnnSimilarity.Cosine, 5, 10, false },
        { KnnSimilarity.Cosine, 5, 3, true },
        { KnnSimilarity.Bm25, 100, 10, false },
        { KnnSimilarity.Bm25, 4, 0, false },
        { KnnSimilarity.Bm25, 6, 2, true },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void ItemNeighbors_SmallGraph_AreTheFormula(KnnSimilarity similarity, int neighbors, float shrinkage, bool decayed)
    {
        float[]? recency = decayed ? Times().Recency(FilterData.Graph, HalfLife) : null;
        IItemWeights weights = ItemNeighbors.Solve(
            FilterData.Graph, Math.Min(neighbors, FilterData.Items - 1), similarity, shrinkage, recency, 2, (_, _) => { });
        double[,] r = Rows(decayed), all = Similarities(r, similarity, shrinkage);
        for (int i = 0; i < FilterData.Items; i++)
        {
            int[] best = [.. Enumerable.Range(0, FilterData.Items).Where(j => j != i && all[i, j] > 0)
                .OrderByDescending(j => (float)all[i, j]).Take(neighbors)];
            double least = best.Length == 0 ? 0 : best.Min(j => all[i, j]);
            for (int j = 0; j < FilterData.Items; j++)
            {
                float weight = weights.Weight(i, j);
                if (weight != 0)
                    Assert.True(j != i && all[i, j] >= least - 1e-5);
                if (weight != 0 || all[i, j] > least + 1e-5)
                    Assert.Equal(i == j ? 0 : all[i, j], weight, 1e-5);
            }

            Assert.Equal(best.Length, Enumerable.Range(0, FilterData.Items).Count(j => weights.Weight(i, j) != 0));
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void UserNeighbors_SmallGraph_AreTheFormula(KnnSimilarity similarity, int neighbors, float shrinkage, bool decayed)
    {
        var graph = FilterData.Graph;
        var filter = new UserNeighborsFilter(
            graph, neighbors, similarity, shrinkage, decayed ? Times().Recency(graph, HalfLife) : null);
        double[,] r = Rows(decayed);
        float[] scores = new float[FilterData.Items];
        for (int user = 0; user < FilterData.Users - 1; user++)
        {
            filter.Score(graph.ItemsOf(user), scores);
            double[] alike = [.. Enumerable.Range(0, FilterData.Users).Select(v => Alike(r, user, v, similarity, shrinkage))];
            int[] best =
                [.. Enumerable.Range(0, FilterData.Users).Where(v => alike[v] > 0).OrderByDescending(v => (float)alike[v]).Take(neighbors)];
            for (int item = 0; item < FilterData.Items; item++)
            {
                Assert.Equal(best.Sum(v => alike[v] * r[v, item]), scores[item], 2e-4);
                Assert.Equal(scores[item], filter.Score(graph.ItemsOf(user), item));
            }
        }
    }

    [Theory]
    [InlineData("ItemKnn")]
    [InlineData("UserKnn")]
    public void Fit_HalfLife_NeedsTheTimeColumnAndLastsInTheFile(string name)
    {
        ClosedFormSettings form = name == "ItemKnn"
            ? ClosedForm.ItemKnn(halfLifeDays: HalfLife)
            : ClosedForm.UserKnn(halfLifeDays: HalfLife);
        var error = Assert.ThrowsAny<ArgumentException>(() => Fit(form, View(days: null)));
        Assert.Contains("'Timestamp'", error.Message, StringComparison.Ordinal);
        var fitted = Fit(form, View(days: 20));
        float[] scores = Scores(fitted);
        Assert.Equal(scores, Scores(ModelBytes.Load(ModelBytes.Save(_ml, fitted, View(days: 20).Schema), out _)));
        Assert.NotEqual(scores, Scores(Fit(name == "ItemKnn" ? ClosedForm.ItemKnn() : ClosedForm.UserKnn(), View(days: 20))));
        Assert.True(((TransformerChain<GraphFilterTransformer>)fitted).LastTransformer.Model.IsExact);
    }

    private static PositiveTimes Times()
    {
        var times = new PositiveTimes();
        var graph = FilterData.Graph;
        for (int user = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.ItemsOf(user))
                times.Add(user, item, 86400L * Day(user, item));
        }

        times.Add(29, 20, 86400L * 20);
        return times;
    }

    private static int Day(int user, int item) => ((user * 7) + (item * 5)) % 20;

    private static double[,] Rows(bool decayed)
    {
        double[,] rows = new double[FilterData.Users, FilterData.Items];
        for (int user = 0; user < FilterData.Users; user++)
        {
            for (int item = 0; item < FilterData.Items; item++)
                rows[user, item] = !FilterData.Taken[user, item] ? 0 : decayed ? Math.Pow(2, -(20 - Day(user, item)) / HalfLife) : 1;
        }

        return rows;
    }

    private static double[,] Similarities(double[,] r, KnnSimilarity similarity, float shrinkage)
    {
        int users = r.GetLength(0), items = r.GetLength(1);
        double[] degree = [.. Enumerable.Range(0, items).Select(i => (double)Enumerable.Range(0, users).Count(u => r[u, i] > 0))];
        double[,] all = new double[items, items];
        for (int i = 0; i < items; i++)
        {
            for (int j = 0; j < items; j++)
            {
                int shared = Enumerable.Range(0, users).Count(u => r[u, i] > 0 && r[u, j] > 0);
                if (shared == 0)
                    continue;
                double sum = Enumerable.Range(0, users).Sum(u =>
                    r[u, i] * r[u, j] * Squared(similarity, items, Enumerable.Range(0, items).Count(k => r[u, k] > 0)));
                double Factor(int k) => similarity == KnnSimilarity.Bm25
                    ? 2.2 / (1 + (1.2 * (0.25 + (0.75 * degree[k] / degree.Average()))))
                    : 1 / Math.Sqrt(Enumerable.Range(0, users).Sum(u => r[u, k] * r[u, k]));
                all[i, j] = sum * Factor(i) * Factor(j) * shared / (shared + shrinkage);
            }
        }

        return all;
    }

    private static double Alike(double[,] r, int user, int v, KnnSimilarity similarity, float shrinkage)
    {
        int users = r.GetLength(0), items = r.GetLength(1);
        int[] own = [.. Enumerable.Range(0, items).Where(i => r[user, i] > 0)];
        int[] theirs = [.. Enumerable.Range(0, items).Where(i => r[v, i] > 0)];
        int[] shared = [.. own.Intersect(theirs)];
        if (shared.Length == 0 || shared.Length == theirs.Length)
            return 0;
        double mean = Enumerable.Range(0, users).Average(u => Enumerable.Range(0, items).Count(i => r[u, i] > 0));
        double sum = shared.Sum(i => r[v, i] * Squared(similarity, users, Enumerable.Range(0, users).Count(u => r[u, i] > 0)));
        double factor = similarity == KnnSimilarity.Bm25
            ? 2.2 / (1 + (1.2 * (0.25 + (0.75 * theirs.Length / mean))))
            : 1 / Math.Sqrt(own.Length * theirs.Sum(i => r[v, i] * r[v, i]));
        return sum * factor * shared.Length / (shared.Length + shrinkage);
    }

    private static double Squared(KnnSimilarity similarity, int nodes, int degree) =>
        similarity == KnnSimilarity.Cosine ? 1 : Math.Pow(Math.Log(1 + ((nodes - degree + 0.5) / (degree + 0.5))), 2);

    private IDataView View(int? days)
    {
        var rows = FilterData.Rows();
        return days is null
            ? _ml.Data.LoadFromEnumerable(rows)
            : _ml.Data.LoadFromEnumerable(rows.Select(
                row => new { row.User, row.Item, row.Label, Timestamp = 86400L * Day(row.User, row.Item) }));
    }

    private ITransformer Fit(ClosedFormSettings form, IDataView view) =>
        FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter(new() { Filter = form })).Fit(view);

    private float[] Scores(ITransformer model) => [.. model.Transform(View(days: 20)).GetColumn<float>("Score")];
}
