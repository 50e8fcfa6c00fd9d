using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.ClosedForms;

public sealed class GraphFilterTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Forms => ["TurboCf", "Ease", "TextAwareEase", "BlurringSharpening"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Score_EveryPair_IsTheSumOfTheUsersRows(string form)
    {
        var chain = Fit(Options(form));
        var expected = Expected(form);
        var pairs = (from user in Enumerable.Range(0, FilterData.Users)
                     from item in Enumerable.Range(0, FilterData.Items)
                     select FilterData.Row(user, item, 0)).ToArray();
        float[] scores = [.. chain.Transform(FilterData.View(_ml, pairs)).GetColumn<float>("Score")];
        for (int n = 0; n < pairs.Length; n++)
        {
            int user = pairs[n].User, item = pairs[n].Item;
            double popularity = (double)Enumerable.Range(0, FilterData.Users).Count(u => FilterData.Taken[u, item]) / FilterData.Users;
            bool known = Enumerable.Range(0, FilterData.Items).Any(i => FilterData.Taken[user, i]);
            double sum = known
                ? Enumerable.Range(0, FilterData.Items).Where(i => FilterData.Taken[user, i]).Sum(i => expected[i, item])
                : popularity;
            Assert.Equal(sum, scores[n], 1e-4);
        }
    }

    [Fact]
    public void Score_ItemNobodyTook_ComesFromItsTextOnly()
    {
        var pairs = Enumerable.Range(0, FilterData.Users - 1).Select(user => FilterData.Row(user, FilterData.Untouched, 0)).ToArray();
        Assert.All(Fit(Options("Ease")).Transform(FilterData.View(_ml, pairs)).GetColumn<float>("Score"), score => Assert.Equal(0, score));
        Assert.Contains(
            Fit(Options("TextAwareEase")).Transform(FilterData.View(_ml, pairs)).GetColumn<float>("Score"), score => score > 0.01f);
    }

    [Fact]
    public void Fit_ThresholdOnStars_IsTheSameAsPositivesAlone()
    {
        var stars = FilterData.Rows();
        foreach (var row in stars)
            row.Label = row.Label > 0 ? 4 + (row.User % 2) : row.Item % 4;
        var other = Fit(Options("Ease") with { PositiveThreshold = 4 }, stars);
        Assert.Equal(Scores(Fit(Options("Ease"))), Scores(other));
    }

    public static TheoryData<string> AllForms => [.. Forms, "ItemKnn", "UserKnn", "Ials"];

    [Theory]
    [MemberData(nameof(AllForms))]
    public void ItemScorer_Fast_EqualsRowsExactly(string form)
    {
        var chain = Fit(Options(form));
        FilterRow[] extra = [FilterData.Row(77, 3, 1), FilterData.Row(2, 99, 1)];
        var tables = EntityTables.Create(FilterData.View(_ml, FilterData.Rows().Concat(extra)));
        var fast = ItemScorers.Create(_ml, chain, tables);
        Assert.IsType<FilterItemScorer>(fast);
        var generic = new GenericItemScorer(chain, tables);
        float[] expected = new float[tables.ItemCount], actual = new float[tables.ItemCount];
        for (int user = 0; user < tables.UserCount; user++)
        {
            generic.Score(user, expected);
            fast.Score(user, actual);
            Assert.Equal(expected, actual);
        }
        Assert.Equal(0, fast.NonFiniteScores);
    }

    [Fact]
    public void CreateRecommender_Ease_GivesUnseenItemsBestFirst()
    {
        var chain = Fit(Options("Ease"));
        using var recommender = _ml.Hybrid.CreateRecommender(chain, FilterData.View(_ml, FilterData.Rows().Where(row => row.Label > 0)));
        var top = recommender.Recommend(4, 5);
        Assert.DoesNotContain(top, r => FilterData.Taken[4, int.Parse(r.Item, System.Globalization.CultureInfo.InvariantCulture)]);
        Assert.Equal(top.OrderByDescending(r => r.Score), top);
    }

    [Theory]
    [InlineData("Ease")]
    [InlineData("TextAwareEase")]
    public void Fit_BeyondTheMemoryLimit_WarnsSolvesLocallyAndSaves(string form)
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        // A key of 1,000 values: 4 MB as a matrix. Most of its items are in no row.
        var rows = FilterData.Rows();
        rows.AddRange(Enumerable.Range(100, 979).Select(item => FilterData.Row(0, item, 0)));
        ClosedFormSettings few = FilterData.Form(form) switch
        {
            EaseForm ease => ease with { Neighbors = 30 },
            TextAwareEaseForm text => text with { Neighbors = 30 },
            var other => other,
        };
        var chain = Fit(new() { Filter = few, MemoryLimitMiB = 1 }, rows);
        var model = ((TransformerChain<GraphFilterTransformer>)chain).LastTransformer.Model;
        Assert.False(model.IsExact);
        Assert.Contains(warnings, w => w.Contains("30 closest items only", StringComparison.Ordinal));
        var loaded = ModelBytes.Load(ModelBytes.Save(_ml, chain, FilterData.View(_ml).Schema), out _);
        Assert.Equal(Scores(chain), Scores(loaded));
    }

    [Fact]
    public void Fit_FrequenciesBeyondTheMemoryLimit_WarnsAndKeepsTheLowest()
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
        Fit(Options("BlurringSharpening") with { MemoryLimitMiB = 1 }, rows);
        Assert.Contains(
            warnings,
            w => w.Contains("448 frequencies", StringComparison.Ordinal) && w.Contains("the lowest 28 are kept", StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_Ease_HasStepsAndNoLoss()
    {
        var reports = new List<TrainingProgress>();
        var rows = FilterData.Rows();
        rows.AddRange(Enumerable.Range(100, 500).Select(item => FilterData.Row(0, item, 0)));
        Fit(Options("Ease") with { Progress = new Collect(reports) }, rows);
        Assert.NotEmpty(reports);
        Assert.All(reports, report => Assert.Equal(("GraphFilter", double.NaN), (report.Stage, report.Loss)));
        Assert.All(reports, report => Assert.InRange(report.Epoch, 1, report.Epochs));
    }

    private ITransformer Fit(GraphFilterOptions options, IEnumerable<FilterRow>? rows = null) =>
        FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter(options)).Fit(FilterData.View(_ml, rows));

    private float[] Scores(ITransformer model) => [.. model.Transform(FilterData.View(_ml)).GetColumn<float>("Score")];

    private static GraphFilterOptions Options(string form) => new() { Filter = FilterData.Form(form) };

    private static double[,] Expected(string form) => form switch
    {
        "TurboCf" => FilterReference.TurboCf(FilterData.Taken, 0.6, 0.7),
        "BlurringSharpening" => FilterReference.Sharpened(FilterData.Taken, 0.2, 2.5),
        "Ease" => FilterReference.Ease(FilterReference.Gram(FilterData.Taken), 10),
        _ => FilterReference.TextAwareEase(FilterReference.Gram(FilterData.Taken), FilterData.DoubleTexts, 10, 5, 20),
    };

    private sealed class Collect(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
