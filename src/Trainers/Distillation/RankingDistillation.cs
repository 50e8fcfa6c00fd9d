using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>
/// A fitted ranker whose order of the items a smaller one learns (<see cref="RankingOptions.Distillation"/>),
/// besides the positives themselves.
/// </summary>
/// <remarks>
/// For a user's list of items with scores t of the teacher and s of the student, p_i = e^(c t_i / T) / sum_j e^(c t_j / T) and
/// q_i = e^(s_i / T) / sum_j e^(s_j / T), the loss is <c>(1 - a) L_hard + a T^2 sum_i p_i ln(p_i / q_i)</c>: L_hard is the objective of the
/// options on positives and sampled negatives, a is <see cref="SoftShare"/>, T is <see cref="Temperature"/>. The list of the soft labels
/// are the user's held-out positives, the <see cref="TopItems"/> best items of the teacher, and <see cref="SampledItems"/> others; what
/// the user took in rows that are not held out is in none. c is the factor at which the teacher's scores explain the positives best as a
/// softmax over these lists, so that they may have any scale.
/// <para>
/// The teacher is to know the training rows at most, never the test rows. Given alone it reads the columns of the view that the student is
/// fitted on, such as a second fused column; then its vectors are those of held-out rows too, and what it says of held-out positives is no
/// recollection. Given with <see cref="Interactions"/> it is a whole pipeline from raw rows, and users and items are matched by their ids;
/// those that it does not know have no soft labels.
/// </para>
/// Papers: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", arXiv 1503.02531 (T, T^2, the mix); Tang and Wang,
/// "Ranking Distillation", KDD 2018, arXiv 1809.07428 (the teacher's top items that the user has not had); Cao et al., "Learning to Rank:
/// From Pairwise Approach to Listwise Approach", ICML 2007 (top-one probabilities); Guo et al., "On Calibration of Modern Neural
/// Networks", arXiv 1706.04599 (c).
/// </remarks>
/// <param name="Teacher">
/// A fitted model that ends in a Score. Without <paramref name="Interactions"/> its last stage has to be one that scores all items at once,
/// such as those of <c>Ranking</c> or <c>GraphFilter</c>; with them, anything.
/// </param>
/// <param name="Interactions">
/// Raw rows that <paramref name="Teacher"/> reads, such as those it was fitted on; null: the view that the student is fitted on.
/// </param>
/// <example><code>
/// var teacher = pipeline.Append(ml.Hybrid.Ranking(new() { Head = RankingHead.Mlp([256, 64]) })).Fit(ratings);
/// var student = small
///     .Append(ml.Hybrid.Ranking(new() { Head = RankingHead.TwoTower(), Distillation = new(teacher, ratings) }))
///     .Fit(ratings);
/// </code></example>
public sealed record RankingDistillation(
    [property: NotInFingerprint] ITransformer Teacher,
    [property: NotInFingerprint] IDataView? Interactions = null)
{
    /// <summary>T: above 1 it tells more of the order among items that the teacher likes little.</summary>
    /// <value>The default is 1.</value>
    public float Temperature { get; init; } = 1;

    /// <summary>a: the part of the loss that is the teacher's, in (0, 1]; 1 leaves the labels out but for choosing the epoch.</summary>
    /// <value>The default is 0.5.</value>
    public float SoftShare { get; init; } = 0.5f;

    /// <summary>Items of a list that the teacher ranks first.</summary>
    /// <value>The default is 64.</value>
    public int TopItems { get; init; } = 64;

    /// <summary>Further items of a list, drawn evenly.</summary>
    /// <value>The default is 192.</value>
    public int SampledItems { get; init; } = 192;

    /// <summary>Refuses values that cannot be trained with.</summary>
    /// <param name="head">The student's head.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate(RankingHead head)
    {
        var check = new OptionCheck(StageNames.Ranking + ".Distillation");
        ArgumentNullException.ThrowIfNull(Teacher);
        check.Require(
            head.IsTrained,
            head.Kind,
            "a head that is trained, or it learns nothing from a teacher: RankingHead.TwoTower(), Linear() or Mlp()",
            "Head");
        check.Above0(Temperature, nameof(Temperature));
        check.Require(
            SoftShare is > 0 and <= 1, SoftShare, "above 0 and at most 1; without a teacher leave Distillation null", nameof(SoftShare));
        check.AtLeast(TopItems, 0, nameof(TopItems));
        check.AtLeast(SampledItems, 0, nameof(SampledItems));
        if (TopItems + (long)SampledItems < 2)
        {
            throw check.Refusal(
                nameof(TopItems),
                $"{TopItems} with {nameof(SampledItems)} {SampledItems}",
                "such that both are at least 2 together, or there is no order to learn");
        }
    }
}
