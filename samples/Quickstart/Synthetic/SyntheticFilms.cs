namespace Quickstart.Synthetic;

/// <summary>
/// Films from a seed, with planted taste, so that the right answer is known.
/// </summary>
/// <remarks>
/// affinity(u, i) = 3 * taste_u(themes of i) + 1.6 * [circle_u = circle_i] + appeal_i. A user's ratings are drawn without replacement with
/// probability proportional to exp(affinity) (Gumbel top-n), and the stars follow the affinity. Themes can be read from the text, circles
/// only from the graph: neither part alone can know all of it, and a film nobody has watched yet can be placed by its text only.
/// </remarks>
internal sealed class SyntheticFilms
{
    private const int Circles = 6;
    private const int NewFilmEvery = 16;
    private const long Epoch = 1_700_000_000;

    private readonly double[][] _taste;
    private readonly int[] _circle;

    public SyntheticFilms(int seed, int users = 1200, int films = 1000)
    {
        var random = new Random(seed);
        Films = [.. Enumerable.Range(1, films).Select(id => FilmWriter.Write(id, Circles, id % NewFilmEvery == 0, random))];
        _taste = [.. Enumerable.Range(0, users).Select(_ => DrawTaste(random))];
        _circle = [.. Enumerable.Range(0, users).Select(_ => random.Next(Circles))];

        var ratings = new List<SyntheticRating>();
        var future = new List<SyntheticRating>();
        for (int user = 0; user < users; user++)
            foreach (var rating in Watch(user, random))
                (Films[rating.Item - 1].IsNew ? future : ratings).Add(rating);
        Ratings = ratings;
        NewFilmRatings = future;
    }

    public IReadOnlyList<SyntheticFilm> Films { get; }

    /// <summary>Ratings of the films that are out already.</summary>
    public IReadOnlyList<SyntheticRating> Ratings { get; }

    /// <summary>Ratings that the new films will get: never shown to training, they judge the cold-start answer.</summary>
    public IReadOnlyList<SyntheticRating> NewFilmRatings { get; }

    /// <summary>One row a film, the new ones too: the items that recommendations come from.</summary>
    public IEnumerable<SyntheticRating> Items => Films.Select(film => Row(user: 0, film, stars: 0, when: Epoch));

    /// <summary>The name of the theme that a user likes best.</summary>
    public string FavoriteTheme(int user) =>
        Theme.All[Array.IndexOf(_taste[user - 1], _taste[user - 1].Max())].Name;

    public string ThemeOf(int item) => Theme.All[Films[item - 1].Theme].Name;

    private double Affinity(int user, SyntheticFilm film) =>
        3 * ((0.7 * _taste[user][film.Theme]) + (0.3 * _taste[user][film.SecondTheme]))
        + (film.Circle == _circle[user] ? 1.6 : 0) + film.Appeal;

    private IEnumerable<SyntheticRating> Watch(int user, Random random)
    {
        int count = 15 + (int)(45 * Math.Pow(random.NextDouble(), 2));
        var drawn = Films
            .Select(film => (film, affinity: Affinity(user, film)))
            .Select(x => (x.film, x.affinity, key: x.affinity + Gumbel(random)))
            .OrderByDescending(x => x.key)
            .Take(count)
            .ToList();
        double mean = drawn.Average(x => x.affinity);
        long when = Epoch + random.Next(30_000_000);
        foreach (var (film, affinity, _) in drawn.OrderBy(_ => random.Next()))
            yield return Row(user + 1, film, Stars(affinity - mean, random), when += random.Next(60, 500_000));
    }

    private static SyntheticRating Row(int user, SyntheticFilm film, float stars, long when) =>
        new() { User = user, Item = film.Id, Label = stars, Timestamp = when, ItemTitle = film.Title, ItemText = film.Text };

    private static float Stars(double liking, Random random) =>
        (float)Math.Clamp(Math.Round(3.9 + (0.8 * liking) + (0.6 * Gauss(random))), 1, 5);

    /// <summary>A user loves one to three themes and is lukewarm about the rest.</summary>
    private static double[] DrawTaste(Random random)
    {
        var taste = new double[Theme.All.Length];
        for (int t = 0; t < taste.Length; t++)
            taste[t] = 0.25 * random.NextDouble();
        for (int loved = 1 + random.Next(3); loved > 0; loved--)
            taste[random.Next(taste.Length)] = 0.7 + (0.3 * random.NextDouble());
        return taste;
    }

    private static double Gumbel(Random random) => -Math.Log(-Math.Log(1 - random.NextDouble()));

    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
