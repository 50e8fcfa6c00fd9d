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
    /// <returns>
    /// <c>User</c>, <c>Item</c> (Int32), <c>Label</c> (Single: 1); with texts also <c>ItemTitle</c>, <c>ItemText</c> (text).
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is empty or damaged, or an id is not a whole number from 0 to 2147483646 (also while
    /// the view is read).</exception>
    public IDataView LoadLightGcn(string path, LightGcnOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ItemLists(DataFolder.Single(path, "*.txt"), options);
    }

    /// <inheritdoc cref="LoadLightGcnSplit(string, LightGcnOptions)"/>
    /// <param name="path">The folder or archive.</param>
    /// <param name="itemTexts">Titles and texts of the items, or null for no text columns.</param>
    /// <param name="skipMalformed">Leave out and log ids that cannot be read, instead of throwing.</param>
    public InteractionSplit LoadLightGcnSplit(string path, ItemTexts? itemTexts = null, bool skipMalformed = false) =>
        LoadLightGcnSplit(path, new LightGcnOptions { ItemTexts = itemTexts, SkipMalformed = skipMalformed });

    /// <summary>
    /// Loads the split that comes with a data set: <c>train.txt</c>, <c>test.txt</c> and, where there is one, <c>valid.txt</c> or
    /// <c>val.txt</c> (also gzipped, also <c>derived-train.txt</c> and the like, also in a zip archive in the folder).
    /// </summary>
    /// <param name="path">The folder or zip archive.</param>
    /// <param name="options">What to read.</param>
    /// <returns>Rows as of <see cref="LoadLightGcn(string, LightGcnOptions)"/>.</returns>
    /// <exception cref="FileNotFoundException">There is no such folder, or a part is missing in it.</exception>
    /// <exception cref="DataFormatException">A file is empty or damaged, or an id is not a whole number from 0 to 2147483646 (also while
    /// the view is read).</exception>
    public InteractionSplit LoadLightGcnSplit(string path, LightGcnOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = DataFolder.Open(path);
        var train = folder.Require("train.txt", "*-train.txt");
        var test = folder.Require("test.txt", "*-test.txt");
        var validation = folder.Find("valid.txt", "val.txt", "validation.txt", "*-valid.txt", "*-val.txt");
        return new(
            ItemLists(train, options),
            ItemLists(test, options),
            validation is null ? null : ItemLists(validation, options),
            $"the split that comes with {Path.GetFileName(Path.TrimEndingDirectorySeparator(path))}");
    }

    private IDataView ItemLists(DataFile file, LightGcnOptions options)
    {
        IDataView view = StreamingView.Create(Context, s_numbered, () => new ItemListReader(file, options.SkipMalformed));
        return options.ItemTexts is { } texts ? texts.Table.Join(view, ColumnNames.Item) : view;
    }
}
