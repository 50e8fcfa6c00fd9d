namespace HybridRec.MLNet;

/// <summary>
/// The closed forms of <c>ml.Hybrid.GraphFilter</c>, with their settings. X is the binary users x items matrix of the positives, x_u its
/// row of user u; D_u and D_i are diagonal, of the positives that each user and item has. A setting that is null is chosen from the data:
/// by counts, or by NDCG@20 on a tenth of the positives of up to 2,000 users that is held back; the choice is then fitted to all.
/// </summary>
/// <example><code>
/// var filter = ml.Hybrid.GraphFilter(new() { Filter = ClosedForm.Ease(ridge: 200) });
/// </code></example>
public static class ClosedForm
{
    /// <summary>
    /// The form and its settings chosen from the data: a tenth of the positives of up to 2,000 users is held back, the candidates are
    /// fitted to the rest, the best by NDCG@20 (ties against it) is fitted to all. Candidates are Turbo-CF, BSPM and, up to 15,000 items
    /// that fit the memory limit, EASE, or with texts L3AE, of which EASE is a case; beyond, iALS. The log says what came of each.
    /// </summary>
    /// <param name="itemFeatureColumnName">The vector of each item's text, such as ItemMeaning. The default is null: L3AE is not
    /// tried.</param>
    /// <returns>The settings.</returns>
    public static ClosedFormSettings Automatic(string? itemFeatureColumnName = null) =>
        new AutomaticForm { ItemFeatureColumnName = itemFeatureColumnName };

    /// <summary>
    /// Turbo-CF: the score is x_u B with B = (R^T R)^(o s), R = D_u^-a X D_i^(a-1), where (o s) is the power of each element. Nothing is
    /// solved; memory is bounded for any number of items. Park et al., arXiv 2404.14243.
    /// </summary>
    /// <param name="alpha">The exponent a of the degrees, 0 to 1; larger ones take weight from active users and leave more to popular
    /// items. The default is null: 0.5 or 0.6, by NDCG@20 on held-back positives.</param>
    /// <param name="power">The exponent s of each element of the filter, above 0; smaller ones make weak links count for more. The default
    /// is 0.7.</param>
    /// <returns>The settings.</returns>
    public static ClosedFormSettings TurboCf(float? alpha = null, float power = 0.7f) =>
        new TurboCfForm { Alpha = alpha, Power = power };

    /// <summary>
    /// EASE: the score is x_u B with B_ij = -P_ij / P_jj off the diagonal and 0 on it, P = (X^T X + l I)^-1: the ridge regression of every
    /// item on all others. Steck, arXiv 1905.03375.
    /// </summary>
    /// <param name="ridge">The ridge l, above 0. The default is null: chosen by NDCG@20 on held-back positives, from 5 to 5,000 (above
    /// 6,000 items from fewer values, above 15,000 by the solution on 50 closest items).</param>
    /// <param name="neighbors">Beyond the memory limit: the most items that an item is regressed on, 1 or more; fewer where even their
    /// weights do not fit. The default is 200.</param>
    /// <returns>The settings.</returns>
    public static ClosedFormSettings Ease(float? ridge = null, int neighbors = 200) =>
        new EaseForm { Ridge = ridge, Neighbors = neighbors };

    /// <summary>
    /// L3AE: EASE drawn to what the items' texts say. C is EASE on the text vectors with the ridge l_F; the score is x_u B, where B
    /// minimizes |X - XB|^2 + l_X |B|^2 + l_E |B - C|^2 with a zero diagonal. Moon et al., arXiv 2508.13500.
    /// </summary>
    /// <param name="itemFeatureColumnName">The vector of each item's text, such as ItemMeaning. Vectors are brought to length 1; a zero
    /// vector says nothing about its item.</param>
    /// <param name="lambdaX">The ridge l_X, which may be negative as long as l_X + l_E is above 0. The default is null, as
    /// <paramref name="lambdaE"/>: both are chosen by NDCG@20 on held-back positives, so that their sum is the best ridge of EASE.</param>
    /// <param name="lambdaF">The ridge l_F of the texts, above 0; vectors have length 1. The default is null: chosen by NDCG@20 on
    /// held-back positives.</param>
    /// <param name="lambdaE">How strongly B is drawn to C, l_E, 0 or more, 0 is EASE. The default is null, as <paramref name="lambdaX"/>:
    /// chosen.</param>
    /// <param name="neighbors">Beyond the memory limit: the most items that an item is regressed on, 1 or more; fewer where even their
    /// weights do not fit. The default is 200.</param>
    /// <returns>The settings.</returns>
    public static ClosedFormSettings TextAwareEase(
        string itemFeatureColumnName, float? lambdaX = null, float? lambdaF = null, float? lambdaE = null, int neighbors = 200) =>
        new TextAwareEaseForm
        {
            ItemFeatureColumnName = itemFeatureColumnName,
            LambdaX = lambdaX,
            LambdaF = lambdaF,
            LambdaE = lambdaE,
            Neighbors = neighbors,
        };

    /// <summary>
    /// BSPM, the blurring and sharpening process: y(0) = x_u (P + b L) is blurred, and sharpened by following y' = -y P for the time T, in
    /// one Runge-Kutta step of fourth order. P = R^T R with R = D_u^-1/2 X D_i^-1/2; L = D_i^-1/2 V V^T D_i^1/2 is the ideal low-pass
    /// filter of the k leading right singular vectors V of R. A time of 0 is GF-CF. Items x items numbers are never made. Choi et al.,
    /// SIGIR 2023, arXiv 2211.09324; Shen et al., CIKM 2021, arXiv 2108.07567 (GF-CF).
    /// </summary>
    /// <param name="rank">The number k of low frequencies that L keeps, at most the users and the items; less where the search for them
    /// does not fit <see cref="GraphFilterOptions.MemoryLimitMiB"/>. The default is null: a 25th of the users or of the items, whichever is
    /// less, 448 at most.</param>
    /// <param name="lowPassWeight">The weight b of L, 0 or more. The default is 0.2.</param>
    /// <param name="sharpeningTime">How long the scores are sharpened, T, 0 or more; larger ones take more of what everybody likes from
    /// them. The default is 2.5.</param>
    /// <returns>The settings.</returns>
    public static ClosedFormSettings BlurringSharpening(
        int? rank = null, float lowPassWeight = 0.2f, float sharpeningTime = 2.5f) =>
        new SharpeningForm { Rank = rank, LowPassWeight = lowPassWeight, SharpeningTime = sharpeningTime };

    /// <summary>
    /// ItemKNN: the score is x_u B, where B_ij is the similarity of items i and j where j is one of those most similar to i, else 0. With
    /// r_ui the recency (1 without a half-life), n_ij the users they share, N items, n_u the items of u, L_i = .25 + .75 n_i / mean: cosine
    /// is sum_u r_ui r_uj / (|r_i| |r_j|), BM25 is sum_u g_u^2 r_ui r_uj h_i h_j with g_u = ln(1 + (N - n_u + .5) / (n_u + .5)) and
    /// h_i = 2.2 / (1 + 1.2 L_i); either times n_ij / (n_ij + shrinkage). Sarwar et al., WWW 2001; Deshpande and Karypis, TOIS 2004;
    /// Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
    /// </summary>
    /// <param name="neighbors">The most similar items that an item keeps, 1 or more. The default is null: 20 to 500, chosen.</param>
    /// <param name="similarity">How alike two items are. The default is null: chosen.</param>
    /// <param name="shrinkage">How many users have to share two items for half of their similarity to count, 0 or more. The default is
    /// null: 0 to 100, chosen.</param>
    /// <param name="halfLifeDays">After so many days a positive counts half, from the last of the data, by
    /// <see cref="GraphFilterOptions.TimestampColumnName"/>; above 0. The default is null: age does not matter.</param>
    /// <returns>The settings.</returns>
    public static ClosedFormSettings ItemKnn(
        int? neighbors = null, KnnSimilarity? similarity = null, float? shrinkage = null, double? halfLifeDays = null) =>
        new ItemKnnForm { Neighbors = neighbors, Similarity = similarity, Shrinkage = shrinkage, HalfLifeDays = halfLifeDays };

    /// <summary>
    /// UserKNN: the score of item i is the sum of s_uv r_vi over the users v most similar to u who have it; those who have nothing that u
    /// has not are none. With r_vi the recency (1 without a half-life), n_uv the items they share, N users, n_i the users of i,
    /// L_v = .25 + .75 n_v / mean: cosine is sum_i r_vi / (sqrt(n_u) |r_v|) over the shared items, BM25 is sum_i g_i^2 r_vi h_v with
    /// g_i = ln(1 + (N - n_i + .5) / (n_i + .5)) and h_v = 2.2 / (1 + 1.2 L_v); either times n_uv / (n_uv + shrinkage). Nothing is solved;
    /// the neighbors are looked up for every list. Resnick et al., CSCW 1994; Robertson and Zaragoza, The Probabilistic Relevance
    /// Framework: BM25 and Beyond, 2009.
    /// </summary>
    /// <param name="neighbors">The most similar users whose items are summed, 1 or more. The default is null: 20 to 500, chosen.</param>
    /// <param name="similarity">How alike two users are. The default is null: chosen.</param>
    /// <param name="shrinkage">How many items two users have to share for half of their similarity to count, 0 or more. The default is
    /// null: 0 to 100, chosen.</param>
    /// <param name="halfLifeDays">After so many days a positive counts half, from the last of the data, by
    /// <see cref="GraphFilterOptions.TimestampColumnName"/>; above 0. The default is null: age does not matter.</param>
    /// <returns>The settings.</returns>
    public static ClosedFormSettings UserKnn(
        int? neighbors = null, KnnSimilarity? similarity = null, float? shrinkage = null, double? halfLifeDays = null) =>
        new UserKnnForm { Neighbors = neighbors, Similarity = similarity, Shrinkage = shrinkage, HalfLifeDays = halfLifeDays };

    /// <summary>
    /// iALS, implicit alternating least squares: score_ui = w_u h_i, with vectors that minimize sum over the positives of (1 - w_u h_i)^2 +
    /// a sum over all pairs of (w_u h_i)^2 + l (sum_u (n_u + a |I|)^v |w_u|^2 + sum_i (n_i + a |U|)^v |h_i|^2), where n counts positives.
    /// In turn w and h are solved exactly; a sweep costs positives x d^2 + (users + items) x d^3 for vectors of d numbers. Only h is kept:
    /// whoever asks has their w solved from the items they have, so that a history and a new user are scored as well as a user of the fit.
    /// Hu et al., ICDM 2008; Rendle et al., Revisiting the Performance of iALS on Item Recommendation Benchmarks, RecSys 2022,
    /// arXiv 2110.14037.
    /// </summary>
    /// <param name="dimension">Numbers of a vector, 1 to 4,096; fewer where the vectors of users and items do not fit
    /// <see cref="GraphFilterOptions.MemoryLimitMiB"/>. The default is null: 64 to 512, chosen.</param>
    /// <param name="unobservedWeight">The weight a of a score that should be 0, above 0; larger ones take more from what everybody likes.
    /// The default is null: 0.03 to 1, chosen.</param>
    /// <param name="regularization">The strength l of the regularization, above 0. The default is null: 0.001 to 0.05, chosen.</param>
    /// <param name="frequencyExponent">How much stronger those with many positives are regularized, v, 0 or more; 0: all as strongly. The
    /// default is 1.</param>
    /// <param name="epochs">Sweeps, each over all users and all items, 1 or more. The default is 16.</param>
    /// <returns>The settings.</returns>
    public static ClosedFormSettings Ials(
        int? dimension = null, float? unobservedWeight = null, float? regularization = null, float frequencyExponent = 1,
        int epochs = 16) =>
        new IalsForm
        {
            Dimension = dimension,
            UnobservedWeight = unobservedWeight,
            Regularization = regularization,
            FrequencyExponent = frequencyExponent,
            Epochs = epochs,
        };
}
