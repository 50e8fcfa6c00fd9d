namespace HybridRec.MLNet.Conformance;

/// <summary>What the conformance tests vary; an estimator takes those it has an option for.</summary>
/// <param name="Seed">Seed of the fit.</param>
/// <param name="Threads">Number of threads; 0 for all cores.</param>
/// <param name="Cancellation">Cancels the fit.</param>
public sealed record ConformanceSettings(int Seed = 1, int Threads = 0, CancellationToken Cancellation = default);
