namespace HybridRec.MLNet;

/// <summary>
/// The numbers of the tables that a propagation gathers from. Gradients, parameters and the vectors served are of Single always.
/// </summary>
public enum EmbeddingPrecision
{
    /// <summary>32 bits.</summary>
    Single,

    /// <summary>
    /// 16 bits: the upper half of a Single (bfloat16), rounded to nearest at each propagation, a relative error of at most 2^-8 a neighbor.
    /// Half as many bytes are gathered, after a pass that rounds the table: it can pay where the table is far larger than the caches and
    /// vectors are long, not on small graphs. Measure by <c>propagate --precision</c>.
    /// </summary>
    BFloat16,

    /// <summary>
    /// 8 bits with a scale for each row, after training: training is in Single, and the vectors served, at the end of a fit and when
    /// interactions are folded in, are propagated in 8 bits with exact integer sums. Every backend that has them gives the same bytes. A
    /// table is a quarter of one of Single.
    /// </summary>
    Int8,
}
