using System.Net;
using System.Text.Json;

namespace HybridRec.MLNet.Samples.Tests;

/// <summary>What the API answers.</summary>
public sealed class MovieApiTests(ServedMovies movies)
{
    private MovieServer Server => movies.Shared;

    [Fact]
    public async Task Model_InService_TellsVersionAndSize()
    {
        JsonElement model = await Server.Get("/api/model");
        Assert.Equal(12, model.GetProperty("version").GetString()!.Length);
        Assert.Equal(1000, model.GetProperty("films").GetInt32());
        Assert.Equal(10, model.GetProperty("genres").GetArrayLength());
    }

    [Fact]
    public async Task Films_WordsOfATitle_AreFoundInAnyOrder()
    {
        JsonElement all = await Server.Get("/api/films?count=1");
        string title = all[0].GetProperty("title").GetString()!;
        string[] words = title.Split(' ');
        JsonElement found = await Server.Get(
            $"/api/films?title={Uri.EscapeDataString($"{words[^1]} {words[1].ToUpperInvariant()}")}&count=100");
        Assert.Contains(found.EnumerateArray(), film => film.GetProperty("title").GetString() == title);
        Assert.All(
            found.EnumerateArray(), film => Assert.Contains(words[1], film.GetProperty("title").GetString(), StringComparison.Ordinal));
        Assert.Equal(0, (await Server.Get("/api/films?title=no-such-film")).GetArrayLength());
    }

    [Fact]
    public async Task Recommendations_OfAUser_AreTenUnseenFilmsBestFirst()
    {
        JsonElement answer = await Server.Get("/api/recommendations/7?reasons=2");
        Assert.Equal("User", answer.GetProperty("source").GetString());
        JsonElement[] films = [.. answer.GetProperty("items").EnumerateArray()];
        Assert.Equal(10, films.Length);
        float[] scores = [.. films.Select(film => film.GetProperty("score").GetSingle())];
        Assert.Equal(scores.OrderDescending(), scores);
        string[] seen = [.. File.ReadLines(Path.Combine(movies.Data, "ratings.dat"))
            .Where(line => line.StartsWith("7::", StringComparison.Ordinal)).Select(line => line.Split("::")[1])];
        Assert.DoesNotContain(films, film => seen.Contains(film.GetProperty("item").GetString()));
        Assert.All(
            films.SelectMany(film => film.GetProperty("reasons").EnumerateArray()),
            reason => Assert.Contains(reason.GetProperty("item").GetString(), seen));
    }

    [Fact]
    public async Task Recommendations_UnknownUser_ArePopularAndSaySo() =>
        Assert.Equal("Popularity", (await Server.Get("/api/recommendations/nobody")).GetProperty("source").GetString());

    [Fact]
    public async Task Recommendations_History_GivesReasonsFromItAndKeepsToTheFilters()
    {
        JsonElement free = await Server.Post("/api/recommendations", new { history = new[] { "1", "2", "3" }, reasons = 2 });
        JsonElement[] films = [.. free.GetProperty("items").EnumerateArray()];
        Assert.Equal(10, films.Length);
        Assert.DoesNotContain(films, film => film.GetProperty("item").GetString() is "1" or "2" or "3");
        Assert.All(
            films.SelectMany(film => film.GetProperty("reasons").EnumerateArray()),
            reason => Assert.Contains(reason.GetProperty("item").GetString(), new[] { "1", "2", "3" }));

        string denied = films[0].GetProperty("item").GetString()!, genre = films[1].GetProperty("categories")[0].GetString()!;
        JsonElement filtered = await Server.Post(
            "/api/recommendations", new { history = new[] { "1", "2", "3" }, deny = new[] { denied }, genres = new[] { genre } });
        Assert.All(filtered.GetProperty("items").EnumerateArray(), film =>
        {
            Assert.NotEqual(denied, film.GetProperty("item").GetString());
            Assert.Contains(genre, film.GetProperty("categories").EnumerateArray().Select(c => c.GetString()));
        });
    }

    [Fact]
    public async Task Similar_AFilm_HasOthersMostlyOfItsGenres()
    {
        string[] genres = Categories(await Server.Get("/api/films/5"));
        JsonElement[] films = [.. (await Server.Get("/api/films/5/similar?count=20")).GetProperty("items").EnumerateArray()];
        Assert.DoesNotContain(films, film => film.GetProperty("item").GetString() == "5");
        Assert.InRange(films.Count(film => Categories(film).Intersect(genres).Any()), 12, 20);
    }

    [Fact]
    public async Task Search_WordsOfPlots_FindsFilmsOfTheTheme()
    {
        JsonElement[] films = [.. (await Server.Get("/api/search?text=a%20vengeful%20ghost%20in%20an%20abandoned%20asylum"))
            .GetProperty("items").EnumerateArray()];
        Assert.All(films.Take(5), film => Assert.Contains("Horror", Categories(film)));
    }

    [Fact]
    public async Task Predict_ManyAtOnce_AreTheScoresOfOneAtATime()
    {
        Task<JsonElement> Score(int user, int film) => Server.Post("/api/predict", new { user, film });
        (int User, int Film)[] pairs = [.. Enumerable.Range(1, 40).Select(i => (i, (i * 13 % 1000) + 1))];
        var alone = new List<float>();
        foreach ((int user, int film) in pairs)
            alone.Add((await Score(user, film)).GetProperty("score").GetSingle());
        JsonElement[] together = await Task.WhenAll(pairs.Select(pair => Score(pair.User, pair.Film)));
        Assert.Equal(alone, together.Select(answer => answer.GetProperty("score").GetSingle()));
    }

    [Fact]
    public async Task OpenApi_Document_HasEveryEndpoint()
    {
        JsonElement paths = (await Server.Get("/openapi/v1.json")).GetProperty("paths");
        string[] expected =
        [
            "/api/model", "/api/films", "/api/films/{id}", "/api/films/{id}/similar", "/api/recommendations/{user}", "/api/recommendations",
            "/api/search", "/api/predict"
        ];
        Assert.Equal(expected.Order(), paths.EnumerateObject().Select(path => path.Name).Order());
    }

    [Fact]
    public async Task Page_AndItsParts_AreServedWithASecurityPolicy()
    {
        foreach (string path in (string[])["/", "/site.css", "/site.js", "/icon.svg"])
        {
            HttpResponseMessage answer = await Server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requests_FasterThanAllowed_GetA429AndWhenToComeBack()
    {
        await using MovieServer slow = await movies.Start(movies.Hybrid, ("RequestsPerSecond", "2"));
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => slow.Client.GetAsync("/api/model")));
        HttpResponseMessage[] refused = [.. answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)];
        Assert.InRange(refused.Length, 10, 39);
        Assert.All(refused, answer => Assert.True(answer.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1)));
        Assert.True((await slow.Client.GetAsync("/health/live")).IsSuccessStatusCode);
    }

    private static string[] Categories(JsonElement film) =>
        [.. film.GetProperty("categories").EnumerateArray().Select(c => c.GetString()!)];
}
