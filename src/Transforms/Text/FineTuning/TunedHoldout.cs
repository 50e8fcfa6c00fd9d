using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Text;

/// <summary>
/// The column Holdout of a tuned stage: true for the rows of its fitted view that it was not tuned on, false everywhere else.
/// </summary>
/// <param name="User">The user key; null where nothing is held out.</param>
/// <param name="Item">The item key.</param>
/// <param name="Pairs">What is held out.</param>
internal sealed record TunedHoldout(string? User, string? Item, HashSet<long>? Pairs)
{
    /// <summary>All false: for every view but the fitted one.</summary>
    public static TunedHoldout Serving { get; } = new(null, null, null);

    public OutputColumn Bind(DataViewSchema input)
    {
        if (Pairs is null)
            return new OutputColumn(
                ColumnNames.Holdout, BooleanDataViewType.Instance, Annotations: null, [],
                _ => (ValueGetter<bool>)((ref bool value) => value = false));
        var user = SchemaColumns.Require(input, User!, StageNames.LlmEmbedding, ColumnKinds.Key);
        var item = SchemaColumns.Require(input, Item!, StageNames.LlmEmbedding, ColumnKinds.Key);
        return new OutputColumn(ColumnNames.Holdout, BooleanDataViewType.Instance, Annotations: null, [user.Index, item.Index], row =>
        {
            Func<int> userOf = CellReader.Key(row, user), itemOf = CellReader.Key(row, item);
            return (ValueGetter<bool>)((ref bool value) => value = Pairs.Contains(HeldOutPairs.PairOf(userOf(), itemOf())));
        });
    }
}
