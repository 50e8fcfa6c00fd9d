using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Text;

/// <summary>What a tuning needs of the fit it is part of.</summary>
/// <param name="Host">Hears its log and cancels it too.</param>
/// <param name="Stage">The component, for log and progress.</param>
/// <param name="MaxTokens">Of the stage's options.</param>
/// <param name="Prompt">Of the stage's options.</param>
/// <param name="Progress">Of the stage's options; told where the tuning names nobody.</param>
/// <param name="Cancellation">Of the stage's options.</param>
internal sealed record TuningContext(
    IHost Host, string Stage, int? MaxTokens, string? Prompt, IProgress<TrainingProgress>? Progress, CancellationToken Cancellation);
