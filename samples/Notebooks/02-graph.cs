#:project Kit/NotebookKit.csproj
#:project ../../src/Trainers/HybridRec.MLNet.Trainers.csproj
#:package ScottPlot
#:property PublishAot=false

// %% [markdown]
// # 2. Structure: a graph neural network
//
// Ratings are the edges of a graph between users and films. `GnnEmbedding` gives every node a vector and lets it flow along the edges,
// layer by layer: $h_v^{(l)} = \sum_{u \in N(v)} \frac{1}{\sqrt{d_v d_u}} h_u^{(l-1)}$. One layer tells a film who watched it; two tell it
// what else those people watched. This notebook trains LightGCN (32 numbers a node, and 256 sampled films a step as negatives: the films
// are few), asks whether layers help, and looks at what the vectors have learned that stands in no column.

// %%
using HybridRec.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Notebooks;
using ScottPlot;

var ml = new MLContext(seed: 1);
var films = FilmSet.Open(ml);
var split = ml.Hybrid.Data.RandomSplit(films.Ratings, testFraction: 0.2, seed: 1);
var judged = new TopKOptions { RelevanceThreshold = 4 };

IEstimator<ITransformer> Graph(int layers, IProgress<TrainingProgress>? progress = null) => ml.Transforms.Conversion.MapValueToKey("User")
    .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
    .Append(ml.Hybrid.GnnEmbedding(new GnnEmbeddingOptions
    {
        Model = GraphModel.LightGcn(layers),
        Loss = GraphLoss.SampledSoftmax(negatives: 256),
        Dimension = 32,
        PositiveThreshold = 4,
        Training = new() { Progress = progress, Seed = 1 },
    }))
    .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["ItemGraph"]))
    .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct(), PositiveThreshold = 4 }));

// %% [markdown]
// ## Training
// A tenth of each user's rows is held out inside the training rows. After every epoch the model ranks those; when that gets no better for
// six epochs, training stops and the best epoch is kept. The test rows take no part.

// %%
var curve = new TrainingCurve();
var model = Graph(layers: 3, curve).Fit(split.TrainSet);
var epochs = curve.Points.Where(point => point.Validation is not null).ToArray();
var plot = Charts.Empty("Training stops when held-out rows say so", "epoch", "NDCG@10 on the inner holdout");
var learned = plot.Add.Scatter(
    epochs.Select(e => (double)e.Epoch).ToArray(), epochs.Select(e => e.Validation!.Value).ToArray(), Charts.SeriesColor(0));
(learned.LineWidth, learned.MarkerSize) = (3, 8);
var best = epochs.MaxBy(e => e.Validation)!;
var kept = plot.Add.VerticalLine(best.Epoch, 2, Charts.SeriesColor(3));
kept.LegendText = $"kept: epoch {best.Epoch}";
plot.ShowLegend(Alignment.LowerRight);
Show.Figure(plot, "training", $"Epoch {best.Epoch} ranks the held-out rows best, with an NDCG@10 of {best.Validation:F3}.");

// %% [markdown]
// ## How many layers?
// Without a layer the model is a matrix factorization: a user and a film know each other only where they met. Each layer adds neighbors of
// neighbors, which pays where ratings are sparse. Here there are few films and many ratings of each, so it may
// not: look, before adding layers.

// %%
var reports = Enumerable.Range(0, 4)
    .Select(layers => ml.Hybrid.EvaluateTopK(layers == 3 ? model : Graph(layers).Fit(split.TrainSet), split, judged)).ToArray();
MetricEstimate Ndcg(TopKRow row) => row[TopKMetric.Ndcg, 10];
double HalfWidth(MetricEstimate estimate) => (estimate.Upper - estimate.Lower) / 2;
plot = Charts.Bars("With so few films, layers hardly matter", "NDCG@10, all films ranked",
[
    ("popularity", Ndcg(reports[0]["Popularity"]).Value, 0, 4),
    .. reports.Select((report, layers) =>
        ($"{layers} layer{(layers == 1 ? "" : "s")}", Ndcg(report.Model).Value, HalfWidth(Ndcg(report.Model)), 0)),
]);
Show.Figure(plot, "layers", "Full ranking of the test rows; the whiskers are 95 % bootstrap intervals over users.");
for (int layers = 1; layers < reports.Length; layers++)
    Console.WriteLine($"{layers} against {layers - 1}: {reports[layers].CompareTo(reports[layers - 1], TopKMetric.Ndcg, 10)}");

// %% [markdown]
// ## What do the vectors know?
// Every generated film belongs to a *circle* of viewers that stands in no column and in no text. If the graph has found it, films of one
// circle have vectors that point the same way. The table is the mean cosine of pairs of films.

// %%
int[] ids = [.. films.Items.GetColumn<int>("Item")];
HashSet<int> rated = [.. split.TrainSet.GetColumn<int>("Item")];
IDataView vectors = model.Transform(films.Items);
var likeness = new Likeness(ids, vectors, "ItemGraph", rated.Contains);
Show.Table(["pairs of films", "same circle", "other circle"], new[] { true, false }.Select(sameGenre => new object?[]
{
    sameGenre ? "same genre" : "other genre",
    likeness.Mean((a, b) => films.Genre(a) == films.Genre(b) == sameGenre && films.Circle(a) == films.Circle(b)),
    likeness.Mean((a, b) => films.Genre(a) == films.Genre(b) == sameGenre && films.Circle(a) != films.Circle(b)),
}));

// %% [markdown]
// It knows both: genre, because people who like westerns watch westerns, and circle. Pairs of films from two circles each:

// %%
string Group(int film) => films.Circle(film) ?? films.Genre(film);
string[] groups = [.. ids.Where(rated.Contains).Select(Group).Distinct().Order(StringComparer.Ordinal)];
var cosines = new double[groups.Length, groups.Length];
for (int row = 0; row < groups.Length; row++)
{
    for (int column = 0; column < groups.Length; column++)
        cosines[row, column] = likeness.Mean((a, b) =>
            (Group(a) == groups[row] && Group(b) == groups[column]) || (Group(b) == groups[row] && Group(a) == groups[column]));
}

plot = Charts.HeatMap("The graph has found the circles: mean cosine of films", groups, cosines);
Show.Figure(plot, "circles", "Films of one circle are alike (the diagonal), though no column names a circle.", width: 760, height: 560);

// %% [markdown]
// ## The neighbors of one film
// What the graph calls alike is what the same people watched: other genres among them.

// %%
int film = split.TrainSet.GetColumn<int>("Item").CountBy(id => id).MaxBy(x => x.Value).Key;
Console.WriteLine($"{films.Title(film)}: {films.Genre(film)}, {films.Circle(film)}");
Show.Table(
    ["nearest film", "genre", "circle", "cosine"],
    likeness.Nearest(film, 6).Select(x => new object?[] { films.Title(x.Film), films.Genre(x.Film), films.Circle(x.Film), x.Cosine }));

// %% [markdown]
// A film nobody has rated has no edges, so this model knows nothing of it. The next notebook looks at the other source: the text.
