using HybridRec.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Quickstart.Synthetic;

namespace Notebooks;

/// <summary>
/// The films and ratings the notebooks work on: generated films, or MovieLens where <c>HYBRIDREC_NOTEBOOK_DATA</c> names its folder.
/// </summary>
/// <remarks>
/// The generated one is the quickstart's, somewhat smaller. Its taste is planted: a plot tells a film's genre, and only who watches
/// what tells its audience circle.
/// </remarks>
public sealed class FilmSet
{
    /// <summary>The variable that names a MovieLens folder to use instead.</summary>
    public const string Variable = "HYBRIDREC_NOTEBOOK_DATA";

    private const int Seed = 1, Users = 800, Films = 600;

    private readonly Dictionary<int, string> _genres;
    private readonly Dictionary<int, string> _titles;
    private readonly IReadOnlyList<SyntheticFilm> _films;

    private FilmSet(string name, IDataView ratings, IDataView items, IDataView? newFilmRatings, IReadOnlyList<SyntheticFilm> films)
    {
        (Name, Ratings, Items, NewFilmRatings, _films) = (name, ratings, items, newFilmRatings, films);
        int[] ids = [.. items.GetColumn<int>("Item")];
        _titles = ids.Zip(items.GetColumn<string>("ItemTitle")).ToDictionary(x => x.First, x => x.Second);
        _genres = ids.Zip(items.GetColumn<string>("ItemGenres")).ToDictionary(x => x.First, x => x.Second.Split('|')[0]);
    }

    public string Name { get; }

    /// <summary>One row a rating: User, Item, Label, Timestamp, ItemTitle, ItemText, ItemGenres.</summary>
    public IDataView Ratings { get; }

    /// <summary>One row a film, in the columns of <see cref="Ratings"/>; also the films nobody has rated.</summary>
    public IDataView Items { get; }

    /// <summary>Ratings that films nobody has rated yet will get; null for real data, where nobody knows.</summary>
    public IDataView? NewFilmRatings { get; }

    /// <summary>Whether the taste was planted, so that the right answer is known.</summary>
    public bool IsGenerated => _films.Count > 0;

    /// <summary>Opens the films.</summary>
    /// <exception cref="FileNotFoundException">The folder that the variable names is missing, or no MovieLens folder.</exception>
    public static FilmSet Open(MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? MovieLens(ml, folder) : Generate(ml);
    }

    public string Title(int film) => _titles[film];

    /// <summary>The film's main genre.</summary>
    public string Genre(int film) => _genres.GetValueOrDefault(film, "");

    /// <summary>The circle of viewers a film goes round in. It stands in no column: no model is told. Null for real data.</summary>
    public string? Circle(int film) => IsGenerated ? $"circle {(char)('A' + _films[film - 1].Circle)}" : null;

    private static FilmSet MovieLens(MLContext ml, string folder)
    {
        var options = new MovieLensOptions { ItemColumns = true };
        return new FilmSet(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), ml.Hybrid.Data.LoadMovieLens(folder, options),
            ml.Hybrid.Data.LoadMovieLensItems(folder, options), newFilmRatings: null, films: []);
    }

    private static FilmSet Generate(MLContext ml)
    {
        var generated = new SyntheticFilms(Seed, Users, Films);
        string[] titles = Distinct(generated.Films);
        IDataView View(IEnumerable<SyntheticRating> rows) =>
            ml.Data.LoadFromEnumerable(rows.Select(row => Row(row, generated.Films[row.Item - 1], titles[row.Item - 1])).ToArray());
        return new FilmSet(
            "generated films", View(generated.Ratings), View(generated.Items), View(generated.NewFilmRatings), generated.Films);
    }

    /// <summary>The titles; of films of one title the second and further ones get a number, as sequels do.</summary>
    private static string[] Distinct(IEnumerable<SyntheticFilm> films)
    {
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. films.Select(film =>
            (used[film.Title] = used.GetValueOrDefault(film.Title) + 1) is > 1 and int number ? $"{film.Title} {number}" : film.Title)];
    }

    private static FilmRating Row(SyntheticRating rating, SyntheticFilm film, string title) => new()
    {
        User = rating.User,
        Item = rating.Item,
        Label = rating.Label,
        Timestamp = rating.Timestamp,
        ItemTitle = title,
        ItemText = rating.ItemText,
        ItemGenres = string.Join('|', new[] { film.Theme, film.SecondTheme }.Distinct().Select(theme => Theme.All[theme].Name)),
    };
}
