namespace HybridRec.MLNet.Serving;

/// <summary>
/// How much of an item's score each item that somebody has stands for, where the head reads scores of the pair. A part speaks by what it
/// adds to the score: a closed form its weighted score, vectors their inner product beyond that of the mean item. What a part says goes to
/// the items that are had as their weight or their cosine there does, relative to the best of them; 1 is the best in every part that
/// speaks.
/// </summary>
/// <param name="likeness">Cosines of the items' parts.</param>
/// <param name="parts">What lies where in the items' vectors.</param>
/// <param name="query">The user in the items' space.</param>
/// <param name="pairs">The closed forms.</param>
/// <param name="weights">Of their scores.</param>
/// <param name="pairScores">Their scores, rows x closed forms.</param>
/// <param name="had">The rows the user has.</param>
internal sealed class HeadAffinities(
    ItemLikeness likeness, ItemPart[] parts, float[] query, PairTable pairs, float[] weights, float[] pairScores, int[] had)
{
    /// <summary>The affinities of what is had to a recommended row.</summary>
    public ItemAffinity[] Of(int recommended)
    {
        float[] people = new float[had.Length], text = new float[had.Length], features = new float[had.Length];
        float all = 0;
        for (int p = 0; p < parts.Length; p++)
        {
            int part = p;
            float[] said = parts[p].Kind switch { ReasonKind.People => people, ReasonKind.Text => text, _ => features };
            all += Share(likeness.Excess(query, recommended, p), recommended, one => likeness.Cosine(one, recommended, part), said);
        }

        for (int s = 0; s < weights.Length; s++)
        {
            int score = s;
            float adds = weights[s] * pairScores[(recommended * weights.Length) + s];
            all += Share(adds, recommended, one => pairs.Affinity(score, one, recommended), people);
        }

        if (!(all > 0)) // no part that tells of single items puts it above others
            return Array.ConvertAll(had, one => one == recommended ? default : likeness.Affinity(one, recommended));
        var affinities = new ItemAffinity[had.Length];
        for (int place = 0; place < had.Length; place++)
            affinities[place] = ItemAffinity.Of(people[place] / all, text[place] / all, features[place] / all);
        return affinities;
    }

    // Deals out what a part adds; what it adds where it tells of an item that is had, else 0.
    private float Share(float adds, int recommended, Func<int, float> affinity, float[] said)
    {
        if (!(adds > 0))
            return 0;
        float[] values = Array.ConvertAll(had, one => one == recommended ? 0 : Math.Max(0, affinity(one)));
        float most = values.Length == 0 ? 0 : values.Max();
        if (!(most > 0))
            return 0;
        for (int place = 0; place < values.Length; place++)
            said[place] += adds * values[place] / most;
        return adds;
    }
}
