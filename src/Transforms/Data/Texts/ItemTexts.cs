using System.Globalization;
using HybridRec.MLNet.Data;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>
/// Title and text of items by id, held in memory and joined to interactions as columns <c>ItemTitle</c> and <c>ItemText</c>.
/// Ids are compared as text, so that the item 7 of an Int32 column and the property <c>"7"</c> of a JSON file are the same item.
/// </summary>
/// <example>
/// <code>
/// var texts = ItemTexts.FromJson("llm_response_item.json.gz").WithIdMap("item_map.txt");
/// var split = ml.Hybrid.Data.LoadLightGcnSplit("ml-1m-colakg-split", texts);
/// </code>
/// </example>
public sealed class ItemTexts
{
    internal ItemTexts() => Table = new([ColumnNames.ItemTitle, ColumnNames.ItemText]);

    /// <summary>Number of items with an entry, empty ones included.</summary>
    public int Count => Table.Count;

    /// <summary>Malformed rows that were left out on request while reading.</summary>
    public long SkippedRows { get; internal set; }

    internal SideTable Table { get; }

    /// <summary>The title of an item.</summary>
    /// <param name="id">The item's id as text.</param>
    /// <returns>The title; empty when the item has none or is unknown.</returns>
    public string TitleOf(string id) => Table.Find(id)[0];

    /// <summary>The text of an item.</summary>
    /// <param name="id">The item's id as text.</param>
    /// <returns>The text; empty when the item has none or is unknown.</returns>
    public string TextOf(string id) => Table.Find(id)[1];

    /// <summary>Texts given by the caller.</summary>
    /// <typeparam name="TId">Type of the ids: text, an integer.</typeparam>
    /// <param name="texts">The text of each item by its id. The title stays empty.</param>
    /// <exception cref="ArgumentNullException"><paramref name="texts"/> is null.</exception>
    public static ItemTexts FromDictionary<TId>(IEnumerable<KeyValuePair<TId, string>> texts) where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(texts);
        var result = new ItemTexts();
        foreach (var (id, text) in texts)
            result.Add(Convert.ToString(id, CultureInfo.InvariantCulture)!, "", text);
        return result;
    }

    /// <summary>
    /// Movies of a MovieLens folder, archive or file: title, genres and, where the folder has them, extra info (and tags, on demand).
    /// </summary>
    /// <param name="path">A folder or zip archive with <c>movies.dat</c>, <c>movies.csv</c> or <c>u.item</c>, or that file.</param>
    /// <param name="options">What to put into the text; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such path, or no file of movies in it.</exception>
    /// <exception cref="DataFormatException">A row cannot be read.</exception>
    public static ItemTexts FromMovieLens(string path, MovieLensOptions? options = null) =>
        MovieLensItems.Read(DataFolder.Open(path), options ?? new());

    /// <summary>
    /// Items of a JSON file, plain, gzipped or alone in a zip archive, in any of three forms: one object keyed by id whose values are
    /// texts; one object keyed by id whose values are objects (<c>title</c>, <c>description</c>, ...); or one object a line, or an array
    /// of objects, each with its id in <c>parent_asin</c>, <c>asin</c>, <c>business_id</c>, <c>item_id</c> or <c>id</c>
    /// (Amazon metadata, also in the Python notation of 2014; Yelp businesses). The text is the title or name, brand or store, categories
    /// and description, as far as there are any.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="skipMalformed">Leave out lines that cannot be read.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is neither of the three.</exception>
    public static ItemTexts FromJson(string path, bool skipMalformed = false) =>
        JsonItems.Read(DataFolder.Single(path, "*.json", "*.jsonl", "*"), skipMalformed);

    /// <summary>Items of a delimited file under a header, such as a csv or tsv of titles.</summary>
    /// <param name="path">The file: plain, gzipped, or alone in a zip archive.</param>
    /// <param name="idColumn">Header of the id.</param>
    /// <param name="titleColumn">Header of the title.</param>
    /// <param name="textColumns">Headers of what the text has beside the title; null for nothing more.</param>
    /// <param name="separator">The separator; null for comma, semicolon, tab or bar, whichever makes the named headers.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">A header is missing or a row cannot be read.</exception>
    public static ItemTexts FromDelimited(
        string path, string idColumn, string titleColumn, string[]? textColumns = null, char? separator = null) =>
        DelimitedItems.Read(
            DataFolder.Single(path, "*.csv", "*.tsv", "*.txt", "*"), [idColumn, titleColumn, .. textColumns ?? []], separator);

    /// <summary>
    /// Texts put together from what users wrote: the reviews of each item, joined in row order up to a length. Give it the
    /// <em>training</em> rows of a split and nothing else: a review is written after the interaction it belongs to, so the reviews of test
    /// rows tell who will interact with what (leakage).
    /// </summary>
    /// <param name="trainSet">Training rows with columns <c>Item</c> and <c>ReviewText</c>.</param>
    /// <param name="maximumCharacters">Where the text of an item is cut off.</param>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumCharacters"/> is not positive.</exception>
    public static ItemTexts FromReviews(IDataView trainSet, int maximumCharacters = 2000)
    {
        ArgumentNullException.ThrowIfNull(trainSet);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumCharacters);
        return ReviewItems.Read(trainSet, maximumCharacters);
    }

    /// <summary>
    /// The same texts under other ids, for data sets that number items anew. Items that the map does not name are dropped.
    /// </summary>
    /// <param name="path">Lines <c>original_id new_id</c>, with or without a header (<c>item_list.txt</c> and <c>item_map.txt</c> of
    /// LightGCN-format sets).</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">A line does not have two fields, or a new id is not a number or comes twice.</exception>
    public ItemTexts WithIdMap(string path)
    {
        var result = new ItemTexts();
        foreach (var (original, renumbered) in IdMap.Read(DataFolder.Single(path, "item_map.txt", "item_list.txt", "*")))
        {
            if (Table.Contains(original))
                result.Add(renumbered, TitleOf(original), TextOf(original));
        }
        return result;
    }

    /// <summary>The same texts with a number added to every id, for files that count from 0 beside files that count from 1.</summary>
    /// <param name="offset">The number to add; +1 for LETTER's Yelp items beside S3-Rec's sequences.</param>
    /// <exception cref="InvalidOperationException">An id is not a whole number.</exception>
    public ItemTexts WithIdOffset(int offset)
    {
        var result = new ItemTexts();
        foreach (var (id, values) in Table.Rows)
        {
            if (!long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
                throw new InvalidOperationException($"The item id '{id}' is not a whole number; an offset applies to numbered items only.");
            result.Add((number + offset).ToString(CultureInfo.InvariantCulture), values[0], values[1]);
        }
        return result;
    }

    internal void Add(string id, string title, string text) => Table.Set(id, title, text);
}
