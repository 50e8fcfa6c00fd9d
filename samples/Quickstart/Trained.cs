using HybridRec.MLNet;
using Microsoft.ML;

namespace Quickstart;

/// <summary>A fitted pipeline and how well it ranks.</summary>
/// <param name="Name">One of <see cref="Pipelines.Names"/>.</param>
/// <param name="Model">The fitted chain.</param>
/// <param name="Code">The pipeline as C#; null where it does not describe itself.</param>
/// <param name="Mix">What the ranker said of its mix; null where it has nothing to mix.</param>
/// <param name="FitTime">Time of the fit.</param>
/// <param name="PeakMiB">The most memory while training.</param>
/// <param name="Quality">How it ranks the test rows.</param>
/// <param name="NewItems">How it ranks items that nobody has rated; null where the data have none.</param>
internal sealed record Trained(
    string Name, ITransformer Model, string? Code, string? Mix, TimeSpan FitTime, long PeakMiB, TopKReport Quality, TopKReport? NewItems);
