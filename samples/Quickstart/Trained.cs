using HybridRec.MLNet;
using Microsoft.ML;

namespace Quickstart;

/// <summary>A fitted pipeline and how well it ranks.</summary>
internal sealed record Trained(string Name, ITransformer Model, TimeSpan FitTime, long PeakMiB, TopKReport Quality, TopKReport? NewItems);
