using Microsoft.ML;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>The accuracy of every configuration for one seed, under both protocols.</summary>
internal static class AccuracyPart
{
    public const string GnnOnly = "GNN only", TextOnly = "Text only", Hybrid = "Hybrid, unoptimized", Int8 = "+ INT8", Distilled = "+ distillation", Fpga = "+ FPGA aggregation (simulated)";
    public const string Rated = "rated", Full = "full";

    public static AccuracyResult Run(PaperSettings settings, int seed)
    {
        var ml = new MLContext(seed);
        PaperData paper = PaperData.Open(ml, settings.Data, seed);
        var stages = new PaperStages(ml, paper.Data, settings, seed, new EpochTimes());
        ITransformer hybrid = stages.HybridRanker();
        List<(string Name, ITransformer Model)> models =
        [
            (GnnOnly, stages.Chain(stages.GraphRanker())),
            (TextOnly, stages.Chain(stages.TextRanker())),
            (Hybrid, stages.Chain(hybrid)),
            (Int8, stages.Int8Chain(hybrid, AggregationBackend.Cpu)),
            (Distilled, stages.Chain(stages.Student(hybrid))),
        ];
        bool simulated = Environment.GetEnvironmentVariable("HYBRIDREC_FPGA_SIM") is { Length: > 0 };
        if (simulated)
            models.Add((Fpga, stages.Int8Chain(hybrid, AggregationBackend.FpgaSimulated())));

        var rows = new List<AccuracyRow>();
        string protocol = "";
        foreach (string kind in paper.RatedCount > 0 ? (string[])[Rated, Full] : [Full])
        {
            var options = new TopKOptions
            {
                K = [10],
                RelevanceThreshold = paper.Data.RelevanceThreshold,
                ItemCatalogue = kind == Full ? paper.Data.Items : null,
                Candidates = kind == Rated ? CandidateSet.RatedHoldout : CandidateSet.FullCatalogue,
                Seed = seed,
            };
            var reports = models.ToDictionary(m => m.Name, m => ml.Hybrid.EvaluateTopK(m.Model, paper.Data.Split, options));
            TopKReport first = reports[GnnOnly];
            protocol = first.Protocol;
            foreach (TopKRow baseline in first.Rows.Skip(1))
                rows.Add(Row(baseline.Name, baseline, null));
            foreach (var (name, model) in models)
            {
                TopKReport? against = name switch { Int8 or Distilled => reports[Hybrid], Hybrid => reports[GnnOnly], Fpga => reports[Int8], _ => null };
                double? graded = kind == Rated ? Graded(ml, model.Transform(paper.Data.Split.TestSet)) : null;
                AccuracyRow row = Row(name, reports[name].Model, graded);
                if (against is not null)
                {
                    MetricDifference d = reports[name].CompareTo(against, TopKMetric.Ndcg, 10);
                    row = row with { Difference = new Interval(d.Difference, Finite(d.Lower), Finite(d.Upper)), Same = reports[name].Model.PerUser(TopKMetric.Ndcg, 10).SequenceEqual(against.Model.PerUser(TopKMetric.Ndcg, 10)) };
                }

                rows.Add(row);
            }

            AccuracyRow Row(string name, TopKRow row, double? graded) => new(
                kind, name, Of(row[TopKMetric.Precision, 10]), Of(row[TopKMetric.Recall, 10]), Of(row[TopKMetric.Ndcg, 10]), graded, first.Counts.Users, first.Counts.CandidatesPerUser, first.Counts.RelevantPerUser);
        }

        return new AccuracyResult(seed, paper.Data.Name, protocol, paper.RatedCount, rows);
    }

    // ML.NET's own evaluator with its default gains, over the rows that were held out.
    private static double Graded(MLContext ml, IDataView scored) =>
        ml.Ranking.Evaluate(ml.Hybrid.RankingView(scored), labelColumnName: "Label", rowGroupColumnName: "GroupId", scoreColumnName: "Score").NormalizedDiscountedCumulativeGains[9];

    private static Interval Of(MetricEstimate estimate) => new(estimate.Value, Finite(estimate.Lower), Finite(estimate.Upper));

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>A mean and its bootstrap interval over users.</summary>
internal sealed record Interval(double Value, double? Lower, double? Upper);

/// <summary>A line of the accuracy table. Difference and Same are of NDCG@10 against the reference of the configuration: INT8 and distillation against the hybrid, FPGA against INT8, the hybrid against the GNN.</summary>
internal sealed record AccuracyRow(string Protocol, string Name, Interval Precision, Interval Recall, Interval Ndcg, double? Graded, int Users, double Candidates, double Relevant)
{
    public Interval? Difference { get; init; }

    public bool? Same { get; init; }
}

/// <summary>All lines of one seed.</summary>
internal sealed record AccuracyResult(int Seed, string Data, string Protocol, int RatedCount, List<AccuracyRow> Rows);
