namespace HybridRec.MLNet;

/// <summary>The closed forms of <c>ml.Hybrid.GraphFilter</c>. X is the binary users x items matrix of the positives, x_u its row of user u; every score is x_u B.</summary>
public enum GraphFilterKind
{
    /// <summary>
    /// Turbo-CF: B = (R^T R)^(o s) with R = D_u^-a X D_i^(a-1), where (o s) is the power of each element, a is <see cref="GraphFilterOptions.Alpha"/> and s is
    /// <see cref="GraphFilterOptions.Power"/>. Nothing is solved; memory is bounded for any number of items. Park et al., arXiv 2404.14243.
    /// </summary>
    TurboCf,

    /// <summary>
    /// EASE: B_ij = -P_ij / P_jj off the diagonal and 0 on it, with P = (X^T X + l I)^-1 and l = <see cref="GraphFilterOptions.LambdaX"/>: the ridge regression of
    /// every item on all others. Steck, arXiv 1905.03375.
    /// </summary>
    Ease,

    /// <summary>
    /// L3AE: EASE drawn to what the items' texts say. C is EASE on the text vectors with <see cref="GraphFilterOptions.LambdaF"/>; B minimizes
    /// |X - XB|^2 + l_X |B|^2 + l_E |B - C|^2 with a zero diagonal, for <see cref="GraphFilterOptions.LambdaX"/> and <see cref="GraphFilterOptions.LambdaE"/>.
    /// Moon et al., arXiv 2508.13500.
    /// </summary>
    TextAwareEase,

    /// <summary>
    /// BSPM, the blurring and sharpening process: y(0) = x (P + b L) is blurred, and sharpened by following y' = -y P for the time <see cref="GraphFilterOptions.SharpeningTime"/>, in one
    /// Runge-Kutta step of fourth order. P = R^T R with R = D_u^-1/2 X D_i^-1/2; L = D_i^-1/2 V V^T D_i^1/2 is the ideal low-pass filter of the <see cref="GraphFilterOptions.Rank"/>
    /// leading right singular vectors V of R, and b is <see cref="GraphFilterOptions.LowPassWeight"/>. A time of 0 is GF-CF. Items x items numbers are never made.
    /// Choi et al., SIGIR 2023, arXiv 2211.09324; Shen et al., CIKM 2021, arXiv 2108.07567 (GF-CF).
    /// </summary>
    BlurringSharpening,
}
