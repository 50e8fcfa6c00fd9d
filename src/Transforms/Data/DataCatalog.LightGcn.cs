using HybridRec.MLNet.Data;
using Microsoft.ML;

namespace HybridRec.MLNet;

public sealed partial class DataCatalog
{
    /// <inheritdoc cref="LoadLightGcn(string, LightGcnOptions)"/>
    /// <param name="path">The file.</param>
    /// <param name="itemTexts">Titles and texts of the items, or null for no text columns.</param>
    /// <param name="skipMalformed">Leave out and log ids that cannot be read, instead of throwing.</param>
    public IDataView LoadLightGcn(string path, ItemTexts? itemTexts = null, bool skipMalformed = false) =>
        LoadLightGcn(path, new LightGcnOptions { ItemTexts = itemTexts, SkipMalformed = skipMalformed });

    /// <summary>Loads interactions in the form of LightGCN and NGCF: <c>user item item ...</c>, one line a user.</summary>
    /// <param name="path">The file, plain or gzipped, or a folder or zip archive with one <c>.txt</c> file.</param>
    /// <param name="options">What to read.</param>
    /// <returns><c>User</c>, <c>Item</c> (Int32), <c>Label</c> (Single: 1); with texts also <c>ItemTitle</c>, <c>ItemText</c> (text).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is empty or damaged, or an id is not a whole number from 0 to 2147483646 (also while the view is read).</exception>
    public IDataView LoadLightGcn(string path, LightGcnOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ItemLists(DataFolder.Single(path, "*.txt"), options, s_numbered);
    }

    /// <inheritdoc cref="LoadLightGcnSplit(string, LightGcnOptions)"/>
    /// <param name="path">The folder or archive.</param>
    /// <param name="itemTexts">Titles and texts of the items, or null for no text columns.</param>
    /// <param name="skipMalformed">Leave out and log ids that cannot be read, instead of throwing.</param>
    public InteractionSplit LoadLightGcnSplit(string path, ItemTexts? itemTexts = null, bool skipMalformed = false) =>
        LoadLightGcnSplit(path, new LightGcnOptions { ItemTexts = itemTexts, SkipMalformed = skipMalformed });

    /// <summary>
    /// Loads the split that comes with a data set: <c>train.txt</c>, <c>test.txt</c> and, where there is one, <c>valid.txt</c> or <c>val.txt</c> (also gzipped, also
    /// <c>derived-train.txt</c> and the like, also in a zip archive in the folder).
    /// </summary>
    /// <param name="path">The folder or zip archive.</param>
    /// <param name="options">What to read.</param>
    /// <returns>Rows as of <see cref="LoadLightGcn(string, LightGcnOptions)"/>.</returns>
    /// <exception cref="FileNotFoundException">There is no such folder, or a part is missing in it.</exception>
    /// <exception cref="DataFormatException">A file is empty or damaged, or an id is not a whole number from 0 to 2147483646 (also while the view is read).</exception>
    public InteractionSplit LoadLightGcnSplit(string path, LightGcnOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = DataFolder.Open(path);
        var train = folder.Require("train.txt", "*-train.txt");
        var test = folder.Require("test.txt", "*-test.txt");
        var validation = folder.Find("valid.txt", "val.txt", "validation.txt", "*-valid.txt", "*-val.txt");
        return new(
            ItemLists(train, options, s_numbered),
            ItemLists(test, options, s_numbered),
            validation is null ? null : ItemLists(validation, options, s_numbered),
            $"the split that comes with {Path.GetFileName(Path.TrimEndingDirectorySeparator(path))}");
    }

    /// <summary>
    /// Loads Yelp in the sequence form of S3-Rec (also P5, LC-Rec): <c>user item item ...</c>, one line a user, in time order, with names and categories
    /// from <c>*.item.json</c> where the folder has it.
    /// </summary>
    /// <param name="path">The folder or zip archive with one <c>.txt</c> file, or that file (the items are then looked for beside it).</param>
    /// <param name="itemIdOffset">What to add to the ids of the item file to get those of the sequences. LETTER's items count from 0, S3-Rec's sequences from 1.</param>
    /// <param name="skipMalformed">Leave out and log ids that cannot be read, instead of throwing.</param>
    /// <returns>
    /// <c>User</c>, <c>Item</c> (Int32), <c>Label</c> (Single: 1), <c>Timestamp</c> (Int64: position in the user's sequence from 0, not comparable between
    /// users), <c>ItemTitle</c>, <c>ItemText</c> (text; empty without an item file).
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such folder, or no sequences in it.</exception>
    /// <exception cref="DataFormatException">A file is empty, damaged or has a malformed row (also while the view is read).</exception>
    public IDataView LoadYelpSequences(string path, int itemIdOffset = 1, bool skipMalformed = false)
    {
        var folder = DataFolder.Open(path);
        var options = new LightGcnOptions { SkipMalformed = skipMalformed };
        var texts = folder.Find("*.item.json") is { } items ? ReadItems(items, options).WithIdOffset(itemIdOffset) : new();
        return ItemLists(folder.Main ?? folder.Require("*.txt"), options with { ItemTexts = texts }, s_timedNumbered);
    }

    private IDataView ItemLists(DataFile file, LightGcnOptions options, StreamColumn[] columns)
    {
        IDataView view = StreamingView.Create(Context, columns, () => new ItemListReader(file, options.SkipMalformed));
        return options.ItemTexts is { } texts ? texts.Table.Join(view, ColumnNames.Item) : view;
    }
}
