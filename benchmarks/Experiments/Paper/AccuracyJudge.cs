using Microsoft.ML;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>Ranks the test rows by models under both protocols.</summary>
internal static class AccuracyJudge
{
    /// <summary>
    /// The lines of a table, under each protocol that the data allow; those of random, popularity, item mean and oracle
    /// are of the first model's report.
    /// </summary>
    /// <param name="ml">Context.</param>
    /// <param name="paper">The data; its test rows are ranked.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <param name="models">Fitted models, by configuration.</param>
    /// <param name="reference">The configuration that one is compared with; null for none.</param>
    /// <param name="baselines">Whether the lines that need no model are given.</param>
    public static (string Protocol, List<AccuracyRow> Rows) Judge(
        MLContext ml, PaperData paper, int seed, IReadOnlyList<(string Name, ITransformer Model)> models, Func<string, string?> reference,
        bool baselines = true)
    {
        var rows = new List<AccuracyRow>();
        string protocol = "";
        foreach (string kind in paper.RatedCount > 0 ? (string[])[AccuracyPart.Rated, AccuracyPart.Full] : [AccuracyPart.Full])
        {
            var options = new TopKOptions
            {
                K = [10],
                RelevanceThreshold = paper.Data.RelevanceThreshold,
                Items = kind == AccuracyPart.Full ? paper.Data.Items : null,
                Candidates = kind == AccuracyPart.Rated ? CandidateSet.RatedHoldout : CandidateSet.AllItems,
                Seed = seed,
                Baselines = baselines,
            };
            var reports = models.ToDictionary(m => m.Name, m => ml.Hybrid.EvaluateTopK(m.Model, paper.Data.Split, options));
            TopKReport first = reports[models[0].Name];
            protocol = first.Protocol;
            foreach (TopKRow baseline in first.Rows.Skip(1))
                rows.Add(Row(baseline.Name, baseline, null));
            foreach (var (name, model) in models)
            {
                double? graded = kind == AccuracyPart.Rated ? Graded(ml, model.Transform(paper.Data.Split.TestSet)) : null;
                AccuracyRow row = Row(name, reports[name].Model, graded);
                if (reference(name) is { } against)
                {
                    MetricDifference d = reports[name].CompareTo(reports[against], TopKMetric.Ndcg, 10);
                    bool same = reports[name].Model.PerUser(TopKMetric.Ndcg, 10)
                        .SequenceEqual(reports[against].Model.PerUser(TopKMetric.Ndcg, 10));
                    row = row with { Difference = new Interval(d.Difference, Finite(d.Lower), Finite(d.Upper)), Same = same };
                }

                rows.Add(row);
            }

            AccuracyRow Row(string name, TopKRow row, double? graded) => new(
                kind, name, Of(row[TopKMetric.Precision, 10]), Of(row[TopKMetric.Recall, 10]), Of(row[TopKMetric.Ndcg, 10]), graded,
                first.Counts.Users, first.Counts.CandidatesPerUser, first.Counts.RelevantPerUser);
        }

        return (protocol, rows);
    }

    // ML.NET's own evaluator with its default gains, over the rows that were held out.
    private static double Graded(MLContext ml, IDataView scored) =>
        ml.Ranking.Evaluate(
            ml.Hybrid.RankingView(scored), labelColumnName: "Label", rowGroupColumnName: "GroupId",
            scoreColumnName: "Score").NormalizedDiscountedCumulativeGains[9];

    private static Interval Of(MetricEstimate estimate) => new(estimate.Value, Finite(estimate.Lower), Finite(estimate.Upper));

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
