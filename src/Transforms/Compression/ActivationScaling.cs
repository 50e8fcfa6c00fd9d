namespace HybridRec.MLNet;

/// <summary>Where the scale of a layer's input comes from when its weights are INT8: x ~ s (q - z) with q in 0..255.</summary>
public enum ActivationScaling
{
    /// <summary>
    /// From the smallest and largest value of each input tensor when it is met (<c>DynamicQuantizeLinear</c>): nothing to calibrate.
    /// </summary>
    Dynamic,

    /// <summary>
    /// From the smallest and largest value met on sample texts of the items, then fixed (<c>QuantizeLinear</c>, <c>DequantizeLinear</c>): a
    /// vector does not depend on the other texts of its batch; values beyond the range met are cut.
    /// </summary>
    Static,
}
