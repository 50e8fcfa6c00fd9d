using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>A PredictionEngine over the whole chain that scores the first pair of the data, with whatever text its item is given.</summary>
internal static class PairScorer
{
    /// <param name="ml">Context.</param>
    /// <param name="model">From raw rows to Score.</param>
    /// <param name="rows">Raw rows, whose first is the pair: ids are integers of 32 bits or texts.</param>
    public static Func<string, float> Create(MLContext ml, ITransformer model, IDataView rows)
    {
        var options = new PredictionEngineOptions { OwnsTransformer = false };
        if (rows.Schema["User"].Type is TextDataViewType)
        {
            string user = First<string>("User"), item = First<string>("Item");
            PredictionEngine<PairOfTexts, Scored> texts = ml.Model.CreatePredictionEngine<PairOfTexts, Scored>(model, options);
            return text => texts.Predict(new PairOfTexts { User = user, Item = item, ItemText = text }).Score;
        }

        int userNumber = First<int>("User"), itemNumber = First<int>("Item");
        PredictionEngine<PairOfNumbers, Scored> numbers = ml.Model.CreatePredictionEngine<PairOfNumbers, Scored>(model, options);
        return text => numbers.Predict(new PairOfNumbers { User = userNumber, Item = itemNumber, ItemText = text }).Score;

        T First<T>(string column) => rows.GetColumn<T>(column).First();
    }

    private sealed class PairOfTexts
    {
        public string User { get; set; } = "";

        public string Item { get; set; } = "";

        public float Label { get; set; }

        public string ItemText { get; set; } = "";
    }

    private sealed class PairOfNumbers
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Label { get; set; }

        public string ItemText { get; set; } = "";
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
