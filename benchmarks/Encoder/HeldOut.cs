using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.EncoderRecipe;

/// <summary>
/// The items the encoder never meets, neither their texts nor who took them: the test items of <c>quality --split cold --seed S</c> on
/// ml-1m and yelp-s3rec-text, so that what is measured there is measured on items that are new to the encoder too. A film keeps its number
/// in ml-latest-small and in the descriptions of ml-1m-colakg-split: it is left out there as well.
/// </summary>
/// <param name="Films">MovieLens ids.</param>
/// <param name="Businesses">Ids of yelp-s3rec-text.</param>
/// <param name="FilmRows">What is left of ml-1m to learn from.</param>
/// <param name="Visits">What is left of yelp-s3rec-text.</param>
internal sealed record HeldOut(IReadOnlySet<int> Films, IReadOnlySet<int> Businesses, IDataView FilmRows, IDataView Visits)
{
    private const double Share = 0.1; // that of the command quality

    public static HeldOut Choose(MLContext ml, string data, int seed)
    {
        var films = ml.Hybrid.Data.ColdItemSplit(ml.Hybrid.Data.LoadMovieLens(Path.Combine(data, "ml-1m")), Share, seed);
        var visits = ml.Hybrid.Data.ColdItemSplit(YelpSequences.Load(ml, Path.Combine(data, "yelp-s3rec-text")), Share, seed);
        return new HeldOut(Items(films.TestSet), Items(visits.TestSet), films.TrainSet, visits.TrainSet);
    }

    private static HashSet<int> Items(IDataView view) => [.. view.GetColumn<int>("Item")];
}
