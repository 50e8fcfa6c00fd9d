#:project Kit/NotebookKit.csproj
#:project ../../src/Trainers/HybridRec.MLNet.Trainers.csproj
#:package Microsoft.ML.FastTree
#:package Microsoft.ML.LightGbm
#:package ScottPlot
#:property PublishAot=false

// %% [markdown]
// # 7. A second stage
//
// A recommender scores a user and an item. It does not see the hour of the visit, the price of today, or what sold this week. A second
// stage does: the recommender finds a hundred candidates, and a ranker of ML.NET (`FastTree`, `LightGbm`) orders them by the score *and*
// the context.
//
// The films are generated, and this notebook plants a habit: every genre has an hour of the day at which it is watched. No model of users
// and films can use it.

// %%
using System.Diagnostics;
using System.Globalization;
using HybridRec.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using Notebooks;
using ScottPlot;

const int Hours = 24, Candidates = 100;
var ml = new MLContext(seed: 1);
var films = FilmSet.Open(ml);
var random = new Random(1);
string[] genres = [.. films.Items.GetColumn<int>("Item").Select(films.Genre).Distinct().Order(StringComparer.Ordinal)];
long At(FilmRating row)
{
    if (!films.IsGenerated)
        return row.Timestamp; // real times stay as they are
    int favorite = Hours * Array.IndexOf(genres, films.Genre(row.Item)) / genres.Length;
    double offset = 3 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    return (row.Timestamp / 86_400 * 86_400) + ((long)(3600 * (favorite + offset + Hours)) % 86_400);
}

Visit[] visits = [.. ml.Data.CreateEnumerable<FilmRating>(films.Ratings, false).Select(row => (row, time: At(row))).Select(x => new Visit
{
    User = x.row.User,
    Item = x.row.Item,
    Label = x.row.Label,
    Timestamp = x.time,
    Hour = (int)(x.time / 3600 % Hours),
    Request = $"{x.row.User} at {x.time / 3600}",
})];
IDataView rows = ml.Data.LoadFromEnumerable(visits);
var plot = Charts.Empty("Genres have their hours", "hour of the day", "ratings");
foreach (var (genre, color) in genres.Take(4).Select((genre, i) => (genre, i)))
{
    var counts = visits.Where(x => films.Genre(x.Item) == genre).CountBy(x => x.Hour).ToDictionary(x => x.Key, x => x.Value);
    double[] hours = [.. Enumerable.Range(0, Hours)];
    var line = plot.Add.ScatterLine(
        hours, [.. hours.Select(hour => (double)counts.GetValueOrDefault((int)hour))], Charts.SeriesColor(color));
    (line.LineWidth, line.LegendText) = (3, genre);
}

plot.ShowLegend(Alignment.UpperRight);
Show.Figure(plot, "hours", "Four of the genres. The hour stands in no column that a recommender reads.");

// %% [markdown]
// ## Three spans of time
// The second stage learns how the first one errs on rows that the first one has not seen, so time is cut twice:
//
// 1. **before**: the first stage is fitted here;
// 2. **window**: its candidates, labeled by what was taken here, train the second stage;
// 3. **test**: both are judged here, after the first stage was fitted again on everything before.

// %%
InteractionSplit split = ml.Hybrid.Data.TemporalSplit(rows, testFraction: 0.15);
InteractionSplit window = ml.Hybrid.Data.TemporalSplit(split.TrainSet, testFraction: 0.2);
IEstimator<ITransformer> FirstStage() => ml.Transforms.Conversion.MapValueToKey("User")
    .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
    .Append(ml.Hybrid.GraphFilter(new GraphFilterOptions { Filter = ClosedForm.Ease(), PositiveThreshold = 4 }));
Recommender Fit(IDataView before) => ml.Hybrid.CreateRecommender(FirstStage().Fit(before), before);

IDataView candidates;
using (Recommender earlier = Fit(window.TrainSet))
    candidates = earlier.CandidateRows(window.TestSet, Candidates, ["Request", "Hour"], relevanceThreshold: 4);
Show.Table(["User", "Request", "Hour", "Item", "Score", "Rank", "Label"], ml.Data.CreateEnumerable<Candidate>(candidates, false).Take(5)
    .Select(x => new object?[] { x.User, x.Request, x.Hour, x.Item, x.Score, x.Rank, x.Label }));

// %% [markdown]
// `CandidateRows` makes one group of rows for each request: a user, and the context columns that come along. Rows of one user with the same
// context are one request. The label says whether the film was liked in this very request.
//
// ## Features
// Whatever is known when the request comes, and nothing that is known later: here counts of the rows before the cut. Prices, stock or the
// weather are looked up in the same way.

// %%
var names = new[] { "score", "rank", "genre at this hour", "rows of the film", "rows in 30 days", "rows of the user" };
DescribedCandidate[] before = Describe(candidates, window.TrainSet);
int requests = before.Select(x => x.GroupId).Distinct().Count();
Console.WriteLine($"{before.Length} rows, {requests} requests, {before.Count(x => x.Label > 0)} liked candidates");

DescribedCandidate[] Describe(IDataView candidates, IDataView history)
{
    Visit[] seen = [.. ml.Data.CreateEnumerable<Visit>(history, reuseRowObject: false)];
    long cut = seen.Max(x => x.Timestamp);
    Dictionary<string, int> Count<T>(IEnumerable<T> ids) => ids.CountBy(id => Convert.ToString(id, CultureInfo.InvariantCulture)!)
        .ToDictionary(x => x.Key, x => x.Value);
    var ofItem = Count(seen.Select(x => x.Item));
    var ofUser = Count(seen.Select(x => x.User));
    var lately = Count(seen.Where(x => x.Timestamp > cut - (30 * 86_400)).Select(x => x.Item));
    var atHour = Count(seen.Select(x => $"{films.Genre(x.Item)} {x.Hour}"));
    var ofGenre = Count(seen.Select(x => films.Genre(x.Item)));
    var genreOf = ofItem.Keys.ToDictionary(id => id, id => films.Genre(int.Parse(id, CultureInfo.InvariantCulture)));
    return [.. ml.Data.CreateEnumerable<Candidate>(candidates, reuseRowObject: true).Select(x => new DescribedCandidate
    {
        User = x.User,
        Request = x.Request,
        Item = x.Item,
        GroupId = x.GroupId,
        Label = x.Label,
        Features =
        [
            x.Score,
            x.Rank,
            (float)atHour.GetValueOrDefault($"{genreOf[x.Item]} {x.Hour}") / ofGenre[genreOf[x.Item]],
            ofItem[x.Item],
            lately.GetValueOrDefault(x.Item),
            ofUser[x.User],
        ],
    })];
}

// %% [markdown]
// ## Two trainers
// Both are ordinary ML.NET. Few leaves: the score of the first stage says most, and the trees correct it.

// %%
var trainers = new (string Name, IEstimator<ITransformer> Trainer)[]
{
    ("FastTree", ml.Ranking.Trainers.FastTree(new FastTreeRankingTrainer.Options
    {
        RowGroupColumnName = "GroupId", NumberOfTrees = 60, NumberOfLeaves = 8, LearningRate = 0.1, MinimumExampleCountPerLeaf = 50,
        NumberOfThreads = 1,
    })),
    ("LightGbm", ml.Ranking.Trainers.LightGbm(new LightGbmRankingTrainer.Options
    {
        RowGroupColumnName = "GroupId", NumberOfIterations = 60, NumberOfLeaves = 8, LearningRate = 0.1, MinimumExampleCountPerLeaf = 50,
        NumberOfThreads = 1, Seed = 1,
    })),
};
IDataView training = ml.Data.LoadFromEnumerable(before);
(string Name, ITransformer Model)[] stages = [.. trainers.Select(x => (x.Name, (ITransformer)x.Trainer.Fit(training)))];

// %% [markdown]
// ## Does it help?
// The first stage is fitted again on all rows before the test, and its candidates are described by the same rows. `EvaluateTopK` judges the
// lists as it judges a model: a liked film that is no candidate counts as missed. With `Request` as the user column every request is
// judged on its own.

// %%
Recommender recommender = Fit(split.TrainSet);
IDataView testCandidates = recommender.CandidateRows(split.TestSet, Candidates, ["Request", "Hour"], relevanceThreshold: 4);
DescribedCandidate[] after = Describe(testCandidates, split.TrainSet);
TopKReport Judge(IDataView lists) => ml.Hybrid.EvaluateTopK(
    lists, split, new TopKOptions { UserColumnName = "Request", RelevanceThreshold = 4, Seed = 1, Baselines = false });
TopKReport first = Judge(testCandidates);
var reports = stages.Select(x => (x.Name, Report: Judge(x.Model.Transform(ml.Data.LoadFromEnumerable(after))))).ToArray();
Show.Table(["ranking", "NDCG@10", "NDCG@20", "difference @10", "from", "to"],
[
    ["first stage alone", first[TopKMetric.Ndcg, 10].Value, first[TopKMetric.Ndcg, 20].Value, null, null, null],
    .. reports.Select(x => (x.Name, x.Report, Gain: x.Report.CompareTo(first, TopKMetric.Ndcg, 10))).Select(x => new object?[]
    {
        x.Name, x.Report[TopKMetric.Ndcg, 10].Value, x.Report[TopKMetric.Ndcg, 20].Value, x.Gain.Difference, x.Gain.Lower, x.Gain.Upper,
    }),
]);
double Half(TopKReport report) => (report[TopKMetric.Ndcg, 10].Upper - report[TopKMetric.Ndcg, 10].Lower) / 2;
Show.Figure(Charts.Bars("The hour is worth a second stage here", "NDCG@10",
[
    ("first stage alone", first[TopKMetric.Ndcg, 10].Value, Half(first), 4),
    .. reports.Select(x => (x.Name, x.Report[TopKMetric.Ndcg, 10].Value, Half(x.Report), 0)),
]), "gain", $"{first.Counts.Users} requests of the test, intervals of 95 %.");

// %% [markdown]
// The gain is planted; on real data it must be measured. On MovieLens 1M it is small ([docs/second-stage.md](../../docs/second-stage.md)).
//
// ## What do the trees look at?

// %%
VBuffer<float> weights = default;
((TreeEnsembleModelParameters)((ISingleFeaturePredictionTransformer<object>)stages[0].Model).Model).GetFeatureWeights(ref weights);
float[] gains = [.. weights.DenseValues()];
Show.Table(
    ["feature", "gain of its splits"], names.Zip(gains).OrderByDescending(x => x.Second).Select(x => new object?[] { x.First, x.Second }));

// %% [markdown]
// ## In a service
// A request is a row with a user and a context. Its candidates, their features, and one `Transform` over all of them make the list: for the
// same user another one in the morning than at night.

// %%
int someone = visits.Where(x => recommender.Knows($"{x.User}")).CountBy(x => x.User).MaxBy(x => x.Value).Key;
(string Item, float Score)[] Answer(int user, int hour)
{
    IDataView request = ml.Data.LoadFromEnumerable([new Visit { User = user, Hour = hour, Request = "now" }]);
    DescribedCandidate[] described = Describe(recommender.CandidateRows(request, Candidates, ["Request", "Hour"]), split.TrainSet);
    IDataView ranked = stages[0].Model.Transform(ml.Data.LoadFromEnumerable(described));
    return [.. described.Zip(ranked.GetColumn<float>("Score")).Select(x => (x.First.Item, x.Second)).OrderByDescending(x => x.Second)];
}

foreach (int hour in (int[])[1, 12])
{
    Console.WriteLine($"At {hour} o'clock:");
    Show.Table(["film", "genre", "score"], Answer(someone, hour).Take(5).Select(x => new object?[]
    {
        films.Title(int.Parse(x.Item, CultureInfo.InvariantCulture)), films.Genre(int.Parse(x.Item, CultureInfo.InvariantCulture)), x.Score,
    }));
}

IDataView oneRequest = ml.Data.LoadFromEnumerable(after.Take(Candidates).ToArray());
double[] times = new double[200];
for (int i = -20; i < times.Length; i++)
{
    long start = Stopwatch.GetTimestamp();
    float best = stages[0].Model.Transform(oneRequest).GetColumn<float>("Score").Max();
    if (i >= 0)
        times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

Array.Sort(times);
Console.WriteLine($"{Candidates} candidates ranked by FastTree in {times[100]:0.00} ms at the median, {times[198]:0.00} ms at p99.");
recommender.Dispose();
