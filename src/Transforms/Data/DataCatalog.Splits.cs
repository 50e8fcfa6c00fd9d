using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Data;
using Microsoft.ML;

namespace HybridRec.MLNet;

public sealed partial class DataCatalog
{
    /// <inheritdoc cref="RandomSplit(IDataView, RandomSplitOptions)"/>
    /// <param name="view">The interactions.</param>
    /// <param name="testFraction">Share of each user's interactions to test on, in (0, 1).</param>
    /// <param name="validationFraction">Share to validate on, in [0, 1); 0 for no validation set.</param>
    /// <param name="seed">Seed of the choice.</param>
    public InteractionSplit RandomSplit(IDataView view, double testFraction = 0.2, double validationFraction = 0, int seed = 1) =>
        RandomSplit(view, new RandomSplitOptions { TestFraction = testFraction, ValidationFraction = validationFraction, Seed = seed });

    /// <summary>
    /// Tests on a random share of each user's interactions: of n distinct (user, item) pairs round(n * TestFraction) go to the test set and
    /// round(n * ValidationFraction) to the validation set, at least one stays in training. All rows of a pair go together.
    /// </summary>
    /// <param name="view">The interactions, with user and item columns (text, integer or key).</param>
    /// <param name="options">The shares and the seed.</param>
    /// <returns>Lazy row filters over <paramref name="view"/> in its row order. Rows with a missing id stay in training.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit RandomSplit(IDataView view, RandomSplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckFractions(options.TestFraction, options.ValidationFraction);
        var rows = SplitRows.Read(view, options, nameof(RandomSplit));
        int user = 0;
        foreach (int[] own in rows.ByUser())
        {
            var random = Xoshiro256.Stream(options.Seed, user++);
            var pairs = options.KeepPairsTogether ? rows.Pairs(own) : own.Select(row => new List<int> { row }).ToList();
            int test = Math.Min(Share(pairs.Count, options.TestFraction), Math.Max(0, pairs.Count - 1));
            int validation = Math.Min(Share(pairs.Count, options.ValidationFraction), Math.Max(0, pairs.Count - 1 - test));
            Choose(pairs, test + validation, ref random);
            rows.Assign(pairs.Take(test).SelectMany(p => p), SplitPart.Test);
            rows.Assign(pairs.Skip(test).Take(validation).SelectMany(p => p), SplitPart.Validation);
        }
        return rows.ToSplit(options.ValidationFraction > 0, FormattableString.Invariant(
            $"random split per user, {1 - options.TestFraction - options.ValidationFraction:0.##}:{options.ValidationFraction:0.##}:{options.TestFraction:0.##} (train:validation:test), seed {options.Seed}"));
    }

    /// <inheritdoc cref="LeaveLastOut(IDataView, LeaveLastOutOptions)"/>
    /// <param name="view">The interactions.</param>
    /// <param name="validation">Whether the last but one goes to a validation set.</param>
    public InteractionSplit LeaveLastOut(IDataView view, bool validation = false) => LeaveLastOut(view, new LeaveLastOutOptions { Validation = validation });

    /// <summary>
    /// Tests on each user's last interaction (ties by row order); on request the last but one validates. A user with too few rows (1, or 2 with validation)
    /// stays in training whole.
    /// </summary>
    /// <remarks>Only the order within a user counts: other users' training rows may be later than a test row. An item the user comes back to stays in training with its earlier rows.</remarks>
    /// <param name="view">The interactions, with user, item and time columns.</param>
    /// <param name="options">The columns, and whether to validate.</param>
    /// <returns>Lazy row filters over <paramref name="view"/> in its row order. Rows with a missing id stay in training.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit LeaveLastOut(IDataView view, LeaveLastOutOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var rows = SplitRows.Read(view, options, nameof(LeaveLastOut), options.TimestampColumnName);
        int held = options.Validation ? 2 : 1;
        foreach (int[] own in rows.ByUser())
        {
            if (own.Length <= held)
                continue;
            int[] order = rows.InTime(own);
            rows.Assign([order[^1]], SplitPart.Test);
            if (options.Validation)
                rows.Assign([order[^2]], SplitPart.Validation);
        }
        return rows.ToSplit(options.Validation, options.Validation ? "leave last out, last but one for validation" : "leave last out");
    }

    /// <inheritdoc cref="TemporalSplit(IDataView, TemporalSplitOptions)"/>
    /// <param name="view">The interactions.</param>
    /// <param name="testFraction">Share of the interactions to test on, the latest ones, in (0, 1).</param>
    /// <param name="validationFraction">Share to validate on, in [0, 1); 0 for no validation set.</param>
    public InteractionSplit TemporalSplit(IDataView view, double testFraction = 0.1, double validationFraction = 0) =>
        TemporalSplit(view, new TemporalSplitOptions { TestFraction = testFraction, ValidationFraction = validationFraction });

    /// <summary>
    /// Cuts all interactions at one moment: what comes from then on is tested, what came before is trained on (or, just before, validated on). Rows of one
    /// moment stay together, on the later side, so no training row is as late as any test row.
    /// </summary>
    /// <remarks>Users and items that first appear after the cut are kept in the test set, and an item that a user comes back to is on both sides: this is what a running system meets.</remarks>
    /// <param name="view">The interactions, with user, item and time columns.</param>
    /// <param name="options">The shares and the columns.</param>
    /// <returns>Lazy row filters over <paramref name="view"/> in its row order. Rows with a missing id are cut like all others.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit TemporalSplit(IDataView view, TemporalSplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckFractions(options.TestFraction, options.ValidationFraction);
        var rows = SplitRows.Read(view, options, nameof(TemporalSplit), options.TimestampColumnName);
        long[] sorted = [.. rows.Times];
        Array.Sort(sorted);
        long testFrom = sorted[Math.Clamp(rows.Count - Share(rows.Count, options.TestFraction), 0, rows.Count - 1)];
        int validationRow = rows.Count - Share(rows.Count, options.TestFraction + options.ValidationFraction);
        long validationFrom = options.ValidationFraction > 0 ? sorted[Math.Clamp(validationRow, 0, rows.Count - 1)] : testFrom;
        for (int row = 0; row < rows.Count; row++)
        {
            long time = rows.Times[row];
            rows.Parts[row] = time >= testFrom ? SplitPart.Test : time >= validationFrom ? SplitPart.Validation : SplitPart.Train;
        }
        return rows.ToSplit(options.ValidationFraction > 0, FormattableString.Invariant(
            $"global temporal split, test from {testFrom} ({options.TestFraction:0.##}){(options.ValidationFraction > 0 ? FormattableString.Invariant($", validation from {validationFrom} ({options.ValidationFraction:0.##})") : "")}"));
    }

    /// <inheritdoc cref="RatedHoldout(IDataView, RatedHoldoutOptions)"/>
    /// <param name="view">The ratings.</param>
    /// <param name="count">How many rated items of each user are held out.</param>
    /// <param name="relevanceThreshold">Label from which a held-out item is relevant.</param>
    /// <param name="last">Hold out the latest ones rather than random ones.</param>
    /// <param name="seed">Seed of the choice.</param>
    public InteractionSplit RatedHoldout(IDataView view, int count = 20, float relevanceThreshold = 4, bool last = false, int seed = 1) =>
        RatedHoldout(view, new RatedHoldoutOptions { Count = count, MinimumRatings = 2 * count, RelevanceThreshold = relevanceThreshold, Last = last, Seed = seed });

    /// <summary>
    /// Holds out 20 rated items of each user with at least 40, relevant ones and others alike; only those are to be ranked for that user. Reproduces the
    /// shape of published tables, and flatters: a ranking of 20 rated items is far easier than one of all items. Print full ranking beside it.
    /// </summary>
    /// <param name="view">The ratings, with user and item columns (and a time column for <see cref="RatedHoldoutOptions.Last"/>).</param>
    /// <param name="options">The numbers.</param>
    /// <returns>
    /// Lazy row filters over <paramref name="view"/> in its row order; all rows of a pair go together; users with too few items, and rows with a missing id, stay in training.
    /// <see cref="InteractionSplit.RelevanceThreshold"/> is set; evaluate with <c>CandidateSet.RatedHoldout</c>, which ranks the test rows of each user only.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit RatedHoldout(IDataView view, RatedHoldoutOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.MinimumRatings, options.Count);
        if (!float.IsFinite(options.RelevanceThreshold))
            throw new ArgumentOutOfRangeException(nameof(options), options.RelevanceThreshold, "RelevanceThreshold must be a finite label.");
        var rows = SplitRows.Read(view, options, nameof(RatedHoldout), options.Last ? options.TimestampColumnName : null);
        int user = 0;
        foreach (int[] own in rows.ByUser())
        {
            var random = Xoshiro256.Stream(options.Seed, user++);
            var pairs = rows.Pairs(options.Last ? [.. rows.InTime(own).Reverse()] : own);
            if (pairs.Count < options.MinimumRatings)
                continue;
            if (!options.Last)
                Choose(pairs, options.Count, ref random);
            rows.Assign(pairs.Take(options.Count).SelectMany(p => p), SplitPart.Test);
        }
        string which = options.Last ? "last" : FormattableString.Invariant($"random, seed {options.Seed}");
        var split = rows.ToSplit(false, FormattableString.Invariant(
            $"rated holdout, {options.Count} of each user with {options.MinimumRatings} or more ({which}), relevant from {options.RelevanceThreshold}"));
        return split with { RelevanceThreshold = options.RelevanceThreshold };
    }

    /// <inheritdoc cref="ColdItemSplit(IDataView, ColdItemSplitOptions)"/>
    /// <param name="view">The interactions.</param>
    /// <param name="itemFraction">Share of the distinct items that training never sees, in (0, 1).</param>
    /// <param name="seed">Seed of the choice.</param>
    public InteractionSplit ColdItemSplit(IDataView view, double itemFraction = 0.1, int seed = 1) =>
        ColdItemSplit(view, new ColdItemSplitOptions { ItemFraction = itemFraction, Seed = seed });

    /// <summary>Tests on all interactions with a random share of the items, of which training sees none: what the text of a new item is worth.</summary>
    /// <param name="view">The interactions, with user and item columns (text, integer or key).</param>
    /// <param name="options">The share and the seed.</param>
    /// <returns>Lazy row filters over <paramref name="view"/> in its row order. Rows with a missing item stay in training.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit ColdItemSplit(IDataView view, ColdItemSplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckFractions(options.ItemFraction, 0);
        var rows = SplitRows.Read(view, options, nameof(ColdItemSplit));
        var items = Enumerable.Range(0, rows.ItemCount).ToList();
        int count = Math.Min(Share(items.Count, options.ItemFraction), Math.Max(0, items.Count - 1));
        var random = Xoshiro256.Stream(options.Seed);
        Choose(items, count, ref random);
        var cold = items.Take(count).ToHashSet();
        for (int row = 0; row < rows.Count; row++)
        {
            if (cold.Contains(rows.Items[row]))
                rows.Parts[row] = SplitPart.Test;
        }
        return rows.ToSplit(false, FormattableString.Invariant($"cold items, {options.ItemFraction:0.##} of the items never in training, seed {options.Seed}"));
    }

    /// <summary>Half of a row or more is a row.</summary>
    private static int Share(int count, double fraction) => (int)Math.Floor(count * fraction + 0.5);

    /// <summary>Brings a random choice of so many to the front (Fisher-Yates).</summary>
    private static void Choose<T>(List<T> list, int count, ref Xoshiro256 random)
    {
        for (int i = 0; i < count; i++)
        {
            int other = i + random.NextInt32(list.Count - i);
            (list[i], list[other]) = (list[other], list[i]);
        }
    }

    private static void CheckFractions(double test, double validation)
    {
        if (!(test is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(test), test, "The share to test on must be above 0 and below 1.");
        if (!(validation is >= 0 and < 1) || test + validation >= 1)
            throw new ArgumentOutOfRangeException(nameof(validation), validation, "The share to validate on must be 0 or more, and leave something to train on.");
    }
}
