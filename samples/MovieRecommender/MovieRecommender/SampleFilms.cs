using System.Globalization;
using System.Text;
using Quickstart.Synthetic;

namespace Movies;

/// <summary>
/// The quickstart's generated films in the files of MovieLens 1M, so that the sample runs without a download and on the real thing alike.
/// </summary>
public static class SampleFilms
{
    private const int Seed = 1, FirstYear = 1960, Years = 60;

    /// <summary>Writes ratings.dat, movies.dat and movies_extrainfos.dat into a folder that has no ratings yet.</summary>
    /// <param name="folder">The folder; made if it is not there.</param>
    public static void EnsureIn(string folder)
    {
        Directory.CreateDirectory(folder);
        if (Directory.EnumerateFiles(folder, "ratings*").Any())
            return;
        var generated = new SyntheticFilms(Seed);
        Write(folder, "movies.dat", generated.Films.Select(film => $"{film.Id}::{film.Title} ({Year(film)})::{Genres(film)}"));
        Write(
            folder, "movies_extrainfos.dat",
            generated.Films.Select(film => $"{film.Id}::{film.Title}::{Year(film)}::::::{Genres(film)}::::::::{film.Text}::"));

        // Last: who finds ratings finds everything.
        Write(
            folder, "ratings.dat",
            generated.Ratings.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.User}::{r.Item}::{r.Label}::{r.Timestamp}")));
    }

    private static string Genres(SyntheticFilm film) =>
        string.Join('|', new[] { film.Theme, film.SecondTheme }.Distinct().Select(theme => Theme.All[theme].Name)
            .Select(name => char.ToUpperInvariant(name[0]) + name[1..]));

    private static int Year(SyntheticFilm film) => FirstYear + (film.Id * 37 % Years);

    private static void Write(string folder, string name, IEnumerable<string> lines)
    {
        string whole = Path.Combine(folder, name), half = whole + ".tmp";
        File.WriteAllLines(half, lines, Encoding.Latin1);
        File.Move(half, whole, overwrite: true);
    }
}
