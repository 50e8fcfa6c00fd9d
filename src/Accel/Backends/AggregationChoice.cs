namespace HybridRec.MLNet.Accel;

/// <summary>What <see cref="AutoAggregationBackend"/> decides for a call.</summary>
/// <param name="Backend">Name of the backend.</param>
/// <param name="Explanation">Why, with what each backend was expected to cost.</param>
public sealed record AggregationChoice(string Backend, string Explanation);
