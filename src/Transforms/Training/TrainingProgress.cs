namespace HybridRec.MLNet;

/// <summary>What a fit reports after each epoch through its <see cref="IProgress{T}"/> option.</summary>
/// <param name="Stage">The component that is training, such as <c>GnnEmbedding</c>.</param>
/// <param name="Epoch">Epochs done, from 1.</param>
/// <param name="Epochs">Epochs at most; early stopping may end sooner.</param>
/// <param name="Loss">Mean training loss of the epoch; NaN for a closed form, whose epochs are the steps of its solution.</param>
/// <param name="Validation">
/// What is made largest, on rows held out: an NDCG, for a search its metric; null when this epoch was not validated.
/// </param>
/// <param name="Elapsed">Time since the fit began.</param>
public sealed record TrainingProgress(string Stage, int Epoch, int Epochs, double Loss, double? Validation, TimeSpan Elapsed);
