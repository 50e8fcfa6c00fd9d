#:project Kit/NotebookKit.csproj
#:project ../../src/Trainers/HybridRec.MLNet.Trainers.csproj
#:package Microsoft.Data.Analysis
#:package ScottPlot
#:property PublishAot=false

// %% [markdown]
// # 1. Load and explore
//
// Before a model there are rows: who gave which film how many stars. This notebook looks at them as a `DataFrame` and in three plots, and
// ends with the split and the two numbers that every later notebook has to beat.
//
// The films are generated, so that nothing is downloaded and the right answer is known. With `HYBRIDREC_NOTEBOOK_DATA` naming a MovieLens
// folder, the same cells read that.

// %%
using HybridRec.MLNet;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Notebooks;
using ScottPlot;

var ml = new MLContext(seed: 1);
var films = FilmSet.Open(ml);
DataFrame ratings = ml.Hybrid.Data.ToDataFrame(films.Ratings);
Show.Table(ratings, rows: 5);

// %% [markdown]
// ## How much is there?
// Most cells of the matrix of users and films are empty. How empty decides what can be learned: at a density of a few percent, two
// users share a handful of films.

// %%
int[] userIds = [.. ratings["User"].Cast<int>()], filmIds = [.. ratings["Item"].Cast<int>()];
float[] stars = [.. ratings["Label"].Cast<float>()];
int users = userIds.Distinct().Count(), rated = filmIds.Distinct().Count();
int unrated = ml.Hybrid.Data.ToDataFrame(films.Items)["Item"].Cast<int>().Except(filmIds).Count();
Show.Table(["quantity", "value"],
[
    ["ratings", ratings.Rows.Count],
    ["users", users],
    ["films with ratings", rated],
    ["films nobody has rated yet", unrated],
    ["density, % of all pairs", 100.0 * ratings.Rows.Count / ((double)users * rated)],
    ["mean stars", stars.Average()],
]);

// %% [markdown]
// ## Stars
// People rate what they chose to watch, so high marks are the rule. From here on 4 stars and more count as *liked*; what is
// recommended is judged by that.

// %%
var starCounts = stars.GroupBy(s => (int)s).OrderBy(g => g.Key).Select(g => (Stars: g.Key, Count: g.Count())).ToArray();
var plot = Charts.Bars(
    "High marks are the rule", "ratings", [.. starCounts.Select(x => ($"{x.Stars}", (double)x.Count, 0.0, x.Stars >= 4 ? 0 : 4))],
    x: "stars");
plot.Legend.ManualItems.Add(new LegendItem { LabelText = "liked", FillColor = Charts.SeriesColor(0) });
plot.Legend.ManualItems.Add(new LegendItem { LabelText = "not liked", FillColor = Charts.SeriesColor(4) });
plot.ShowLegend(Alignment.UpperLeft);
Show.Figure(plot, "stars", $"{100.0 * stars.Count(s => s >= 4) / stars.Length:F0} % of the ratings are 4 or 5 stars.");

// %% [markdown]
// ## The long tail
// Sort films by how often they were rated: a few take most of the ratings. A model that only knows what is popular does well on average and
// tells nobody anything new; the films at the flat end are the reason to build anything better.

// %%
double[] popularity = [.. filmIds.CountBy(id => id).Select(x => (double)x.Value).OrderDescending()];
double together = 0;
double[] share = [.. popularity.Select(count => 100 * (together += count) / filmIds.Length)];
double[] filmShare = [.. Enumerable.Range(1, rated).Select(n => 100.0 * n / rated)];
plot = Charts.Empty("A few films take most of the ratings", "films, most rated first (%)", "ratings they have together (%)");
var curve = plot.Add.ScatterLine(filmShare, share, Charts.SeriesColor(0));
(curve.LineWidth, curve.LegendText) = (3, "these films");
var even = plot.Add.Line(0, 0, 100, 100);
(even.LineColor, even.LinePattern, even.LegendText) = (Colors.Gray, LinePattern.Dashed, "if all were rated alike");
plot.Axes.SetLimits(0, 100, 0, 101);
plot.ShowLegend(Alignment.LowerRight);
Show.Figure(plot, "long-tail", $"The 20 % most rated films have {share[rated / 5]:F0} % of the ratings.");

// %% [markdown]
// ## How much does one user tell?
// Most users have few ratings, and someone with fifteen is what a running service meets all day.

// %%
double[] perUser = [.. userIds.CountBy(id => id).Select(x => (double)x.Value)];
var histogram = ScottPlot.Statistics.Histogram.WithBinCount(20, perUser);
plot = Charts.Empty("Most users have rated few films", "ratings of a user", "users");
var bars = plot.Add.Bars(histogram.Bins.Select(bin => bin + histogram.FirstBinSize / 2), histogram.Counts);
foreach (var bar in bars.Bars)
    (bar.Size, bar.FillColor, bar.LineColor) = (histogram.FirstBinSize, Charts.SeriesColor(0), Colors.White);
double median = perUser.Order().ElementAt(perUser.Length / 2);
var line = plot.Add.VerticalLine(median, 2, Charts.SeriesColor(3));
line.LegendText = $"median, {median:F0}";
plot.Axes.Margins(bottom: 0);
plot.ShowLegend(Alignment.UpperRight);
Show.Figure(plot, "users", $"From {perUser.Min():F0} to {perUser.Max():F0} ratings; the median user has {median:F0}.");

// %% [markdown]
// ## Genres, by a group-by of the frame

// %%
ratings.Columns.Add(new StringDataFrameColumn("Genre", filmIds.Select(films.Genre)));
DataFrame byGenre = ratings.GroupBy("Genre").Mean("Label").OrderByDescending("Label");
byGenre["Label"].SetName("mean stars");
Show.Table(byGenre, rows: 12);

// %% [markdown]
// ## The split, and what there is to beat
// A fifth of each user's ratings is put away. A model sees the rest and ranks **all** films that the user has not seen; NDCG@10 is 1 when
// the liked ones stand on top, and counts a hit at the tenth place for less than one at the first.
//
// Every report has the rows that need no learning beside the model's: *Random*, *Popularity*, the films with the best mean of stars, and
// *Oracle*, the best that any ranking could reach. The model here is EASE, a closed form that is fitted in a moment and is hard to beat on
// small dense data: a good first model, and what the graphs and texts of the next notebooks have to be measured against.

// %%
var split = ml.Hybrid.Data.RandomSplit(films.Ratings, testFraction: 0.2, seed: 1);
var ease = ml.Transforms.Conversion.MapValueToKey("User")
    .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
    .Append(ml.Hybrid.GraphFilter(new GraphFilterOptions { Filter = ClosedForm.Ease(), PositiveThreshold = 4 }))
    .Fit(split.TrainSet);
var report = ml.Hybrid.EvaluateTopK(ease, split, new TopKOptions { RelevanceThreshold = 4 });
Show.Table(["ranking", "Precision@10", "Recall@10", "NDCG@10"], report.Rows.Select(row => new object?[]
{
    row.Name == "Model" ? "EASE" : row.Name,
    row[TopKMetric.Precision, 10].Value, row[TopKMetric.Recall, 10].Value, row[TopKMetric.Ndcg, 10].Value,
}));
