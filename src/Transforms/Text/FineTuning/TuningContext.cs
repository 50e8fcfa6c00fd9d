using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Text;

/// <summary>What a tuning needs of the fit it is part of.</summary>
/// <param name="Host">Cancels it too.</param>
/// <param name="Log">Told of epochs.</param>
/// <param name="MaxTokens">Of the stage's options.</param>
/// <param name="Prompt">Of the stage's options.</param>
/// <param name="Cancellation">Of the stage's options.</param>
internal sealed record TuningContext(IHostEnvironment Host, TrainingLog Log, int? MaxTokens, string? Prompt, CancellationToken Cancellation);
