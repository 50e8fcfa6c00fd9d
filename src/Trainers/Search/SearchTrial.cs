namespace HybridRec.MLNet;

/// <summary>One fit of a search, and what it reached.</summary>
/// <param name="Configuration">Number of its parameter values, from 0 in the order they were drawn.</param>
/// <param name="Rung">Round of successive halving, from 0.</param>
/// <param name="Epochs">Epochs it was given.</param>
/// <param name="Parameters">Its parameter values.</param>
/// <param name="Value">The metric on the validation rows; NaN when the fit failed.</param>
/// <param name="Elapsed">Time of the fit and of its evaluation.</param>
/// <param name="Failure">Why the fit failed; null when it did not.</param>
public sealed record SearchTrial(
    int Configuration, int Rung, int Epochs, SearchParameters Parameters, double Value, TimeSpan Elapsed, string? Failure);
