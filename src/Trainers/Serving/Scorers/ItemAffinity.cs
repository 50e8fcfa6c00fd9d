namespace HybridRec.MLNet.Serving;

/// <summary>How much having one item speaks for another.</summary>
/// <param name="Value">More is closer; 0 when the model does not tell.</param>
/// <param name="Kind">What it goes by.</param>
internal readonly record struct ItemAffinity(float Value, ReasonKind Kind);
