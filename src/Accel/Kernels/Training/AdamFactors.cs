namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// The constants of one Adam update, worked out once in double: with c1 = 1 - b1^t and c2 = 1 - b2^t, the update
/// rate * (m / c1) / (sqrt(v / c2) + e) equals (rate sqrt(c2) / c1) * m / (sqrt(v) + e sqrt(c2)).
/// </summary>
internal readonly struct AdamFactors
{
    public readonly float Beta1;
    public readonly float Rest1;
    public readonly float Beta2;
    public readonly float Rest2;
    public readonly float StepSize;
    public readonly float Epsilon;
    public readonly float ClassicL2;
    public readonly float Shrink;

    public AdamFactors(in AdamStep step)
    {
        Guard.AtLeast(step.StepNumber, 1, nameof(step.StepNumber));
        double correction1 = 1 - Math.Pow(step.Beta1, step.StepNumber);
        double root2 = Math.Sqrt(1 - Math.Pow(step.Beta2, step.StepNumber));
        (Beta1, Rest1, Beta2, Rest2) = (step.Beta1, 1 - step.Beta1, step.Beta2, 1 - step.Beta2);
        StepSize = (float)(step.LearningRate * root2 / correction1);
        Epsilon = (float)(step.Epsilon * root2);
        ClassicL2 = step.Decoupled ? 0 : step.L2;
        Shrink = step.Decoupled ? 1 - (step.LearningRate * step.L2) : 1;
    }
}
