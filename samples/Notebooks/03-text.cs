#:project Kit/NotebookKit.csproj
#:project ../../src/Trainers/HybridRec.MLNet.Trainers.csproj
#:package ScottPlot
#:property PublishAot=false

// %% [markdown]
// # 3. Meaning: text to vectors
//
// A film has a plot before it has a rating. `LlmEmbedding` turns a text column into vectors. Here it uses its default encoder, which needs
// no model file: TF-IDF and a truncated SVD fitted on the films' own texts. It is no language model; one is put in its place by `encoder:
// TextEncoder.FromFolder("models/all-MiniLM-L6-v2")`, and nothing else changes.

// %%
using HybridRec.MLNet;
using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Data;
using Notebooks;

var ml = new MLContext(seed: 1);
var films = FilmSet.Open(ml);
int[] ids = [.. films.Items.GetColumn<int>("Item")];
LlmEmbeddingTransformer text = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText").Fit(films.Items);
IDataView vectors = text.Transform(films.Items);
Console.WriteLine($"{text.TextCount} texts, {text.Dimension} numbers each, by the encoder '{text.EncoderName}'. The first one:");
Console.WriteLine(films.Items.GetColumn<string>("ItemText").First());

// %% [markdown]
// ## What is near what?
// The plots nearest to one plot, by the cosine of their vectors.

// %%
var likeness = new Likeness(ids, vectors, "ItemMeaning");
Console.WriteLine($"{films.Title(ids[0])}: {films.Genre(ids[0])}");
Show.Table(
    ["nearest film", "genre", "cosine"],
    likeness.Nearest(ids[0], 6).Select(x => new object?[] { films.Title(x.Film), films.Genre(x.Film), x.Cosine }));

// %% [markdown]
// ## A question in words
// The fitted encoder is an `IEmbeddingGenerator` of Microsoft.Extensions.AI: any text becomes a vector in the same space, so
// a sentence can look for films.

// %%
string question = "thieves plan to rob a casino";
ReadOnlyMemory<float> asked = await text.AsEmbeddingGenerator().GenerateVectorAsync(question);
Show.Table(
    [$"films for '{question}'", "genre", "cosine"],
    likeness.Nearest(asked, 5).Select(x => new object?[] { films.Title(x.Film), films.Genre(x.Film), x.Cosine }));

// %% [markdown]
// ## What does the text know, and what not?
// The same table as for the graph. The plot tells the genre; of the circle of viewers it says nothing.

// %%
Show.Table(["pairs of films", "same circle", "other circle"], new[] { true, false }.Select(sameGenre => new object?[]
{
    sameGenre ? "same genre" : "other genre",
    likeness.Mean((a, b) => films.Genre(a) == films.Genre(b) == sameGenre && films.Circle(a) == films.Circle(b)),
    likeness.Mean((a, b) => films.Genre(a) == films.Genre(b) == sameGenre && films.Circle(a) != films.Circle(b)),
}));

// %%
string[] genres = [.. ids.Select(films.Genre).Distinct().Order(StringComparer.Ordinal)];
var cosines = new double[genres.Length, genres.Length];
for (int row = 0; row < genres.Length; row++)
{
    for (int column = 0; column < genres.Length; column++)
    {
        var (first, second) = (genres[row], genres[column]);
        cosines[row, column] = likeness.Mean((a, b) =>
            (films.Genre(a) == first && films.Genre(b) == second) || (films.Genre(b) == first && films.Genre(a) == second));
    }
}

var plot = Charts.HeatMap("The text tells the genres apart: mean cosine of plots", genres, cosines);
Show.Figure(plot, "genres", "Plots of one genre are alike (the diagonal), and of two genres are not.", width: 860, height: 640);

// %% [markdown]
// ## Ranking by text alone
// `UserProfile` gives a user the mean vector of what they liked; `Ranking` scores pairs. Judged twice: on the films everybody could rate,
// and on those that nobody has rated yet, which are ranked among all films.

// %%
var split = ml.Hybrid.Data.RandomSplit(films.Ratings, testFraction: 0.2, seed: 1);
var judged = new TopKOptions { RelevanceThreshold = 4, Items = films.Items };
var byText = ml.Transforms.Conversion.MapValueToKey("User")
    .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
    .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
    .Append(ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = 4, Seed = 1 }))
    .Append(ml.Hybrid.Fuse("Features", user: ["UserMeaning"], item: ["ItemMeaning"]))
    .Append(ml.Hybrid.Ranking(new RankingOptions { PositiveThreshold = 4 }))
    .Fit(split.TrainSet);
var warm = ml.Hybrid.EvaluateTopK(byText, split, judged);
var cold = films.NewFilmRatings is null
    ? null
    : ml.Hybrid.EvaluateTopK(byText, new InteractionSplit(split.TrainSet, films.NewFilmRatings, "new films"), judged);
Show.Table(
    ["ranking", "NDCG@20, rated films", "NDCG@20, new films"],
    new[] { ("by text", "Model"), ("popularity", "Popularity"), ("random", "Random") }.Select(row => new object?[]
    {
        row.Item1, warm[row.Item2][TopKMetric.Ndcg, 20].Value, cold?[row.Item2][TopKMetric.Ndcg, 20].Value,
    }));

// %% [markdown]
// On rated films, text alone is no better than popularity: it misses the circles. On new films popularity has nothing to say, and text is
// all there is. The next notebook puts both together.
