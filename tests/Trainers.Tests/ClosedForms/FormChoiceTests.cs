using HybridRec.MLNet.Accel;
using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Tests.ClosedForms;

/// <summary>Forms and settings that are chosen from the data.</summary>
public sealed class FormChoiceTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _log = [];

    public FormChoiceTests() => _ml.Log += (_, e) => _log.Add(e.RawMessage);

    public static TheoryData<string> Open =>
        ["Automatic", "AutomaticWithTexts", "TurboCf", "Ease", "TextAwareEase", "Ials", "ItemKnn", "UserKnn"];

    [Theory]
    [MemberData(nameof(Open))]
    public void Fit_OpenForm_IsTheFormThatTheLogNames(string name)
    {
        var model = Fit(Form(name));
        string chosen = _log.Single(line => line.Contains("chosen by NDCG@20", StringComparison.Ordinal)).Split(':')[0];
        Assert.DoesNotContain("= ,", chosen.Replace("Rank = ,", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var settled = Settled(Form(name));
        Assert.Equal(settled.ToString(), chosen);
        Assert.Equal(settled.Kind, model.LastTransformer.Model.Kind);
        Assert.Equal(Scores(Fit(settled)), Scores(model));
    }

    [Theory]
    [MemberData(nameof(Open))]
    public void Fit_OpenForm_IsTheSameForAnyThreadsAndWhenLoaded(string name)
    {
        var one = Fit(Form(name), threads: 1);
        Assert.Equal(Scores(one), Scores(Fit(Form(name), threads: 3)));
        Assert.Equal(Scores(one), Scores(ModelBytes.Load(ModelBytes.Save(_ml, one, FilterData.View(_ml).Schema), out _)));
    }

    [Fact]
    public void Fit_AutomaticOnTwoTastes_RanksTheOwnTasteFirst()
    {
        // Even users like even items: each has all but three of them.
        var rows = from user in Enumerable.Range(0, 40)
                   from item in Enumerable.Range(0, 30)
                   where (user + item) % 2 == 0 && (user + (2 * item)) % 15 > 2
                   select FilterData.Row(user, item, 1);
        var model = Fit(ClosedForm.Automatic(), rows: [.. rows]).LastTransformer.Model;
        float[] scores = new float[model.ItemCount];
        var users = rows.Select(row => row.User).Distinct().ToList();
        var items = rows.Select(row => row.Item).Distinct().ToList();
        for (int user = 0; user < model.UserCount; user++)
        {
            model.Score(user, scores);
            float own = items.Where(item => (item + users[user]) % 2 == 0).Min(item => scores[items.IndexOf(item)]);
            float other = items.Where(item => (item + users[user]) % 2 == 1).Max(item => scores[items.IndexOf(item)]);
            Assert.True(own > other, FormattableString.Invariant($"user {user}: {own} and {other}"));
        }
    }

    [Fact]
    public void Fit_OnePositiveAUser_TakesTheUsualSettings()
    {
        var rows = Enumerable.Range(0, 10).Select(user => FilterData.Row(user, user % 4, 1)).ToList();
        Assert.Equal(FilterKind.TurboCf, Fit(ClosedForm.Automatic(), rows: rows).LastTransformer.Model.Kind);
        Assert.Contains(_log, line => line.Contains("nothing could be held back", StringComparison.Ordinal));
        Fit(ClosedForm.Ease(), rows: rows);
        Assert.Contains(_log, line => line.StartsWith("EaseForm { Ridge = 100", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_ItemsBeyondEase_TriesIals()
    {
        // EASE's weights of 600 items need more than a MiB; as many users, each of one taste.
        var rows = from user in Enumerable.Range(0, 300)
                   from n in Enumerable.Range(0, 8)
                   select FilterData.Row(user, ((user % 2) + (2 * ((user * 7) + (n * 31)))) % 600, 1);
        FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter(new() { Filter = ClosedForm.Automatic(), MemoryLimitMiB = 1 }))
            .Fit(FilterData.View(_ml, rows));
        Assert.Contains(_log, line => line.StartsWith("tried IalsForm", StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.StartsWith("tried EaseForm", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RidgeScores_JudgedUsers_AreThoseOfTheWeights(bool fewUsers)
    {
        var graph = fewUsers ? FewUsers() : FilterData.Graph;
        Assert.Equal(fewUsers, DualInverse.Pays(graph));
        var fold = HeldOutPositives.Folds(graph)[0];
        float[] vectors = [.. Enumerable.Range(0, graph.ItemCount).SelectMany(item => FilterData.Texts[item % FilterData.Items])];
        var text = new TextLinks(vectors, graph.ItemCount, 5, 2);
        var gram = fewUsers ? null : GramTiles.Of(fold.Rest, 0, 2);
        var scores = RidgeScores.Of(fold, gram, 30, vectors, 2, (_, _) => { });
        AssertScores(fold, EaseSolver.Solve(fold.Rest, 30, 2, (_, _) => { }), scores.Ease);
        AssertScores(fold, EaseSolver.Solve(fold.Rest, text, 10, 20, 2, (_, _) => { }), scores.TextAware(text, 20));
    }

    [Fact]
    public void DualInverse_FewUsers_IsTheFormula()
    {
        var graph = FewUsers();
        bool[,] taken = new bool[graph.UserCount, graph.ItemCount];
        for (int user = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.ItemsOf(user))
                taken[user, item] = true;
        }

        double[,] expected = FilterReference.Ease(FilterReference.Gram(taken), 7);
        var actual = EaseSolver.Solve(graph, 7, 2, (_, _) => { });
        for (int i = 0; i < graph.ItemCount; i++)
        {
            for (int j = 0; j < graph.ItemCount; j++)
                Assert.Equal(expected[i, j], actual.Weight(i, j), 1e-5);
        }
    }

    private static void AssertScores(HeldOutPositives fold, IItemWeights weights, ScoreUsers judged)
    {
        int items = fold.Rest.ItemCount;
        float[] actual = new float[items], expected = new float[items];
        for (int n = 0; n < fold.Users.Count; n++)
        {
            int user = fold.Users[n];
            judged(n, [user], actual);
            weights.Score(fold.Rest.ItemsOf(user), expected);
            for (int item = 0; item < items; item++)
            {
                if (!fold.Rest.Contains(user, item))
                    Assert.Equal(expected[item], actual[item], 1e-4);
            }
        }
    }

    // The graph of the other tests, each item three times with another user missing.
    private static InteractionGraph FewUsers()
    {
        var graph = FilterData.Graph;
        List<int> users = [], items = [];
        for (int user = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.ItemsOf(user))
            {
                for (int copy = 0; copy < 3; copy++)
                {
                    if ((user + copy) % 3 == 0)
                        continue;
                    users.Add(user);
                    items.Add((copy * FilterData.Items) + item);
                }
            }
        }

        return InteractionGraph.FromPairs(FilterData.Users, 3 * FilterData.Items, [.. users], [.. items]);
    }

    private static ClosedFormSettings Form(string name) => name switch
    {
        "Automatic" => ClosedForm.Automatic(),
        "AutomaticWithTexts" => ClosedForm.Automatic("ItemMeaning"),
        "TurboCf" => ClosedForm.TurboCf(),
        "Ease" => ClosedForm.Ease(),
        "Ials" => ClosedForm.Ials(),
        "ItemKnn" => ClosedForm.ItemKnn(),
        "UserKnn" => ClosedForm.UserKnn(),
        _ => ClosedForm.TextAwareEase("ItemMeaning"),
    };

    private ClosedFormSettings Settled(ClosedFormSettings form)
    {
        // The keys of the rows are not in the order of the numbers: the graph that the chain is fitted to is that of its model.
        var graph = Fit(ClosedForm.Ease(ridge: 1)).LastTransformer.Model.Graph;
        float[] vectors = [.. FilterData.Rows().Select(row => row.Item).Distinct().SelectMany(item => FilterData.Texts[item])];
        using var log = new TrainingLog(((IHostEnvironment)new MLContext()).Register("Test"), "Test");
        return form.Settled(new FilterFit(graph, 2048, 2, log, (_, _) => { }, () => vectors));
    }

    private TransformerChain<GraphFilterTransformer> Fit(ClosedFormSettings form, int threads = 2, IReadOnlyList<FilterRow>? rows = null) =>
        FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter(new() { Filter = form, Threads = threads, Seed = 0 }))
            .Fit(FilterData.View(_ml, rows));

    private float[] Scores(ITransformer model) => [.. model.Transform(FilterData.View(_ml)).GetColumn<float>("Score")];
}
