using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The function f that turns a fused pair z = [h_u | e_u | h_i | e_i | s_ui] into a score (eq. 4), with its settings.</summary>
/// <remarks>
/// Every head starts from the same mix, the weighted sum of the dot products of the paired parts and of the scores of the pair,
/// sum_p w_p &lt;u_p, i_p&gt; / d_p + sum_q w_q s_q, where d_p is the standard deviation of that dot product over random pairs, s_q is a
/// closed form's standard score, and the weights are chosen by NDCG on held-out rows. A function that is linear in the sides of user and
/// item alone would rank the items alike for every user, so each head reads the products u_p * i_p.
/// </remarks>
/// <example><code>
/// var ranking = ml.Hybrid.Ranking(new() { Head = RankingHead.Mlp(hiddenSizes: [128, 64]) });
/// </code></example>
public abstract record RankingHead
{
    // One list, so that two heads of usual sizes are equal.
    private static readonly int[] s_usualSizes = [64];

    private protected RankingHead()
    {
    }

    /// <summary>The kind of the head.</summary>
    public abstract RankingHeadKind Kind { get; }

    /// <summary>Whether it has anything to train.</summary>
    internal virtual bool IsTrained => true;

    /// <summary>Whether it is nothing without two parts whose products can be taken.</summary>
    internal virtual bool NeedsPairs => false;

    /// <summary>The probability that a hidden unit is dropped in training.</summary>
    internal virtual float DropoutShare => 0;

    /// <summary>
    /// Weighted products and scores of the pair plus a multilayer perceptron over the sides and the products (neural matrix factorization,
    /// He et al., arXiv 1708.05031).
    /// </summary>
    /// <param name="hiddenSizes">Widths of the hidden layers (ReLU), at least one, each 1 or more. The default is null: one of 64.</param>
    /// <param name="dropout">The probability that a hidden unit is dropped in training, 0 or more and below 1. The default is 0.1.</param>
    /// <returns>The head with its settings.</returns>
    public static RankingHead Mlp(IReadOnlyList<int>? hiddenSizes = null, float dropout = 0.1f) =>
        new MlpHead { HiddenSizes = hiddenSizes ?? s_usualSizes, Dropout = dropout };

    /// <summary>Weighted products and scores of the pair plus a linear term over the item's parts.</summary>
    /// <returns>The head.</returns>
    public static RankingHead Linear() => new LinearHead();

    /// <summary>
    /// The sum of the dot products of the paired parts and of the scores of the pair: nothing is trained and no rows are held out.
    /// </summary>
    /// <returns>The head.</returns>
    public static RankingHead DotProduct() => new DotProductHead();

    /// <summary>
    /// The linear head plus &lt;P z_u, Q z_i&gt;, two trained projections of all of the user's and all of the item's parts: parts without a
    /// partner count too, and the score is still one dot product of a user's and an item's vector (Yi et al., "Sampling-Bias-Corrected
    /// Neural Modeling", RecSys 2019).
    /// </summary>
    /// <param name="dimension">Slots of a tower's vector, at least 1. The default is 32.</param>
    /// <returns>The head with its settings.</returns>
    public static RankingHead TwoTower(int dimension = 32) => new TwoTowerHead { Dimension = dimension };

    /// <summary>Where its weights lie.</summary>
    internal virtual HeadShape Shape(int userDimension, int itemDimension, IReadOnlyList<ProductPair> pairs, int scores) =>
        new(Kind, userDimension, itemDimension, pairs, [], scores: scores);

    /// <summary>Refuses settings that cannot be trained with.</summary>
    internal virtual void Validate(OptionCheck check)
    {
    }
}
