namespace HybridRec.MLNet;

/// <summary>The function f that turns a fused pair z = [h_u | e_u | h_i | e_i] into a score (eq. 4).</summary>
/// <remarks>
/// Every head starts from the same weighted sum of dot products of the paired parts, sum_p w_p &lt;u_p, i_p&gt; / s_p, where s_p is the
/// standard deviation of that dot product over random pairs and w_p is chosen by NDCG on held-out rows. A function that is linear in z
/// alone would rank the items alike for every user, so each head reads the products u_p * i_p.
/// </remarks>
public enum RankingHead
{
    /// <summary>Weighted products plus a multilayer perceptron over z and the products (neural matrix factorisation, arXiv 1708.05031).</summary>
    Mlp,

    /// <summary>Weighted products plus a linear term over the item's parts.</summary>
    Linear,

    /// <summary>The sum of the dot products of the paired parts, unweighted when asked for: nothing is trained and no rows are held out.</summary>
    DotProduct,

    /// <summary>
    /// The Linear head plus &lt;P z_u, Q z_i&gt;, two trained projections of all of the user's and all of the item's parts to <see cref="RankingOptions.TowerDimension"/> slots: parts without a
    /// partner count too, and the score is still one dot product of a user's and an item's vector (Yi et al., "Sampling-Bias-Corrected Neural Modeling", RecSys 2019).
    /// </summary>
    TwoTower,
}
