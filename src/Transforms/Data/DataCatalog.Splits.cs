using HybridRec.MLNet.Data;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet;

public sealed partial class DataCatalog
{
    /// <inheritdoc cref="RandomSplit(IDataView, RandomSplitOptions)"/>
    /// <param name="view">The interactions.</param>
    /// <param name="testFraction">Share of each user's interactions to test on, in (0, 1).</param>
    /// <param name="validationFraction">Share to validate on, in [0, 1); 0 for no validation set.</param>
    /// <param name="seed">Seed of the choice; null draws one from the context.</param>
    public InteractionSplit RandomSplit(IDataView view, double testFraction = 0.2, double validationFraction = 0, int? seed = null) =>
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
        options.Validate();
        return RandomSplitter.Split(view, options, Seed(RandomSplitOptions.Stage, options.Seed));
    }

    /// <summary>
    /// Deals each user's distinct items to folds at random: fold f tests on its share and trains on all others. All rows of a pair go
    /// together; a user with one item is in training in every fold.
    /// </summary>
    /// <param name="view">The interactions, with columns <c>User</c> and <c>Item</c> (text, integer or key).</param>
    /// <param name="numberOfFolds">Number of folds, 2 to 100.</param>
    /// <param name="seed">Seed of the choice; null draws one from the context.</param>
    /// <returns>One split a fold: lazy row filters over <paramref name="view"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of folds is out of range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a fold would be empty.</exception>
    public IReadOnlyList<InteractionSplit> CrossValidationSplit(IDataView view, int numberOfFolds = 5, int? seed = null) =>
        CrossValidationSplit(view, new RandomSplitOptions(), numberOfFolds, seed);

    internal IReadOnlyList<InteractionSplit> CrossValidationSplit(IDataView view, SplitOptions columns, int numberOfFolds, int? seed)
    {
        new OptionCheck(FoldSplitter.Stage).Between(numberOfFolds, 2, 100, nameof(numberOfFolds));
        return FoldSplitter.Split(view, columns, numberOfFolds, Seed(FoldSplitter.Stage, seed));
    }

    /// <inheritdoc cref="LeaveLastOut(IDataView, LeaveLastOutOptions)"/>
    /// <param name="view">The interactions.</param>
    /// <param name="validation">Whether the last but one goes to a validation set.</param>
    public InteractionSplit LeaveLastOut(IDataView view, bool validation = false) =>
        LeaveLastOut(view, new LeaveLastOutOptions { Validation = validation });

    /// <summary>
    /// Tests on each user's last interaction (ties by row order); on request the last but one validates. A user with too few rows (1, or 2
    /// with validation) stays in training whole.
    /// </summary>
    /// <remarks>Only the order within a user counts: other users' training rows may be later than a test row. An item the user comes back
    /// to stays in training with its earlier rows.</remarks>
    /// <param name="view">The interactions, with user, item and time columns.</param>
    /// <param name="options">The columns, and whether to validate.</param>
    /// <returns>Lazy row filters over <paramref name="view"/> in its row order. Rows with a missing id stay in training.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column has no name.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit LeaveLastOut(IDataView view, LeaveLastOutOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return LastOutSplitter.Split(view, options);
    }

    /// <inheritdoc cref="TemporalSplit(IDataView, TemporalSplitOptions)"/>
    /// <param name="view">The interactions.</param>
    /// <param name="testFraction">Share of the interactions to test on, the latest ones, in (0, 1).</param>
    /// <param name="validationFraction">Share to validate on, in [0, 1); 0 for no validation set.</param>
    public InteractionSplit TemporalSplit(IDataView view, double testFraction = 0.1, double validationFraction = 0) =>
        TemporalSplit(view, new TemporalSplitOptions { TestFraction = testFraction, ValidationFraction = validationFraction });

    /// <summary>
    /// Cuts all interactions at one moment: what comes from then on is tested, what came before is trained on (or, just before, validated
    /// on). Rows of one moment stay together, on the later side, so no training row is as late as any test row.
    /// </summary>
    /// <remarks>Users and items that first appear after the cut are kept in the test set, and an item that a user comes back to is on both
    /// sides: this is what a running system meets.</remarks>
    /// <param name="view">The interactions, with user, item and time columns.</param>
    /// <param name="options">The shares and the columns.</param>
    /// <returns>Lazy row filters over <paramref name="view"/> in its row order. Rows with a missing id are cut like all others.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit TemporalSplit(IDataView view, TemporalSplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return TemporalSplitter.Split(view, options);
    }

    /// <inheritdoc cref="RatedHoldout(IDataView, RatedHoldoutOptions)"/>
    /// <param name="view">The ratings.</param>
    /// <param name="count">How many rated items of each user are held out.</param>
    /// <param name="relevanceThreshold">Label from which a held-out item is relevant.</param>
    /// <param name="last">Hold out the latest ones rather than random ones.</param>
    /// <param name="seed">Seed of the choice; null draws one from the context.</param>
    public InteractionSplit RatedHoldout(
        IDataView view, int count = 20, float relevanceThreshold = 4, bool last = false, int? seed = null) =>
        RatedHoldout(view, new RatedHoldoutOptions
        {
            Count = count,
            MinimumRatings = 2 * count,
            RelevanceThreshold = relevanceThreshold,
            Last = last,
            Seed = seed
        });

    /// <summary>
    /// Holds out 20 rated items of each user with at least 40, relevant ones and others alike; only those are to be ranked for that user.
    /// Reproduces the
    /// shape of published tables, and flatters: a ranking of 20 rated items is far easier than one of all items. Print full ranking beside
    /// it.
    /// </summary>
    /// <param name="view">The ratings, with user and item columns (and a time column for <see cref="RatedHoldoutOptions.Last"/>).</param>
    /// <param name="options">The numbers.</param>
    /// <returns>
    /// Lazy row filters over <paramref name="view"/> in its row order; all rows of a pair go together; users with too few items, and rows
    /// with a missing id, stay in training. <see cref="InteractionSplit.RelevanceThreshold"/> is set; evaluate with
    /// <c>CandidateSet.RatedHoldout</c>, which ranks the test rows of each user only.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit RatedHoldout(IDataView view, RatedHoldoutOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return RatedHoldoutSplitter.Split(view, options, Seed(RatedHoldoutOptions.Stage, options.Seed));
    }

    /// <inheritdoc cref="ColdItemSplit(IDataView, ColdItemSplitOptions)"/>
    /// <param name="view">The interactions.</param>
    /// <param name="itemFraction">Share of the distinct items that training never sees, in (0, 1).</param>
    /// <param name="seed">Seed of the choice; null draws one from the context.</param>
    public InteractionSplit ColdItemSplit(IDataView view, double itemFraction = 0.1, int? seed = null) =>
        ColdItemSplit(view, new ColdItemSplitOptions { ItemFraction = itemFraction, Seed = seed });

    /// <summary>Tests on all interactions with a random share of the items, of which training sees none: what the text of a new item is
    /// worth.</summary>
    /// <param name="view">The interactions, with user and item columns (text, integer or key).</param>
    /// <param name="options">The share and the seed.</param>
    /// <returns>Lazy row filters over <paramref name="view"/> in its row order. Rows with a missing item stay in training.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a part would be empty.</exception>
    public InteractionSplit ColdItemSplit(IDataView view, ColdItemSplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return ColdItemSplitter.Split(view, options, Seed(ColdItemSplitOptions.Stage, options.Seed));
    }
}
