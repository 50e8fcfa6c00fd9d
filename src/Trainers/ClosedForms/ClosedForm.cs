using HybridRec.MLNet.ClosedForms;

namespace HybridRec.MLNet;

/// <summary>
/// The closed form of <c>ml.Hybrid.GraphFilter</c>, with its settings. X is the binary users x items matrix of the positives, x_u its row
/// of user u; every score is x_u B.
/// </summary>
/// <example><code>
/// var filter = ml.Hybrid.GraphFilter(new() { Filter = ClosedForm.Ease(ridge: 200) });
/// </code></example>
public abstract record ClosedForm
{
    private protected ClosedForm()
    {
    }

    /// <summary>Turbo-CF: nothing is solved, and memory is bounded for any number of items.</summary>
    /// <param name="alpha">The exponent a of the degrees.</param>
    /// <param name="power">The exponent s of each element of the filter.</param>
    public static TurboCfForm TurboCf(float alpha = 0.6f, float power = 0.7f) => new() { Alpha = alpha, Power = power };

    /// <summary>EASE: the ridge regression of every item on all others.</summary>
    /// <param name="ridge">The ridge l.</param>
    /// <param name="neighbors">Beyond the memory limit: the most items that an item is regressed on.</param>
    public static EaseForm Ease(float ridge = 100, int neighbors = 200) => new() { Ridge = ridge, Neighbors = neighbors };

    /// <summary>L3AE: EASE drawn to what the items' texts say.</summary>
    /// <param name="itemFeatureColumnName">The vector of each item's text, such as ItemMeaning.</param>
    /// <param name="lambdaX">The ridge l_X.</param>
    /// <param name="lambdaF">The ridge of the texts.</param>
    /// <param name="lambdaE">How strongly B is drawn to what the texts say.</param>
    /// <param name="neighbors">Beyond the memory limit: the most items that an item is regressed on.</param>
    public static TextAwareEaseForm TextAwareEase(
        string itemFeatureColumnName, float lambdaX = 100, float lambdaF = 10, float lambdaE = 100, int neighbors = 200) =>
        new(itemFeatureColumnName) { LambdaX = lambdaX, LambdaF = lambdaF, LambdaE = lambdaE, Neighbors = neighbors };

    /// <summary>BSPM: scores blurred by the graph, then sharpened.</summary>
    /// <param name="rank">The number k of low frequencies.</param>
    /// <param name="lowPassWeight">Their weight b.</param>
    /// <param name="sharpeningTime">How long the scores are sharpened, T.</param>
    public static SharpeningForm BlurringSharpening(int rank = 448, float lowPassWeight = 0.2f, float sharpeningTime = 2.5f) =>
        new() { Rank = rank, LowPassWeight = lowPassWeight, SharpeningTime = sharpeningTime };

    /// <summary>What the saved state calls it.</summary>
    internal abstract FilterKind Kind { get; }

    /// <summary>The column of the items' vectors; null where none is read.</summary>
    internal virtual string? VectorColumnName => null;

    /// <summary>Refuses settings that cannot be fitted with.</summary>
    internal abstract void Validate();

    /// <summary>Fits the form to the positives.</summary>
    internal abstract IItemFilter Solve(FilterFit fit);
}
