namespace HybridRec.MLNet.Serving;

/// <summary>Answers requests from one snapshot.</summary>
internal static class RequestAnswer
{
    /// <summary>The answer to a checked request.</summary>
    /// <param name="snapshot">What it is answered from, and nothing else.</param>
    /// <param name="request">The request.</param>
    /// <param name="fellBack">Whether popular items were taken for want of anything better.</param>
    /// <param name="cancellationToken">Stops the text encoder.</param>
    /// <exception cref="UnknownIdException">An id or a category is unknown.</exception>
    public static RecommendationResult To(ServingSnapshot snapshot, RecommendationRequest request, out bool fellBack, CancellationToken cancellationToken)
    {
        ItemDirectory items = snapshot.Items;
        bool knownUser = snapshot.Users.TryGetCode(request.User, out int user) && request.User is not null;
        var unknown = new List<string>();
        int[] history = request.History is null ? [] : RequestRows.Of(request.History, items, unknown);
        ReadOnlySpan<int> had = request.History is not null ? history : knownUser ? snapshot.Taken.ItemsOf(user) : [];

        int like = -1;
        if (request.LikeItem is { } item && !items.TryGetRow(item, out like))
            throw new UnknownIdException("item", item, "Only items of the data can be asked for.");
        int[] others = request.Deny is null ? [] : RequestRows.Of(request.Deny, items);
        if (like >= 0)
            others = RequestRows.Union([like], others);
        ReadOnlySpan<int> excluded = !request.ExcludeSeen ? others : others.Length == 0 ? had : RequestRows.Union(had, others);
        var filter = new ServingFilter(excluded, RequestRows.Allowed(request, items));

        int count = Math.Min(request.Count, items.Count), found;
        int[] rows = new int[count];
        float[] scores = new float[count];
        RecommendationSource source;
        string? missing = null;
        if (request.Text is not null)
        {
            source = RecommendationSource.Text;
            if (!snapshot.Texts!.TrySearch(request.Text, filter, rows, scores, out found, cancellationToken))
                missing = "The encoder knows nothing of the text.";
        }
        else if (like >= 0)
        {
            source = RecommendationSource.Item;
            if (!snapshot.Scorer.TryLike(like, filter, rows, scores, out found))
                missing = "The model does not tell which items are alike: it has no item vectors, or never saw this item.";
        }
        else if (request.Vector is { } vector)
        {
            source = RecommendationSource.Vector;
            found = snapshot.Scorer.ForVector(vector.Span, filter, rows, scores);
        }
        else if (request.History is not null)
        {
            (source, found) = (RecommendationSource.History, 0);
            if (history.Length == 0)
                missing = "No item of the history is in the tables.";
            else if (!snapshot.Scorer.TryForHistory(history, filter, rows, scores, out found))
                missing = "The model answers for users of its data only, or never saw these items.";
        }
        else if (request.User is not null)
        {
            (source, found) = (RecommendationSource.User, 0);
            if (knownUser)
                found = snapshot.Scorer.ForUser(user, filter, rows, scores);
            else if (!request.Fallback)
                throw new UnknownIdException("user", request.User, "Give a History, or allow the Fallback to popular items.");
            else
                missing = "";
        }
        else
        {
            (source, found) = (RecommendationSource.Popularity, Popular(items, filter, rows, scores));
        }

        fellBack = missing is not null;
        if (fellBack && !request.Fallback)
            throw new ArgumentException(missing);
        if (fellBack)
            (source, found) = (RecommendationSource.Popularity, Popular(items, filter, rows, scores));
        bool exact = source is RecommendationSource.User or RecommendationSource.History or RecommendationSource.Vector
            ? snapshot.Scorer.IsExact || filter.Allowed is not null
            : true;
        return new RecommendationResult(
            Items(snapshot, rows.AsSpan(0, found), scores, request.Reasons, source is RecommendationSource.User or RecommendationSource.History ? had : []), source, snapshot.Version)
        {
            IsExact = exact,
            Categories = Array.ConvertAll(rows[..found], items.CategoriesOf),
            UnknownItems = unknown,
        };
    }

    private static int Popular(ItemDirectory items, ServingFilter filter, int[] rows, float[] scores)
    {
        int found = 0;
        foreach (int row in items.ByPopularity)
        {
            if (found == rows.Length)
                break;
            if (filter.Excluded.BinarySearch(row) >= 0 || (filter.Allowed is { } allowed && Array.BinarySearch(allowed, row) < 0))
                continue;
            (rows[found], scores[found++]) = (row, items.Counts[row]);
        }

        return found;
    }

    private static Recommendation[] Items(ServingSnapshot snapshot, ReadOnlySpan<int> rows, float[] scores, int reasons, ReadOnlySpan<int> had)
    {
        var best = new Recommendation[rows.Length];
        for (int i = 0; i < best.Length; i++)
        {
            best[i] = new Recommendation(snapshot.Items.IdOf(rows[i]), scores[i], snapshot.Items.TitleOf(rows[i]));
            if (reasons > 0 && had.Length > 0)
                best[i] = best[i] with { Reasons = Reasons(snapshot, rows[i], reasons, had) };
        }

        return best;
    }

    private static RecommendationReason[] Reasons(ServingSnapshot snapshot, int recommended, int most, ReadOnlySpan<int> had)
    {
        var affinities = new List<(int Row, float Affinity)>(had.Length);
        foreach (int row in had)
        {
            if (row != recommended && snapshot.Scorer.Affinity(row, recommended) is > 0 and var affinity)
                affinities.Add((row, affinity));
        }

        return [.. affinities.OrderByDescending(pair => pair.Affinity).ThenBy(pair => pair.Row).Take(most)
            .Select(pair => new RecommendationReason(snapshot.Items.IdOf(pair.Row), snapshot.Items.TitleOf(pair.Row), pair.Affinity))];
    }
}
