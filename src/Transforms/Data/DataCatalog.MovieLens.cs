using HybridRec.MLNet.Data;
using Microsoft.ML;

namespace HybridRec.MLNet;

public sealed partial class DataCatalog
{
    /// <inheritdoc cref="LoadMovieLens(string, MovieLensOptions)"/>
    /// <param name="path">The folder, zip archive or file of ratings.</param>
    /// <param name="skipMalformed">Leave out and log rows that cannot be read, instead of throwing.</param>
    public IDataView LoadMovieLens(string path, bool skipMalformed = false) =>
        LoadMovieLens(path, new MovieLensOptions { SkipMalformed = skipMalformed });

    /// <summary>
    /// Loads MovieLens ratings: 100k (<c>u.data</c>, <c>u.item</c>, <c>u.user</c>), the <c>::</c> form of 1M and 10M (<c>ratings.dat</c>,
    /// or a single <c>ratings*.dat</c>, with <c>movies.dat</c> and, where there is one, <c>movies_extrainfos.dat</c>) or the csv form of
    /// latest, latest-small, 20M, 25M and 32M (<c>ratings.csv</c>, <c>movies.csv</c>, <c>tags.csv</c>).
    /// </summary>
    /// <param name="path">A folder, a zip archive, or a file of ratings (the movies are then looked for beside it).</param>
    /// <param name="options">What to read.</param>
    /// <returns>
    /// <c>User</c>, <c>Item</c> (Int32), <c>Label</c> (Single: stars), <c>Timestamp</c> (Int64: seconds since 1970), <c>ItemTitle</c>,
    /// <c>ItemText</c> (text: title, genres, extra info); with <see cref="MovieLensOptions.ItemColumns"/> also <c>ItemGenres</c> and
    /// <c>ItemDirectors</c> (text), with <see cref="MovieLensOptions.UserColumns"/> also <c>UserGender</c>, <c>UserAge</c>,
    /// <c>UserOccupation</c>, <c>UserText</c> (text).
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is not allowed.</exception>
    /// <exception cref="FileNotFoundException">There is no such path, or no ratings in it.</exception>
    /// <exception cref="DataFormatException">A file is empty, damaged or has a malformed row (also while the view is read).</exception>
    public IDataView LoadMovieLens(string path, MovieLensOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var folder = DataFolder.Open(path);
        var file = folder.Main ?? folder.Require("ratings.dat", "ratings.csv", "u.data", "ratings*.dat", "ratings*.csv");
        IDataView view = StreamingView.Create(
            Context, Ratings(options.PositiveThreshold), () => MovieLensReaders.Open(file, options.SkipMalformed));

        ItemTexts texts;
        if (MovieLensItems.Exist(folder))
        {
            texts = MovieLensItems.Read(folder, options);
            WarnSkipped(texts, path);
        }
        else
        {
            texts = new();
            Warn($"There is no movies.dat, movies.csv or u.item beside {file.DisplayName}: ItemTitle and ItemText are empty");
        }
        view = texts.Table.Join(view, ColumnNames.Item);
        if (options.ItemColumns)
            view = MovieLensItems.ReadColumns(folder, options).Join(view, ColumnNames.Item);
        return options.UserColumns ? MovieLensUsers.Read(folder, options).Join(view, ColumnNames.User) : view;
    }

    /// <summary>
    /// Loads the items of a MovieLens set, rated or not: what a recommender may recommend although nobody in the ratings knows it.
    /// </summary>
    /// <param name="path">A folder or zip archive with <c>movies.dat</c>, <c>movies.csv</c> or <c>u.item</c>, or that file.</param>
    /// <param name="options">What to put into the text; null for the defaults.</param>
    /// <returns>
    /// One row a movie: <c>Item</c> (Int32), <c>ItemTitle</c>, <c>ItemText</c> (text); with <see cref="MovieLensOptions.ItemColumns"/> also
    /// <c>ItemGenres</c> and <c>ItemDirectors</c> (text).
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such path, or no movies in it.</exception>
    /// <exception cref="DataFormatException">A row cannot be read.</exception>
    public IDataView LoadMovieLensItems(string path, MovieLensOptions? options = null)
    {
        var texts = ItemTexts.FromMovieLens(path, options);
        WarnSkipped(texts, path);
        IDataView items = Items(texts, numbered: true);
        return options is { ItemColumns: true }
            ? MovieLensItems.ReadColumns(DataFolder.Open(path), options).Join(items, ColumnNames.Item)
            : items;
    }
}
