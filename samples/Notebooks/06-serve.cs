#:project Kit/NotebookKit.csproj
#:project ../../src/Trainers/HybridRec.MLNet.Trainers.csproj
#:package ScottPlot
#:property PublishAot=false

// %% [markdown]
// # 6. Serving
//
// A model scores pairs; a service answers people. `CreateRecommender` computes the vectors of all users and films once, and then answers
// from them: for a user, for someone who is no user, for a sentence, for a film. It is safe to use from many threads, and another model can
// be put into service meanwhile.

// %%
using System.Diagnostics;
using HybridRec.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Notebooks;
using ScottPlot;

var ml = new MLContext(seed: 1);
var films = FilmSet.Open(ml);
IEstimator<ITransformer> Pipeline(int seed) => ml.Transforms.Conversion.MapValueToKey("User")
    .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
    .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
    .Append(ml.Hybrid.GnnEmbedding(new GnnEmbeddingOptions
    {
        Dimension = 32,
        Loss = GraphLoss.SampledSoftmax(negatives: 256),
        PositiveThreshold = 4,
        NodeFeatures = ["ItemMeaning"],
        Training = new() { Seed = seed },
    }))
    .Append(ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = 4, Seed = 1 }))
    .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph", "UserMeaning"], item: ["ItemGraph", "ItemMeaning"]))
    .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.Linear(), PositiveThreshold = 4, Training = new() { Seed = seed } }));
ITransformer model = Pipeline(seed: 1).Fit(films.Ratings);
Recommender recommender = ml.Hybrid.CreateRecommender(
    model, films.Ratings, new RecommenderOptions { Items = films.Items, Version = "monday" });
Console.WriteLine(
    $"{recommender.UserCount} users, {recommender.ItemCount} films, {recommender.Categories.Count} genres, version {recommender.Version}.");

void Print(RecommendationResult answer) => Show.Table(["film", "genre", "score", "because of"],
    answer.Items.Select(x =>
        new object?[] { x.Title, films.Genre(int.Parse(x.Item)), x.Score, string.Join("; ", x.Reasons.Select(reason => reason.Title)) }));

// %% [markdown]
// ## For a user, with reasons
// What the user has rated is left out. Reasons are the films of the user's own that are most like the recommended one.

// %%
int user = films.Ratings.GetColumn<int>("User").CountBy(id => id).MinBy(x => Math.Abs(x.Value - 30)).Key;
Print(recommender.Recommend(new RecommendationRequest { User = $"{user}", Count = 5, Reasons = 2 }));

// %% [markdown]
// ## With a filter
// `Categories` reads the column `ItemGenres`; `Allow` and `Deny` name films. The list is still the exact best of what the filter leaves.

// %%
string genre = recommender.Categories[0];
Print(recommender.Recommend(new RecommendationRequest { User = $"{user}", Count = 3, Categories = [genre], Reasons = 1 }));

// %% [markdown]
// ## For someone who is no user
// Three films are enough: a user vector is made from their vectors, by a regression fitted on the users of the data.

// %%
string[] history = [.. recommender.Items().Where(x => films.Genre(int.Parse(x.Item)) == genre).Take(3).Select(x => x.Item)];
Console.WriteLine($"Has seen: {string.Join("; ", history.Select(id => films.Title(int.Parse(id))))}");
Print(recommender.Recommend(new RecommendationRequest { History = history, Count = 5, Reasons = 1 }));

// %% [markdown]
// ## For a sentence, and for a film
// A text is compared with the plots by the encoder inside the model; a film by the vectors that the whole model has of it.

// %%
Print(recommender.Recommend(new RecommendationRequest { Text = "a weary gunslinger guards the last stagecoach", Count = 3 }));
Print(recommender.Recommend(new RecommendationRequest { LikeItem = history[0], Count = 3 }));

// %% [markdown]
// ## What nobody knows
// An unknown user gets the popular films, and `Source` says that this happened. Who wants an error instead sets `Fallback = false`.

// %%
RecommendationResult stranger = recommender.Recommend(new RecommendationRequest { User = "nobody", Count = 3 });
Console.WriteLine($"Asked for an unknown user, answered from: {stranger.Source}");
try
{
    recommender.Recommend(new RecommendationRequest { User = "nobody", Fallback = false });
}
catch (UnknownIdException e)
{
    Console.WriteLine(e.Message);
}

// %% [markdown]
// ## Another model, under load
// Two threads ask without pause while `Swap` puts another model into service. Every answer comes whole from
// one version, and says from which.

// %%
ITransformer retrained = Pipeline(seed: 2).Fit(films.Ratings);
var stop = new CancellationTokenSource();
var askers = Enumerable.Range(0, 2).Select(thread => Task.Run(() =>
{
    var answers = new Dictionary<string, int>();
    for (int i = thread; !stop.IsCancellationRequested; i++)
    {
        string version = recommender.Recommend(new RecommendationRequest { User = $"{1 + (i % 500)}", Count = 10 }).Version;
        answers[version] = answers.GetValueOrDefault(version) + 1;
    }

    return answers;
})).ToArray();
await Task.Delay(200);
recommender.Swap(retrained, films.Ratings, new RecommenderOptions { Items = films.Items, Version = "tuesday" });
await Task.Delay(200);
stop.Cancel();
var counted = (await Task.WhenAll(askers)).SelectMany(x => x).GroupBy(x => x.Key, x => x.Value);
stop.Dispose();
Show.Table(["version", "answers"], counted.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => new object?[] { x.Key, x.Sum() }));

// %% [markdown]
// ## How long does an answer take?
// One request at a time on one thread, after a warm-up. The middle is what the code costs; the tail belongs to the machine as well, so
// these numbers are printed and not promised.

// %%
var requests = new (string Name, Func<int, RecommendationRequest> Of)[]
{
    ("user", i => new() { User = $"{1 + (i % 500)}" }),
    ("user, with reasons", i => new() { User = $"{1 + (i % 500)}", Reasons = 2 }),
    ("history of 3", i => new() { History = [$"{1 + (i % 300)}", $"{2 + (i % 300)}", $"{5 + (i % 300)}"] }),
    ("film", i => new() { LikeItem = $"{1 + (i % 300)}" }),
    ("text", i => new() { Text = $"a heist in a casino, take {i}" }),
};
var plot = Charts.Empty("Most answers take well under a millisecond", "time of an answer (ms, logarithmic)", "answers that are ready (%)");
var percentiles = new List<object?[]>();
foreach (var ((name, of), color) in requests.Select((x, i) => (x, i)))
{
    double[] times = new double[2000];
    for (int i = -500; i < times.Length; i++)
    {
        RecommendationRequest request = of(i + 500);
        long start = Stopwatch.GetTimestamp();
        recommender.Recommend(request);
        if (i >= 0)
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    Array.Sort(times);
    percentiles.Add([name, times[1000], times[1900], times[1980]]);
    var line = plot.Add.ScatterLine(
        times.Select(Math.Log10).ToArray(), times.Select((_, i) => 100.0 * (i + 1) / times.Length).ToArray(), Charts.SeriesColor(color));
    (line.LineWidth, line.LegendText) = (3, name);
}

Show.Table(["request", "p50, ms", "p95, ms", "p99, ms"], percentiles);
plot.Axes.Bottom.SetTicks([-3, -2, -1, 0, 1], ["0.001", "0.01", "0.1", "1", "10"]);
plot.Axes.SetLimits(-3, 1, 0, 101);
plot.ShowLegend(Alignment.LowerRight);
Show.Figure(plot, "latency", "Ten films an answer; 2,000 requests of each kind.");
recommender.Dispose();
