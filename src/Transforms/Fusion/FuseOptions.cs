using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="FuseEstimator"/>: which columns are fused, and whom each describes.</summary>
/// <remarks>
/// The output has the user's columns first, then the item's, the interaction's and the pair's, each in the given order. What is said here
/// holds, whatever a column is called: <c>UserReviews</c> among the item's columns is the item's.
/// </remarks>
public sealed record FuseOptions
{
    /// <summary>Name of the fused column.</summary>
    /// <value>The default is <c>Features</c>.</value>
    public string OutputColumnName { get; init; } = ColumnNames.Features;

    /// <summary>Columns that describe the user: vectors of Single with a known size, or scalar Singles.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> UserColumnNames { get; init; } = [];

    /// <summary>
    /// Columns that describe the item. One whose name equals a user column's after the prefixes "User" and "Item" is its partner: rankers
    /// read the product of the two.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> ItemColumnNames { get; init; } = [];

    /// <summary>Columns that describe the interaction, such as the hour of the day.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> ContextColumnNames { get; init; } = [];

    /// <summary>
    /// Columns that describe user and item together and are known for every pair, s_ui: what <c>ml.Hybrid.GraphFilter</c> gives under
    /// another name than Score. Rankers mix them with the products.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> PairColumnNames { get; init; } = [];

    /// <summary>The columns with their roles, in slot order.</summary>
    internal FusionInput[] Inputs() =>
    [
        .. UserColumnNames.Select(column => new FusionInput(ColumnRole.User, column)),
        .. ItemColumnNames.Select(column => new FusionInput(ColumnRole.Item, column)),
        .. ContextColumnNames.Select(column => new FusionInput(ColumnRole.Context, column)),
        .. PairColumnNames.Select(column => new FusionInput(ColumnRole.Pair, column)),
    ];

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentNullException">A list of columns is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is not allowed; the exception names it.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(UserColumnNames);
        ArgumentNullException.ThrowIfNull(ItemColumnNames);
        ArgumentNullException.ThrowIfNull(ContextColumnNames);
        ArgumentNullException.ThrowIfNull(PairColumnNames);
        var check = new OptionCheck(StageNames.Fuse);
        check.Named(OutputColumnName, nameof(OutputColumnName));
        FusionInput.Validate(check, Inputs(), input => $"{input.Role}ColumnNames");
    }
}
