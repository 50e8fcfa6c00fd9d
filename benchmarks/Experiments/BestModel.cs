using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// What "best" stands for: the model that ranks rows held out from the training rows best by NDCG@20. They are held out in the way the data
/// themselves were divided (at random, the latest, each user's last, or whole items; a tenth, seed 1), and the test rows are never read.
/// </summary>
internal static class BestModel
{
    // Closed forms over more items take more than a machine of 24 GiB, or more time than the models they would be compared with.
    private const int MostItemsOfEase = 25_000;

    // Interactions a graph model may go through while it is judged: 15 epochs of gowalla. It is trained to its end only when chosen.
    private const long JudgedInteractions = 12_000_000;
    private const int FewestJudgedEpochs = 5;

    /// <summary>The name of the model.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="model">"best", or "best-id" for models that do not read text; any other name stands for itself.</param>
    /// <param name="data">Only its training rows are used.</param>
    /// <param name="seed">Seed of everything random in training.</param>
    public static string Choose(MLContext ml, string model, ExperimentData data, int seed)
    {
        if (model is not ("best" or "best-id"))
            return model;
        ExperimentData inner = data with { Split = Inside(ml, data) };
        int rows = RowCount(data.Split.TrainSet);
        string[] candidates = [.. Candidates(
            data, ItemCount(ml, data.Split.TrainSet), withText: model == "best" && data.Items is not null)];
        (string Name, double Ndcg) best = ("", double.NegativeInfinity);
        foreach (string candidate in candidates)
        {
            int? mostEpochs = candidate is "lightgcn-ssm" or "lightgcn-norm" or "xsimgcl"
                ? (int)Math.Max(FewestJudgedEpochs, JudgedInteractions / rows)
                : null;
            double ndcg = Judge(ml, candidate, inner, mostEpochs, seed);
            Console.WriteLine(FormattableString.Invariant($"inner split: {candidate} NDCG@20 {ndcg:F4}"));
            if (ndcg > best.Ndcg)
                best = (candidate, ndcg);
        }

        Console.WriteLine($"chosen on the inner split: {best.Name}");
        return best.Name;
    }

    private static IEnumerable<string> Candidates(ExperimentData data, int items, bool withText)
    {
        if (data.SplitKind == "cold" && withText)
            return ["hybrid-cold", "alpharec"]; // nothing else places an item that nobody had
        List<string> candidates = ["turbo-cf", "bspm"];
        if (items <= MostItemsOfEase)
            candidates.AddRange(withText ? ["ease", "l3ae"] : ["ease"]);
        candidates.AddRange(withText ? ["hybrid"] : (string[])["lightgcn-ssm", "lightgcn-norm", "xsimgcl"]);
        return candidates;
    }

    private static InteractionSplit Inside(MLContext ml, ExperimentData data) => data.SplitKind switch
    {
        "time" => ml.Hybrid.Data.TemporalSplit(data.Split.TrainSet, testFraction: 0.1),
        "last" => ml.Hybrid.Data.LeaveLastOut(data.Split.TrainSet),
        "cold" => ml.Hybrid.Data.ColdItemSplit(data.Split.TrainSet, itemFraction: 0.1, seed: 1),
        _ => ml.Hybrid.Data.RandomSplit(data.Split.TrainSet, testFraction: 0.1, seed: 1),
    };

    private static double Judge(MLContext ml, string model, ExperimentData inner, int? mostEpochs, int seed)
    {
        var fitted = ExperimentModels.Build(ml, model, inner, epochs: null, seed, new EpochTimes(), mostEpochs).Fit(inner.Split.TrainSet);
        return InnerJudge.Ndcg(ml, fitted, inner);
    }

    private static int ItemCount(MLContext ml, IDataView rows)
    {
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Item").Fit(rows).Transform(rows);
        return checked((int)((KeyDataViewType)keyed.Schema["Item"].Type).Count);
    }

    private static int RowCount(IDataView rows)
    {
        int count = 0;
        using DataViewRowCursor cursor = rows.GetRowCursor([]);
        while (cursor.MoveNext())
            count++;
        return count;
    }
}
