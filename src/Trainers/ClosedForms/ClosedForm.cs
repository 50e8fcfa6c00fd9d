namespace HybridRec.MLNet;

/// <summary>
/// The closed forms of <c>ml.Hybrid.GraphFilter</c>, with their settings. A setting that is null is chosen from the data: by counts, or by
/// NDCG@20 on a tenth of the positives of up to 2,000 users that is held back; the choice is then fitted to all.
/// </summary>
/// <example><code>
/// var filter = ml.Hybrid.GraphFilter(new() { Filter = ClosedForm.Ease(ridge: 200) });
/// </code></example>
public static class ClosedForm
{
    /// <summary>The form and its settings chosen from the data: Turbo-CF, BSPM, EASE and, with texts, L3AE.</summary>
    /// <param name="itemFeatureColumnName">The vector of each item's text, such as ItemMeaning; null: L3AE is not tried.</param>
    /// <returns>The settings.</returns>
    public static AutomaticForm Automatic(string? itemFeatureColumnName = null) => new() { ItemFeatureColumnName = itemFeatureColumnName };

    /// <summary>Turbo-CF: nothing is solved, and memory is bounded for any number of items.</summary>
    /// <param name="alpha">The exponent a of the degrees; null: chosen.</param>
    /// <param name="power">The exponent s of each element of the filter.</param>
    /// <returns>The settings.</returns>
    public static TurboCfForm TurboCf(float? alpha = null, float power = 0.7f) => new() { Alpha = alpha, Power = power };

    /// <summary>EASE: the ridge regression of every item on all others.</summary>
    /// <param name="ridge">The ridge l; null: chosen.</param>
    /// <param name="neighbors">Beyond the memory limit: the most items that an item is regressed on.</param>
    /// <returns>The settings.</returns>
    public static EaseForm Ease(float? ridge = null, int neighbors = 200) => new() { Ridge = ridge, Neighbors = neighbors };

    /// <summary>L3AE: EASE drawn to what the items' texts say.</summary>
    /// <param name="itemFeatureColumnName">The vector of each item's text, such as ItemMeaning.</param>
    /// <param name="lambdaX">The ridge l_X; null, as <paramref name="lambdaE"/>: chosen.</param>
    /// <param name="lambdaF">The ridge of the texts; null: chosen.</param>
    /// <param name="lambdaE">How strongly B is drawn to what the texts say; null, as <paramref name="lambdaX"/>: chosen.</param>
    /// <param name="neighbors">Beyond the memory limit: the most items that an item is regressed on.</param>
    /// <returns>The settings.</returns>
    public static TextAwareEaseForm TextAwareEase(
        string itemFeatureColumnName, float? lambdaX = null, float? lambdaF = null, float? lambdaE = null, int neighbors = 200) =>
        new(itemFeatureColumnName) { LambdaX = lambdaX, LambdaF = lambdaF, LambdaE = lambdaE, Neighbors = neighbors };

    /// <summary>BSPM: scores blurred by the graph, then sharpened.</summary>
    /// <param name="rank">The number k of low frequencies; null: by the number of users and items.</param>
    /// <param name="lowPassWeight">Their weight b.</param>
    /// <param name="sharpeningTime">How long the scores are sharpened, T.</param>
    /// <returns>The settings.</returns>
    public static SharpeningForm BlurringSharpening(int? rank = null, float lowPassWeight = 0.2f, float sharpeningTime = 2.5f) =>
        new() { Rank = rank, LowPassWeight = lowPassWeight, SharpeningTime = sharpeningTime };

    /// <summary>ItemKNN: the items most similar to those that the user has.</summary>
    /// <param name="neighbors">The most similar items that an item keeps; null: chosen.</param>
    /// <param name="similarity">How alike two items are; null: chosen.</param>
    /// <param name="shrinkage">How many users have to share two items for half of their similarity to count; null: chosen.</param>
    /// <param name="halfLifeDays">After so many days a positive counts half; null: age does not matter.</param>
    /// <returns>The settings.</returns>
    public static ItemKnnForm ItemKnn(
        int? neighbors = null, KnnSimilarity? similarity = null, float? shrinkage = null, double? halfLifeDays = null) =>
        new() { Neighbors = neighbors, Similarity = similarity, Shrinkage = shrinkage, HalfLifeDays = halfLifeDays };

    /// <summary>UserKNN: what the users most similar to this one have.</summary>
    /// <param name="neighbors">The most similar users whose items are summed; null: chosen.</param>
    /// <param name="similarity">How alike two users are; null: chosen.</param>
    /// <param name="shrinkage">How many items two users have to share for half of their similarity to count; null: chosen.</param>
    /// <param name="halfLifeDays">After so many days a positive counts half; null: age does not matter.</param>
    /// <returns>The settings.</returns>
    public static UserKnnForm UserKnn(
        int? neighbors = null, KnnSimilarity? similarity = null, float? shrinkage = null, double? halfLifeDays = null) =>
        new() { Neighbors = neighbors, Similarity = similarity, Shrinkage = shrinkage, HalfLifeDays = halfLifeDays };

    /// <summary>iALS: vectors of users and items by alternating least squares over all pairs; linear in the positives.</summary>
    /// <param name="dimension">Numbers of a vector; null: chosen.</param>
    /// <param name="unobservedWeight">The weight a of a score that should be 0; null: chosen.</param>
    /// <param name="regularization">The strength l of the regularization; null: chosen.</param>
    /// <param name="frequencyExponent">How much stronger those with many positives are regularized, v.</param>
    /// <param name="epochs">Sweeps over all users and all items.</param>
    /// <returns>The settings.</returns>
    public static IalsForm Ials(
        int? dimension = null, float? unobservedWeight = null, float? regularization = null, float frequencyExponent = 1,
        int epochs = 16) =>
        new()
        {
            Dimension = dimension,
            UnobservedWeight = unobservedWeight,
            Regularization = regularization,
            FrequencyExponent = frequencyExponent,
            Epochs = epochs,
        };
}
