using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace HybridRec.MLNet.Experiments.SecondStage;

/// <summary>The trees that a second stage is made of.</summary>
/// <param name="Trees">Trees.</param>
/// <param name="Leaves">Leaves of a tree.</param>
/// <param name="LearningRate">Learning rate.</param>
internal sealed record StageSettings(int Trees, int Leaves, double LearningRate)
{
    /// <summary>Those that are tried.</summary>
    public static IReadOnlyList<StageSettings> Grid { get; } =
        [new(50, 4, 0.05), new(100, 4, 0.05), new(100, 8, 0.05), new(200, 8, 0.05)];

    public override string ToString() => FormattableString.Invariant($"{Trees} trees of {Leaves} leaves, rate {LearningRate}");
}

/// <summary>ML.NET's trainers of a ranking, and how their settings are chosen.</summary>
internal static class StageTrainer
{
    private const int Folds = 3, LeastRowsOfALeaf = 50;

    public static readonly string[] Names = ["FastTree", "LightGbm"];

    public static IEstimator<ITransformer> Create(MLContext ml, string name, StageSettings settings, int seed) => name switch
    {
        "FastTree" => ml.Ranking.Trainers.FastTree(new FastTreeRankingTrainer.Options
        {
            NumberOfTrees = settings.Trees,
            NumberOfLeaves = settings.Leaves,
            LearningRate = settings.LearningRate,
            MinimumExampleCountPerLeaf = LeastRowsOfALeaf,
            RowGroupColumnName = "GroupId",
            NumberOfThreads = 1, // a group is small: threads wait for each other
            Seed = seed,
            FeatureFraction = 0.7,
        }),
        _ => ml.Ranking.Trainers.LightGbm(new LightGbmRankingTrainer.Options
        {
            NumberOfIterations = settings.Trees,
            NumberOfLeaves = settings.Leaves,
            LearningRate = settings.LearningRate,
            MinimumExampleCountPerLeaf = LeastRowsOfALeaf,
            RowGroupColumnName = "GroupId",
            NumberOfThreads = 1,
            Seed = seed,
            Booster = new GradientBooster.Options { FeatureFraction = 0.7 },
        }),
    };

    /// <summary>The scores of a fitted stage as lists.</summary>
    public static IEnumerable<ListRow> Rank(MLContext ml, ITransformer stage, IReadOnlyList<StageRow> rows) =>
        stage.Transform(ml.Data.LoadFromEnumerable(rows)).GetColumn<float>("Score")
            .Select((score, i) => new ListRow { User = rows[i].User, Item = rows[i].Item, Score = score });

    /// <summary>Lists of users by stages that were trained on other users: a third of the users at a time.</summary>
    public static IEnumerable<ListRow> OutOfFold(
        MLContext ml, string name, StageSettings settings, IReadOnlyList<StageRow> rows, IReadOnlyList<StageRow> judged, int seed)
    {
        string[] users = [.. rows.Select(row => row.User).Distinct(StringComparer.Ordinal)];
        new Random(seed).Shuffle(users);
        var fold = users.Select((user, i) => (user, i % Folds)).ToDictionary(one => one.user, one => one.Item2, StringComparer.Ordinal);
        return Enumerable.Range(0, Folds).SelectMany(held =>
        {
            StageRow[] others = [.. rows.Where(row => fold[row.User] != held)], own = [.. judged.Where(row => fold[row.User] == held)];
            return Rank(ml, Create(ml, name, settings, seed).Fit(ml.Data.LoadFromEnumerable(others)), own);
        });
    }
}
