using System.Xml.Linq;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class ComparisonTests
{
    private readonly MLContext _ml = new(seed: 3);
    private readonly InteractionSplit _split = Known.RandomSplit(seed: 1, users: 40, items: 25, perUser: 9, heldOut: 3);

    [Fact]
    public void Compare_TwoModels_HasIntervalsPairedDifferencesSecondsAndABest()
    {
        var comparison = _ml.Hybrid.Compare(_split, ("noise", Scoring((user, item) => Known.Noise(user, item, 97))), ("low", Scoring(Low)));
        Assert.Equal(["noise", "low"], comparison.Models.Select(one => one.Name));
        var best = comparison.Best();
        var differences = comparison.ToBest();
        Assert.Equal(0, differences[comparison.Models.ToList().IndexOf(best)].Difference);
        Assert.All(differences, one => Assert.True(one.Difference <= 0));
        var alone = _ml.Hybrid.EvaluateTopK(Scoring(Low).Fit(_split.TrainSet), _split);
        Assert.Equal(alone[TopKMetric.Ndcg, 10].Value, comparison["low"].Report[TopKMetric.Ndcg, 10].Value);
        string text = comparison.ToString();
        Assert.Contains("noise", text, StringComparison.Ordinal);
        Assert.Contains("best", text, StringComparison.Ordinal);
        Assert.Contains("Popularity", text, StringComparison.Ordinal);
        Assert.Equal(4, comparison.ToDataFrame().Rows.Count);
        Assert.Throws<ArgumentException>(() => comparison["other"]);
        Assert.Throws<ArgumentException>(() => comparison.Best(TopKMetric.Ndcg, 7));
    }

    [Fact]
    public void Compare_Plot_IsXmlWithANamedPointAModel()
    {
        var comparison = _ml.Hybrid.Compare(
            _split, new TopKOptions { K = [5] }, ("a < b & \"c\"", Scoring(Low)), ("other", Scoring((_, i) => i)));
        var svg = XDocument.Parse(comparison.ToSvg(TopKMetric.Recall, 5));
        XNamespace space = "http://www.w3.org/2000/svg";
        Assert.Equal(2, svg.Descendants(space + "circle").Count());
        Assert.Contains(svg.Descendants(space + "text"), text => text.Value == "a < b & \"c\"");
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_CanceledInAFit_StopsBeforeTheNextPipeline()
    {
        using var source = new CancellationTokenSource();
        (string Name, IEstimator<ITransformer> Pipeline)[] pipelines =
            [("first", new Canceling(Scoring(Low), source)), ("second", Scoring(Low))];
        Assert.Throws<OperationCanceledException>(
            () => _ml.Hybrid.Compare(_split, new TopKOptions { K = [5] }, pipelines, source.Token));
        using var other = new CancellationTokenSource();
        Assert.Equal(2, _ml.Hybrid.Compare(_split, new TopKOptions { K = [5] }, pipelines, other.Token).Models.Count);
    }

    [Fact]
    public void Compare_NamesMissingOrTwice_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => _ml.Hybrid.Compare(_split));
        Assert.Throws<ArgumentException>(() => _ml.Hybrid.Compare(_split, ("a", Scoring(Low)), ("a", Scoring(Low))));
        Assert.Throws<ArgumentException>(() => _ml.Hybrid.Compare(_split, (" ", Scoring(Low))));
    }

    [Fact]
    public void EvaluateTopK_MlNetsTrainTestData_IsASplit()
    {
        var parts = _ml.Data.TrainTestSplit(_split.TrainSet, testFraction: 0.3);
        var model = Scoring(Low).Fit(parts.TrainSet);
        var judged = _ml.Hybrid.EvaluateTopK(model, parts, k: [5]);
        Assert.Contains("TrainTestData", judged.Protocol, StringComparison.Ordinal);
        var same = _ml.Hybrid.EvaluateTopK(model, new InteractionSplit(parts.TrainSet, parts.TestSet, "own"), k: [5]);
        Assert.Equal(same[TopKMetric.Ndcg, 5].Value, judged[TopKMetric.Ndcg, 5].Value);
        Assert.Single(_ml.Hybrid.Compare(parts, ("low", Scoring(Low))).Models);
    }

    [Fact]
    public void CrossValidate_Folds_TestEachItemOnceAndAverageOverUsers()
    {
        var report = _ml.Hybrid.CrossValidate(_split.TrainSet, Scoring(Low), numberOfFolds: 3, k: [5], seed: 5);
        Assert.Equal(3, report.Folds.Count);
        var estimate = report[TopKMetric.Recall, 5];
        Assert.InRange(estimate.Value, estimate.Lower, estimate.Upper);
        var users = report.Folds.SelectMany(fold => fold.Report.UserIds.Zip(fold.Report.Model.PerUser(TopKMetric.Recall, 5)))
            .GroupBy(pair => pair.First).Select(group => group.Average(pair => pair.Second));
        Assert.Equal(users.Average(), estimate.Value, 1e-12);
        Assert.Contains("3 folds", report.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => report[TopKMetric.Recall, 6]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.CrossValidate(_split.TrainSet, Scoring(Low), numberOfFolds: 1));
    }

    [Fact]
    public void CrossValidate_Seeds_ComeFromTheContext()
    {
        double[] Run(int? context) => [.. new MLContext(context).Hybrid.CrossValidate(_split.TrainSet, Scoring(Low), 2, [3]).Folds
            .Select(fold => fold.Report[TopKMetric.Ndcg, 3].Value)];
        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));
    }

    private static float Low(int user, int item) => -item;

    private static IEstimator<ITransformer> Scoring(Func<int, int, float> score) => Known.Ml.Transforms.CustomMapping<Click, ScoreCell>(
        (row, cell) => cell.Score = score(row.User, row.Item), null);

    private sealed class Canceling(IEstimator<ITransformer> inner, CancellationTokenSource source) : IEstimator<ITransformer>
    {
        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);

        public ITransformer Fit(IDataView input)
        {
            source.Cancel();
            return inner.Fit(input);
        }
    }
}
