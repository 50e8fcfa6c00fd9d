namespace HybridRec.MLNet;

/// <summary>What a <see cref="LoraTuning"/> trains.</summary>
public enum TuningMethod
{
    /// <summary>Low-rank matrices beside chosen linear modules; merged into the weights when trained. Hu et al., "LoRA", ICLR 2022.</summary>
    Lora,

    /// <summary>All weights of the transformer.</summary>
    Full,

    /// <summary>One matrix over the pooled vector; the transformer stays as it is, so that each text runs through it once.</summary>
    Projection,
}
