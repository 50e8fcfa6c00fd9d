#:project Kit/NotebookKit.csproj
#:project ../../src/Trainers/HybridRec.MLNet.Trainers.csproj
#:package ScottPlot
#:property PublishAot=false

// %% [markdown]
// # 4. The hybrid: structure and meaning
//
// The graph knows who watches what with whom, and is silent about new films. The text knows what a film is about, and is silent about who
// likes it. `Fuse` puts the vectors side by side, $z_{ui} = [h_u | e_u | h_i | e_i | s_{ui}]$ with the score $s_{ui}$ of a closed form, and
// `Ranking` mixes them. Three pipelines are fitted on the same rows and judged by the same test.

// %%
using HybridRec.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Notebooks;

var ml = new MLContext(seed: 1);
var films = FilmSet.Open(ml);
var split = ml.Hybrid.Data.RandomSplit(films.Ratings, testFraction: 0.2, seed: 1);
var keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));
var text = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText");
var profile = ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = 4, Seed = 1 });
var graph = new GnnEmbeddingOptions
{
    Dimension = 32,
    Loss = GraphLoss.SampledSoftmax(negatives: 256),
    PositiveThreshold = 4,
    Training = new() { Seed = 1 }
};
var ranking = new RankingOptions { PositiveThreshold = 4 };

var graphOnly = keys
    .Append(ml.Hybrid.GnnEmbedding(graph))
    .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["ItemGraph"]))
    .Append(ml.Hybrid.Ranking(ranking with { Head = RankingHead.DotProduct() }))
    .Fit(split.TrainSet);
var textOnly = keys
    .Append(text)
    .Append(profile)
    .Append(ml.Hybrid.Fuse("Features", user: ["UserMeaning"], item: ["ItemMeaning"]))
    .Append(ml.Hybrid.Ranking(ranking))
    .Fit(split.TrainSet);

// %% [markdown]
// The hybrid is the pipeline that the library recommends for these columns. `Describe` writes it out: a graph with the defaults, the same
// text, a closed form beside them, and `ColdFeatures`, by which a film without edges gets a place in the graph.

// %%
var pipeline = ml.Hybrid.DefaultPipeline(split.TrainSet, new() { PositiveThreshold = 4, Seed = 1 });
Console.WriteLine(pipeline.Describe());
var hybrid = pipeline.Fit(split.TrainSet);

// %% [markdown]
// ## Films that people have rated
// All films are ranked for every user, those of the training rows left out.

// %%
var judged = new TopKOptions { RelevanceThreshold = 4, Items = films.Items };
var models = new (string Name, ITransformer Model)[] { ("graph only", graphOnly), ("text only", textOnly), ("hybrid", hybrid) };
var reports = models.Select(x => (x.Name, Report: ml.Hybrid.EvaluateTopK(x.Model, split, judged))).ToArray();
object?[] Row(string name, TopKRow row) =>
[
    name, row[TopKMetric.Precision, 10].Value, row[TopKMetric.Recall, 10].Value, row[TopKMetric.Ndcg, 10].Value,
    row[TopKMetric.Ndcg, 20].Value
];
Show.Table(["ranking", "Precision@10", "Recall@10", "NDCG@10", "NDCG@20"],
[
    Row("random", reports[0].Report["Random"]),
    Row("popularity", reports[0].Report["Popularity"]),
    .. reports.Select(x => Row(x.Name, x.Report.Model)),
    Row("oracle", reports[0].Report["Oracle"]),
]);

// %%
var bars = reports.Select((x, i) => (x.Name, Estimate: x.Report[TopKMetric.Ndcg, 10])).ToArray();
var plot = Charts.Bars("Known films: most of it is in the graph", "NDCG@10, all films ranked",
[
    ("popularity", reports[0].Report["Popularity"][TopKMetric.Ndcg, 10].Value, 0, 4),
    .. bars.Select(x => (x.Name, x.Estimate.Value, (x.Estimate.Upper - x.Estimate.Lower) / 2, x.Name == "hybrid" ? 2 : 0)),
]);
Show.Figure(plot, "warm", "Films with ratings; the whiskers are 95 % bootstrap intervals over users.");

// %% [markdown]
// The whiskers say how much users differ, not whether one model beats the other: for that, compare user by user. An interval above 0 is a
// real difference on these users; one around 0 is none. Where every film has its ratings, the graph alone knows nearly all there is to
// know, with films as few as these; what the text is for comes next.

// %%
var best = reports.Single(x => x.Name == "hybrid").Report;
foreach (var (name, report) in reports.Where(x => x.Name != "hybrid"))
    Console.WriteLine($"hybrid - {name}: {best.CompareTo(report, TopKMetric.Ndcg, 10)}");

// %% [markdown]
// ## Films that nobody has rated
// The films are generated, so it is known who will like the new ones. Training has not seen one rating of them;
// they are ranked among all films.

// %%
if (films.NewFilmRatings is not null)
{
    var future = new InteractionSplit(split.TrainSet, films.NewFilmRatings, "films nobody has rated yet");
    var cold = models.Select(x => (x.Name, Report: ml.Hybrid.EvaluateTopK(x.Model, future, judged))).ToArray();
    var ndcg = cold.Select(x => (x.Name, Estimate: x.Report[TopKMetric.Ndcg, 20])).ToArray();
    plot = Charts.Bars("New films: only what reads the text finds them", "NDCG@20, all films ranked",
    [
        ("random", cold[0].Report["Random"][TopKMetric.Ndcg, 20].Value, 0, 4),
        ("popularity", cold[0].Report["Popularity"][TopKMetric.Ndcg, 20].Value, 0, 4),
        .. ndcg.Select(x => (x.Name, x.Estimate.Value, (x.Estimate.Upper - x.Estimate.Lower) / 2, x.Name == "hybrid" ? 2 : 0)),
    ]);
    Show.Figure(plot, "cold", "New films among all films; the whiskers are 95 % bootstrap intervals over users.");
}

// %% [markdown]
// ## It is a plain ML.NET model
// One zip holds the whole chain, from ids and text to the score. Any ML.NET program loads it, and it scores as before.

// %%
string file = Path.Combine(Path.GetTempPath(), "hybrid-films.zip");
ml.Model.Save(hybrid, split.TrainSet.Schema, file);
ITransformer loaded = new MLContext().Model.Load(file, out _);
float[] before = [.. hybrid.Transform(split.TestSet).GetColumn<float>("Score")],
    after = [.. loaded.Transform(split.TestSet).GetColumn<float>("Score")];
Console.WriteLine($"{new FileInfo(file).Length / 1024} KiB; {before.Zip(after).Count(x => x.First == x.Second)} of {before.Length} " +
    "scores are equal after loading.");
File.Delete(file);
