namespace HybridRec.MLNet.Graph;

/// <summary>
/// How long a graph trains where its options leave it open. LightGCN under sampled softmax of cosines learns in few epochs, the fewer the
/// more interactions there are; an epoch of few interactions costs next to nothing.
/// </summary>
internal static class GnnEmbeddingEffort
{
    private const double QuickRate = 0.01;
    private const int UsualFinalEpochs = 5;
    private const int InteractionsOfAll = 2_500_000;
    private const int InteractionsOfPatience = 450_000;

    /// <summary>The trainer's own settings that do not depend on the data.</summary>
    /// <param name="options">Options, resolved or not.</param>
    public static TrainingSettings Defaults(GnnEmbeddingOptions options) => IsQuick(options)
        ? GnnEmbeddingOptions.Defaults with { LearningRate = QuickRate, Epochs = null, Patience = null }
        : GnnEmbeddingOptions.Defaults;

    /// <summary>Options with the epochs that data of a size need.</summary>
    /// <param name="options">Options that are resolved but for these.</param>
    /// <param name="interactions">Interactions to train on.</param>
    public static GnnEmbeddingOptions Over(GnnEmbeddingOptions options, int interactions)
    {
        bool quick = IsQuick(options);
        return options with
        {
            FinalEpochs = options.FinalEpochs ?? (quick ? Epochs(InteractionsOfPatience, interactions, 2, 5) : UsualFinalEpochs),
            Training = options.Training with
            {
                Epochs = options.Training.Epochs ?? Epochs(InteractionsOfAll, interactions, 8, 30),
                Patience = options.Training.Patience ?? Epochs(InteractionsOfPatience, interactions, 2, 8),
            }
        };
    }

    private static bool IsQuick(GnnEmbeddingOptions options) =>
        options is { Loss: SampledSoftmaxLoss, Model: LightGcnModel, Similarity.IsCosine: true };

    private static int Epochs(int budget, int interactions, int least, int most) =>
        (int)Math.Clamp(Math.Round((double)budget / Math.Max(interactions, 1)), least, most);
}
