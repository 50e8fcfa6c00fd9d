using HybridRec.MLNet.Data;
using Microsoft.Data.Analysis;
using Microsoft.ML;

namespace HybridRec.MLNet;

public sealed partial class DataCatalog
{
    /// <inheritdoc cref="FromDataView(IDataView, DataColumns)"/>
    /// <param name="view">The data.</param>
    /// <param name="userColumn">Column of the user's id.</param>
    /// <param name="itemColumn">Column of the item's id.</param>
    /// <param name="labelColumn">Column of the label, or null for label 1 in every row.</param>
    /// <param name="timestampColumn">Column of the time, or null.</param>
    /// <param name="itemTextColumn">Column of the item's text, or null.</param>
    public IDataView FromDataView(
        IDataView view, string userColumn, string itemColumn, string? labelColumn = null, string? timestampColumn = null,
        string? itemTextColumn = null) =>
        FromDataView(view, new DataColumns
        {
            User = userColumn,
            Item = itemColumn,
            Label = labelColumn,
            Timestamp = timestampColumn,
            ItemText = itemTextColumn
        });

    /// <summary>
    /// Takes any data with a user and an item in each row as interactions: gives its columns the names and types of this library.
    /// </summary>
    /// <param name="view">The data.</param>
    /// <param name="columns">Which column is what.</param>
    /// <returns>
    /// All columns of <paramref name="view"/> and <c>User</c>, <c>Item</c> (as they are), <c>Label</c> (Single; 1 without a label column),
    /// and where given <c>Timestamp</c> (Int64: seconds since 1970), <c>ItemTitle</c>, <c>ItemText</c>, <c>ReviewText</c> (text). Lazy, as
    /// parallel as <paramref name="view"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A column has no name.</exception>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public IDataView FromDataView(IDataView view, DataColumns columns)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(columns);
        return InteractionColumnsMapper.Map(view, columns);
    }

    /// <summary>Takes the rows of a data frame as interactions.</summary>
    /// <param name="frame">The frame; its columns of text, numbers, Booleans and dates are read.</param>
    /// <param name="columns">Which column is what; null for <c>User</c>, <c>Item</c> and, where the frame has them, <c>Label</c>,
    /// <c>Timestamp</c>, <c>ItemTitle</c>, <c>ItemText</c>.</param>
    /// <returns>As of <see cref="FromDataView(IDataView, DataColumns)"/>.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or an id column holds nulls, which
    /// ML.NET would read as 0.</exception>
    public IDataView FromDataFrame(DataFrame frame, DataColumns? columns = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return FromDataView(frame, FrameRows.Checked(frame, columns ?? FrameRows.Default(frame)));
    }

    /// <summary>
    /// Copies a view into a data frame: every row, unlike <c>IDataView.ToDataFrame</c>, which stops at 100. Keys become their values
    /// (numbers without any). Hidden columns are left out.
    /// </summary>
    /// <param name="view">The data; it must fit into memory.</param>
    /// <returns>A frame with the view's columns and rows.</returns>
    /// <exception cref="ArgumentException">A column is a vector or of another type that a data frame has no column for.</exception>
    public DataFrame ToDataFrame(IDataView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return FrameRows.Copy(view);
    }
}
