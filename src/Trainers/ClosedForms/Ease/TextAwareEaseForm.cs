using System.Globalization;
using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// L3AE: EASE drawn to what the items' texts say. C is EASE on the text vectors with the ridge <see cref="LambdaF"/>; B minimizes
/// |X - XB|^2 + l_X |B|^2 + l_E |B - C|^2 with a zero diagonal, for <see cref="LambdaX"/> and <see cref="LambdaE"/>.
/// Moon et al., arXiv 2508.13500.
/// </summary>
/// <param name="ItemFeatureColumnName">
/// The vector of each item's text, such as ItemMeaning. Vectors are brought to length 1; a zero vector says nothing about its item.
/// </param>
public sealed record TextAwareEaseForm(string ItemFeatureColumnName) : ClosedForm
{
    /// <summary>The ridge l_X, which may be negative as long as <see cref="LambdaX"/> + <see cref="LambdaE"/> is above 0.</summary>
    /// <value>The default is 100.</value>
    public float LambdaX { get; init; } = 100;

    /// <summary>The ridge of the texts, above 0; vectors have length 1.</summary>
    /// <value>The default is 10.</value>
    public float LambdaF { get; init; } = 10;

    /// <summary>How strongly B is drawn to C, 0 or more; 0 is EASE.</summary>
    /// <value>The default is 100.</value>
    public float LambdaE { get; init; } = 100;

    /// <summary>Beyond the memory limit: the most items that an item is regressed on; fewer where even their weights do not fit.</summary>
    /// <value>The default is 200.</value>
    public int Neighbors { get; init; } = 200;

    internal override FilterKind Kind => FilterKind.TextAwareEase;

    internal override string? VectorColumnName => ItemFeatureColumnName;

    internal override void Validate()
    {
        var check = new OptionCheck(StageNames.GraphFilter);
        check.Named(ItemFeatureColumnName, nameof(ItemFeatureColumnName));
        check.Above0(LambdaF, nameof(LambdaF));
        check.AtLeast(LambdaE, 0, nameof(LambdaE));
        check.Require(
            float.IsFinite(LambdaX) && LambdaX + LambdaE > 0,
            LambdaX,
            $"finite and above -{nameof(LambdaE)}, which is {LambdaE.ToString(CultureInfo.InvariantCulture)}",
            nameof(LambdaX));
        check.AtLeast(Neighbors, 1, nameof(Neighbors));
    }

    internal override IItemFilter Solve(FilterFit fit)
    {
        int? support = LocalSolver.SupportWithin(fit, Kind, Neighbors);
        var text = new TextLinks(fit.Vectors(), fit.Graph.ItemCount, LambdaF, fit.Threads);
        return support is { } neighbors
            ? LocalSolver.Solve(fit.Graph, text, LambdaX, LambdaE, neighbors, fit.Threads, fit.Step)
            : EaseSolver.Solve(fit.Graph, text, LambdaX, LambdaE, fit.Threads, fit.Step);
    }
}
