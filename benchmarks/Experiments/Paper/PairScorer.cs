using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>A PredictionEngine over the whole chain that scores the first pair of the data, with whatever text its item is given.</summary>
internal static class PairScorer
{
    /// <param name="ml">Context.</param>
    /// <param name="model">From raw rows to Score.</param>
    /// <param name="schema">Of the raw rows: ids are integers of 32 bits or texts.</param>
    public static Func<string, float> Create(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        var options = new PredictionEngineOptions { OwnsTransformer = false };
        if (schema["User"].Type is TextDataViewType)
        {
            PredictionEngine<PairOfTexts, Scored> texts = ml.Model.CreatePredictionEngine<PairOfTexts, Scored>(model, options);
            return text => texts.Predict(new PairOfTexts { ItemText = text }).Score;
        }

        PredictionEngine<PairOfNumbers, Scored> numbers = ml.Model.CreatePredictionEngine<PairOfNumbers, Scored>(model, options);
        return text => numbers.Predict(new PairOfNumbers { User = 1, Item = 1, ItemText = text }).Score;
    }

    private sealed class PairOfTexts
    {
        public string User { get; set; } = "1";

        public string Item { get; set; } = "1";

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
