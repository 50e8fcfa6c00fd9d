namespace HybridRec.MLNet.Serving;

/// <summary>Answers requests from one snapshot.</summary>
internal static class RequestAnswer
{
    /// <summary>The answer to a checked request.</summary>
    /// <param name="snapshot">What it is answered from, and nothing else.</param>
    /// <param name="request">The request.</param>
    /// <param name="fellBack">Whether popular items were taken for want of anything better.</param>
    /// <param name="cancellationToken">Stops the text encoder, and the regression of histories.</param>
    /// <exception cref="UnknownIdException">An id or a category is unknown.</exception>
    /// <exception cref="ArgumentException">Nothing is known of what was asked for, and no fallback is wanted.</exception>
    public static RecommendationResult To(
        ServingSnapshot snapshot, RecommendationRequest request, out bool fellBack, CancellationToken cancellationToken)
    {
        ItemDirectory items = snapshot.Items;
        int user = request.User is not null && snapshot.Users.TryGetCode(request.User, out int code) ? code : -1;
        var unknown = new List<string>();
        int[] history = request.History is null ? [] : RequestRows.Of(request.History, items, unknown);
        ReadOnlySpan<int> had = request.History is not null ? history : user >= 0 ? snapshot.Taken.ItemsOf(user) : [];

        int like = -1;
        if (request.LikeItem is { } item && !items.TryGetRow(item, out like))
            throw new UnknownIdException("item", item, "Only items of the data can be asked for.");
        int[] others = request.Deny is null ? [] : RequestRows.Of(request.Deny, items);
        if (like >= 0)
            others = RequestRows.Union([like], others);
        ReadOnlySpan<int> excluded = !request.ExcludeSeen ? others : others.Length == 0 ? had : RequestRows.Union(had, others);
        var filter = new ServingFilter(excluded, RequestRows.Allowed(request, items));

        int[] rows = new int[Math.Min(request.Count, items.Count)];
        float[] scores = new float[rows.Length];
        RecommendationSource source = SourceOf(request);
        string? missing = Find(snapshot, source, request, (user, like), history, filter, rows, scores, out int found, cancellationToken);
        fellBack = missing is not null;
        if (fellBack && !request.Fallback)
            throw new ArgumentException(missing);
        if (fellBack)
            (source, found) = (RecommendationSource.Popularity, items.MostPopular(filter, rows, scores));

        Recommendation[] list = items.List(rows.AsSpan(0, found), scores);
        if (request.Reasons > 0 && had.Length > 0 && source is RecommendationSource.User or RecommendationSource.History)
            RequestReasons.Add(
                snapshot, list, rows, request.Reasons, source == RecommendationSource.User ? user : -1, had.ToArray(), cancellationToken);
        bool exact = source is RecommendationSource.User or RecommendationSource.History or RecommendationSource.Vector
            ? snapshot.Scorer.IsExact || filter.Allowed is not null
            : true;
        return new RecommendationResult(list, source, snapshot.Version)
        {
            IsExact = exact,
            Directory = items,
            UnknownItems = unknown,
            Note = missing ?? AnswerNote.UnknownItems(unknown, all: false, items)
                ?? (request.User is { } asked && user < 0 ? AnswerNote.UnseenUser(asked, snapshot.Users) : null),
        };
    }

    private static RecommendationSource SourceOf(RecommendationRequest request) => request switch
    {
        { Text: not null } => RecommendationSource.Text,
        { LikeItem: not null } => RecommendationSource.Item,
        { Vector: not null } => RecommendationSource.Vector,
        { History: not null } => RecommendationSource.History,
        { User: not null } => RecommendationSource.User,
        _ => RecommendationSource.Popularity,
    };

    // The best rows of a source; what is missing where there is nothing to find them by.
    private static string? Find(
        ServingSnapshot snapshot, RecommendationSource source, RecommendationRequest request, (int User, int Like) rowOf, int[] history,
        ServingFilter filter, int[] rows, float[] scores, out int found, CancellationToken cancellationToken)
    {
        found = 0;
        switch (source)
        {
            case RecommendationSource.Text:
                return snapshot.Texts!.TrySearch(request.Text!, filter, rows, scores, out found, cancellationToken)
                    ? null
                    : "The encoder knows nothing of the text.";
            case RecommendationSource.Item:
                return snapshot.Scorer.TryLike(rowOf.Like, filter, rows, scores, out found)
                    ? null
                    : "The model does not tell which items are alike: it has no item vectors, or never saw this item.";
            case RecommendationSource.Vector:
                found = snapshot.Scorer.ForVector(request.Vector!.Value.Span, filter, rows, scores);
                return null;
            case RecommendationSource.History when history.Length == 0:
                return AnswerNote.UnknownItems(
                    [.. request.History!.Select(UnknownIdException.Shown)], all: true, snapshot.Items);
            case RecommendationSource.History:
                return snapshot.Scorer.TryForHistory(history, filter, rows, scores, out found, cancellationToken)
                    ? null
                    : "The model answers for users of its data only, or never saw these items.";
            case RecommendationSource.User when rowOf.User >= 0:
                found = snapshot.Scorer.ForUser(rowOf.User, filter, rows, scores);
                return null;
            case RecommendationSource.User:
                return request.Fallback
                    ? AnswerNote.UnknownUser(request.User, snapshot.Users)
                    : throw new UnknownIdException("user", request.User!, "Give a History, or allow the Fallback to popular items.");
            default:
                found = snapshot.Items.MostPopular(filter, rows, scores);
                return null;
        }
    }
}
