#:project Kit/NotebookKit.csproj
#:project ../../src/Trainers/HybridRec.MLNet.Trainers.csproj
#:package ScottPlot
#:property PublishAot=false

// %% [markdown]
// # 5. Smaller: INT8, a student, a packed table
//
// A model that ranks well may still be too large or too slow. Three ways to shrink one, each measured by the size of the saved zip and by
// NDCG@10 on the same test: 8-bit tables in the graph, a small ranker taught by a large one, and a table of tokens in place of a text
// encoder. What something costs in quality is said user by user, with an interval.

// %%
using HybridRec.MLNet;
using HybridRec.MLNet.Accel;
using Microsoft.ML;
using Microsoft.ML.Data;
using Notebooks;
using ScottPlot;

var ml = new MLContext(seed: 1);
var films = FilmSet.Open(ml);
var split = ml.Hybrid.Data.RandomSplit(films.Ratings, testFraction: 0.2, seed: 1);
var judged = new TopKOptions { RelevanceThreshold = 4 };
var keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));
var graph = new GnnEmbeddingOptions
{
    Dimension = 32,
    Loss = GraphLoss.SampledSoftmax(negatives: 256),
    PositiveThreshold = 4,
    Training = new() { Seed = 1 }
};
var profile = ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = 4, Seed = 1 });
var results = new List<(string Name, double KiB, TopKReport Report)>();

ITransformer Fit(string name, IEstimator<ITransformer> pipeline)
{
    ITransformer model = pipeline.Fit(split.TrainSet);
    using var zip = new MemoryStream();
    ml.Model.Save(model, split.TrainSet.Schema, zip);
    results.Add((name, zip.Length / 1024.0, ml.Hybrid.EvaluateTopK(model, split, judged)));
    return model;
}

void Compare(string name, string with)
{
    var (one, other) = (results.Single(x => x.Name == name), results.Single(x => x.Name == with));
    Show.Table(
        ["model", "zip, KiB", "NDCG@10"],
        new[] { other, one }.Select(x => new object?[] { x.Name, Math.Round(x.KiB), x.Report[TopKMetric.Ndcg, 10].Value }));
    Console.WriteLine($"{name} - {with}: {one.Report.CompareTo(other.Report, TopKMetric.Ndcg, 10)}");
}

// %% [markdown]
// ## 8-bit tables in the graph
// With `Precision = EmbeddingPrecision.Int8` training stays in 32 bits, and the propagation that makes the served vectors gathers 8-bit
// numbers with a scale a row and exact integer sums: a quarter of the bytes to move, and the same bytes on every backend. The vectors that
// come out are floats, so the zip keeps its size.

// %%
IEstimator<ITransformer> GraphAlone(EmbeddingPrecision precision) => keys
    .Append(ml.Hybrid.GnnEmbedding(graph with { Precision = precision }))
    .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["ItemGraph"]))
    .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct(), PositiveThreshold = 4 }));
ITransformer single = Fit("graph, 32 bits", GraphAlone(EmbeddingPrecision.Single));
Fit("graph, INT8", GraphAlone(EmbeddingPrecision.Int8));
Compare("graph, INT8", with: "graph, 32 bits");

// %% [markdown]
// What the rounding does to a table can be looked at by itself. `Int8Table` is what the backends and the serving scan read.

// %%
float[][] rows = [.. single.Transform(films.Items).GetColumn<float[]>("ItemGraph")];
float[] table = [.. rows.SelectMany(row => row)], rounded = new float[table.Length];
int width = rows[0].Length;
Int8Table packed = Int8Table.Quantize(table, width);
packed.Dequantize(rounded);
double error = Math.Sqrt(table.Zip(rounded).Sum(x => Math.Pow(x.First - x.Second, 2)) / table.Sum(x => Math.Pow(x, 2)));
Show.Table(["film vectors", "bytes a row", "relative error"], [["32 bits", width * 4, 0.0], ["INT8 and a scale a row", width + 4, error]]);

// %% [markdown]
// ## A student of the ranker
// The teacher is the hybrid with graph vectors of 32 numbers, texts and an MLP. The student has graph vectors of 8, no text, and one linear
// layer. It is fitted twice: on the labels alone, and by *Ranking Distillation*, where the teacher's order of unseen films counts as well.
// The rows it learns from are few here, and so is what it gains: read the interval.

// %%
ITransformer teacher = Fit("teacher", keys
    .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
    .Append(ml.Hybrid.GnnEmbedding(graph))
    .Append(profile)
    .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph", "UserMeaning"], item: ["ItemGraph", "ItemMeaning"]))
    .Append(ml.Hybrid.Ranking(new RankingOptions { PositiveThreshold = 4 })));
IEstimator<ITransformer> Student(RankingDistillation? lesson) => keys
    .Append(ml.Hybrid.GnnEmbedding(graph with { Dimension = 8 }))
    .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["ItemGraph"]))
    .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.TwoTower(8), PositiveThreshold = 4, Distillation = lesson }));
Fit("student, labels only", Student(lesson: null));
Fit("student, taught", Student(new RankingDistillation(teacher, split.TrainSet)));
Compare("student, taught", with: "student, labels only");
Console.WriteLine(
    $"student, taught - teacher: {results[^1].Report.CompareTo(results.Single(x => x.Name == "teacher").Report, TopKMetric.Ndcg, 10)}");

// %% [markdown]
// ## A packed table of tokens
// `TextEncoder.Distilled` teaches a table, one vector a token, to say by a mean over a text's tokens what an encoder says; the teacher here
// is the lexical encoder of notebook 3. The table is then pruned, its values replaced by 16 shared ones, and entropy coded.
// `TableCompression` does that when the pipeline is fitted, so that the saved model scores as the measured one. The table is only a part of
// the zip: the profiles of the users are most of the rest, and stay.

// %%
var lexical = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText").Fit(films.Items);
var tokenizer = TextTokenizer.FromVocabulary(WordPieceTrainer.Train(
    films.Items.GetColumn<string>("ItemText"), new WordPieceTrainerOptions { VocabularySize = 1500 }));
TextEncoder tokens = TextEncoder.Distilled(
    lexical.AsEmbeddingGenerator(), tokenizer, new StaticDistillationOptions { Dimension = 64, Center = true });
IEstimator<ITransformer> TextModel(TableCompressionOptions? compression) => keys
    .Append(ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions { Encoder = tokens, TableCompression = compression }))
    .Append(profile)
    .Append(ml.Hybrid.Fuse("Features", user: ["UserMeaning"], item: ["ItemMeaning"]))
    .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct(), PositiveThreshold = 4 }));
Fit("token table", TextModel(null));
var stages = (IEnumerable<ITransformer>)Fit(
    "token table, packed", TextModel(new TableCompressionOptions { Density = 0.5, CodebookSize = 16 }));
Console.WriteLine(stages.OfType<LlmEmbeddingTransformer>().First().TableCompression);
Compare("token table, packed", with: "token table");

// %% [markdown]
// ## All of it in one picture
// Up and to the left is better.

// %%
(MarkerShape Shape, int Size, int Color)[] marks =
[
    (MarkerShape.FilledCircle, 13, 0), (MarkerShape.OpenCircle, 20, 1), (MarkerShape.FilledDiamond, 13, 7),
    (MarkerShape.FilledSquare, 13, 2), (MarkerShape.OpenSquare, 20, 3), (MarkerShape.FilledTriangleUp, 13, 5),
    (MarkerShape.OpenTriangleUp, 20, 4),
];
var plot = Charts.Empty("What each model costs and gives", "saved model (KiB)", "NDCG@10, all films ranked");
foreach (var (result, i) in results.Select((x, i) => (x, i)))
{
    var (shape, size, color) = marks[i];
    var point = plot.Add.Marker(result.KiB, result.Report[TopKMetric.Ndcg, 10].Value, shape, size, Charts.SeriesColor(color));
    (point.LegendText, point.LineWidth) = (result.Name, 3);
}

plot.Axes.Margins(0.12, 0.15);
plot.Axes.SetLimits(left: 0);
plot.ShowLegend(Edge.Right);
Show.Figure(plot, "sizes", "Size of the saved zip against the quality of the ranking.", width: 980);
