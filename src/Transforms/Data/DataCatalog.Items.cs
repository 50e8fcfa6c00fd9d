using HybridRec.MLNet.Data;
using Microsoft.ML;

namespace HybridRec.MLNet;

public sealed partial class DataCatalog
{
    /// <summary>
    /// The items of a view: one row for each distinct item, for scoring and for texts of items that training has not seen.
    /// </summary>
    /// <param name="view">Interactions with an <c>Item</c> column (text, integer or key).</param>
    /// <returns>
    /// <c>Item</c> and every other column whose name starts with <c>Item</c>, from the first row of the item whose <c>ItemText</c> is not
    /// empty (else its first row). Held in memory after the first pass. Rows with a missing id give no item.
    /// </returns>
    /// <exception cref="ArgumentException">There is no column <c>Item</c>, or it cannot hold ids.</exception>
    public IDataView Items(IDataView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return ItemsView.Distinct(Context, view);
    }

    /// <summary>The items of a table of texts.</summary>
    /// <param name="texts">The texts, one an item.</param>
    /// <param name="numbered">True for an Int32 <c>Item</c> (MovieLens, LightGCN format), false for text (Amazon, Yelp).</param>
    /// <returns>One row an item: <c>Item</c>, <c>ItemTitle</c>, <c>ItemText</c>.</returns>
    /// <exception cref="ArgumentException">An id is not a number although <paramref name="numbered"/> is true.</exception>
    public IDataView Items(ItemTexts texts, bool numbered = false)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return ItemsView.Create(Context, texts, numbered);
    }

    /// <summary>Joins titles and texts to any view by its item id.</summary>
    /// <param name="view">A view with an <c>Item</c> column (text, integer or key with its values).</param>
    /// <param name="texts">The texts.</param>
    /// <returns>
    /// The view with <c>ItemTitle</c> and <c>ItemText</c> (empty where unknown); columns of these names in
    /// <paramref name="view"/> are hidden.
    /// </returns>
    /// <exception cref="ArgumentException">There is no column <c>Item</c>, or it cannot hold ids.</exception>
    public IDataView WithItemTexts(IDataView view, ItemTexts texts)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Table.Join(view, ColumnNames.Item);
    }

    /// <summary>Joins the same titles and texts to every part of a split.</summary>
    /// <param name="split">The split.</param>
    /// <param name="texts">The texts; <see cref="ItemTexts.FromReviews"/> of the training rows keeps the split free of leaks.</param>
    /// <returns>The split with <c>ItemTitle</c> and <c>ItemText</c> in each part.</returns>
    /// <exception cref="ArgumentException">There is no column <c>Item</c>, or it cannot hold ids.</exception>
    public InteractionSplit WithItemTexts(InteractionSplit split, ItemTexts texts)
    {
        ArgumentNullException.ThrowIfNull(split);
        return split with
        {
            TrainSet = WithItemTexts(split.TrainSet, texts),
            TestSet = WithItemTexts(split.TestSet, texts),
            ValidationSet = split.ValidationSet is { } validation ? WithItemTexts(validation, texts) : null,
        };
    }
}
