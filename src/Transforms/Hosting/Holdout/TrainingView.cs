using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// The view that a stage fitted after others learns from. In one chain it is the view it is given. A chain in a chain is transformed again
/// as a whole before the next stage is fitted, so views are no longer those that its stages were fitted on, only their rows are the same:
/// the stages are found in the view and give their training mapping by the rows.
/// </summary>
internal static class TrainingView
{
    /// <summary>The view with the training mapping of every stage of the house on top of it that was fitted on its rows.</summary>
    /// <param name="view">The view a stage is fitted on.</param>
    /// <param name="rows">Fingerprint of its rows.</param>
    /// <remarks>
    /// The search ends at the first view of ML.NET's own, whose source is internal; a cache or a built-in transform in
    /// between keeps what is below as it is.
    /// </remarks>
    public static IDataView Of(IDataView view, ulong rows)
    {
        if (view is not MappedView { Transformer: { } fitted } mapped)
            return view;
        IDataView source = Of(mapped.Source, rows);
        RowTransformer transformer = fitted.TrainingMappingOf(rows) ?? fitted;
        return ReferenceEquals(source, mapped.Source) && ReferenceEquals(transformer, fitted)
            ? view
            : RowTransformer.MapView(source, transformer);
    }
}
