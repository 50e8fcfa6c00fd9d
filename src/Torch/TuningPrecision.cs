namespace HybridRec.MLNet;

/// <summary>The numbers that a tuning multiplies. Weights, moments, norms and the loss are Single in each.</summary>
public enum TuningPrecision
{
    /// <summary>Single everywhere.</summary>
    Single,

    /// <summary>
    /// BFloat16 for the products of linear modules and attention where the device has them: CUDA, and processors with AVX512-BF16 or
    /// AMX-BF16. Elsewhere it would only be slower, so all is Single and the log says so. Micikevicius et al., "Mixed Precision Training",
    /// ICLR 2018; Kalamkar et al., "A Study of BFLOAT16 for Deep Learning Training", arXiv 1905.12322 (why no loss is scaled).
    /// </summary>
    Mixed,

    /// <summary>
    /// The same on every device, emulated where it is missing: half of the memory for activations, but slow on such a processor.
    /// </summary>
    BFloat16,
}
