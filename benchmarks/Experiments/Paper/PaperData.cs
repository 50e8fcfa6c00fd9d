using HybridRec.MLNet.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>A data set as the study divides it.</summary>
/// <param name="Data">Rows, split and items.</param>
/// <param name="RatedCount">Held-out ratings of each user; 0 where rows have no stars, or too few users have enough of them.</param>
internal sealed record PaperData(ExperimentData Data, int RatedCount)
{
    // Fewer tested users than this say nothing.
    private const int FewestUsers = 200;

    /// <summary>
    /// Opens a data set: RatedHoldout of 20 rows where there are stars and enough users with 40 of them, else the
    /// split it has in the other commands.
    /// </summary>
    public static PaperData Open(MLContext ml, string name, int seed)
    {
        const int Held = 20;
        ExperimentData data = ExperimentDataSets.Open(ml, name, null, seed);
        if (data.Items is null)
            throw new ArgumentException($"'{data.Name}' has no item texts, which the paper's study needs. Take ml-1m, " +
                "ml-1m-colakg-split, yelp-s3rec-text, amazon-musical-instruments-5core or ml-latest-small.");
        if (data.RelevanceThreshold is not { } stars)
            return new PaperData(data, 0);
        bool amazon = data.Name.StartsWith("amazon", StringComparison.Ordinal);
        IDataView rows = amazon
            ? ml.Hybrid.Data.LoadAmazonReviews(ExperimentDataSets.Folder(name))
            : ml.Hybrid.Data.LoadMovieLens(ExperimentDataSets.Folder(name));
        if (UsersWith(rows, 2 * Held) < FewestUsers)
            return new PaperData(data, 0);
        InteractionSplit split = ml.Hybrid.Data.RatedHoldout(rows, Held, stars, seed: seed);
        if (!amazon)
            return new PaperData(data with { Split = split, SplitKind = "rated holdout" }, Held);
        // Reviews of the training rows only describe the items.
        var texts = ItemTexts.FromReviews(split.TrainSet);
        return new PaperData(data with
        {
            Split = ml.Hybrid.Data.WithItemTexts(split, texts),
            SplitKind = "rated holdout",
            Items = ml.Hybrid.Data.Items(texts)
        }, Held);
    }

    /// <summary>
    /// The same with no more than so many users in the test, drawn by a seed: ranking many items for all of them by an MLP takes hours.
    /// </summary>
    public PaperData WithUsers(int? most, int seed)
    {
        IDataView test = Data.Split.TestSet;
        string[] users = [.. UsersOf(test)], all = [.. users.Distinct()];
        if (most is not { } count || all.Length <= count)
            return this;
        new Random(seed).Shuffle(all);
        HashSet<string> drawn = [.. all[..count]];
        byte[] parts = [.. users.Select(user => drawn.Contains(user) ? (byte)1 : (byte)0)];
        return this with { Data = Data with { Split = Data.Split with { TestSet = new RowFilterView(test, parts, part: 1) } } };
    }

    private static int UsersWith(IDataView rows, int ratings) =>
        UsersOf(rows).GroupBy(user => user).Count(group => group.Count() >= ratings);

    private static IEnumerable<string> UsersOf(IDataView rows)
    {
        DataViewSchema.Column column = rows.Schema["User"];
        return column.Type is TextDataViewType
            ? rows.GetColumn<string>(column)
            : rows.GetColumn<int>(column).Select(user => user.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
