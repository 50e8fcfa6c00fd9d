namespace HybridRec.MLNet.Serving;

/// <summary>
/// Why items were recommended: those of a user's or a history's items that speak most for each, and at least half as much as the best of
/// them. An item that has explained others counts less for the next, and one that would explain nothing is added where it says most, if
/// need be in the place of one that explains more than one, so that a list does not give the same reasons for everything.
/// </summary>
internal static class RequestReasons
{
    private const float Least = 0.5f; // of what the best reason of an item says

    /// <summary>Gives each recommendation its reasons.</summary>
    /// <param name="snapshot">What was answered from.</param>
    /// <param name="list">The recommendations.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="most">Reasons of an item, at most.</param>
    /// <param name="user">The user of the data; -1: somebody else, who has given a history.</param>
    /// <param name="had">The rows that the user or the history has.</param>
    /// <param name="cancellationToken">Stops what has to be computed first.</param>
    public static void Add(
        ServingSnapshot snapshot, Recommendation[] list, ReadOnlySpan<int> rows, int most, int user, int[] had,
        CancellationToken cancellationToken)
    {
        var affinitiesOf = snapshot.Scorer.Affinities(user, had, cancellationToken);
        var affinities = new ItemAffinity[list.Length][];
        var chosen = new List<int>[list.Length]; // places in what is had
        int[] uses = new int[had.Length];
        for (int i = 0; i < list.Length; i++)
        {
            affinities[i] = affinitiesOf(rows[i]);
            chosen[i] = Choose(affinities[i], uses, most);
        }

        Unused(affinities, chosen, uses, most);
        for (int i = 0; i < list.Length; i++)
        {
            ItemAffinity[] of = affinities[i];
            int[] places = [.. chosen[i].OrderByDescending(place => of[place].Value).ThenBy(place => place)];
            var reasons = new RecommendationReason[places.Length];
            for (int r = 0; r < reasons.Length; r++)
            {
                int row = had[places[r]];
                reasons[r] = new RecommendationReason(snapshot.Items.IdOf(row), snapshot.Items.TitleOf(row), of[places[r]].Value)
                {
                    Kind = of[places[r]].Kind,
                };
            }

            list[i] = list[i] with { Reasons = reasons };
        }
    }

    private static List<int> Choose(ItemAffinity[] affinities, int[] uses, int most)
    {
        var chosen = new List<int>(most);
        float least = 0;
        foreach (ItemAffinity affinity in affinities)
            least = Math.Max(least, Least * affinity.Value);
        while (chosen.Count < most)
        {
            int best = -1;
            float value = 0;
            for (int place = 0; place < affinities.Length; place++)
            {
                float here = affinities[place].Value / (1 + uses[place]);
                if (here > value && affinities[place].Value >= least && !chosen.Contains(place))
                    (best, value) = (place, here);
            }

            if (best < 0)
                break;
            chosen.Add(best);
        }

        foreach (int place in chosen)
            uses[place]++;
        return chosen;
    }

    // What explains nothing yet does so where it says most beside the best reason there.
    private static void Unused(ItemAffinity[][] affinities, List<int>[] chosen, int[] uses, int most)
    {
        for (int place = 0; place < uses.Length; place++)
        {
            if (uses[place] > 0)
                continue;
            int at = -1, loser = -1;
            float best = 0;
            for (int i = 0; i < chosen.Length; i++)
            {
                if (!(affinities[i][place].Value > 0) || chosen[i].Count == 0)
                    continue;
                int weakest = chosen[i].Count < most ? -1 : Weakest(affinities[i], chosen[i], uses);
                float said = affinities[i][place].Value / affinities[i][chosen[i][0]].Value;
                if (said > best && (chosen[i].Count < most || weakest >= 0))
                    (at, loser, best) = (i, weakest, said);
            }

            if (at < 0)
                continue;
            if (loser >= 0)
            {
                chosen[at].Remove(loser);
                uses[loser]--;
            }

            chosen[at].Add(place);
            uses[place] = 1;
        }
    }

    // The weakest reason of an item that explains another one too; -1: there is none.
    private static int Weakest(ItemAffinity[] affinities, List<int> chosen, int[] uses)
    {
        int weakest = -1;
        foreach (int place in chosen)
        {
            if (uses[place] > 1 && (weakest < 0 || affinities[place].Value < affinities[weakest].Value))
                weakest = place;
        }

        return weakest;
    }
}
