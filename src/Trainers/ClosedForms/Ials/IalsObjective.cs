namespace HybridRec.MLNet.ClosedForms;

/// <summary>The weights of what iALS minimizes.</summary>
/// <param name="UnobservedWeight">The weight a of all pairs' squared scores.</param>
/// <param name="Regularization">The strength l.</param>
/// <param name="FrequencyExponent">The exponent v.</param>
internal readonly record struct IalsObjective(float UnobservedWeight, float Regularization, float FrequencyExponent)
{
    /// <summary>The factor of the squared length of a vector.</summary>
    /// <param name="positives">Positives that the user or the item has.</param>
    /// <param name="others">How many items or users there are on the other side.</param>
    public double Ridge(int positives, int others) =>
        Regularization * Math.Pow(positives + ((double)UnobservedWeight * others), FrequencyExponent);
}
