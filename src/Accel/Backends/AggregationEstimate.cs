namespace HybridRec.MLNet.Accel;

/// <summary>What a backend expects a call to cost; <see cref="AutoAggregationBackend"/> takes the least.</summary>
/// <param name="Time">Seconds; <see cref="Provenance.Modeled"/>.</param>
/// <param name="Reason">What the time is made of.</param>
public sealed record AggregationEstimate(Figure Time, string Reason);
