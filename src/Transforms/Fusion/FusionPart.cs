namespace HybridRec.MLNet.Fusion;

/// <summary>A run of slots of a fused vector.</summary>
/// <param name="Role">Whom it describes.</param>
/// <param name="Column">The column it came from.</param>
/// <param name="Offset">Its first slot.</param>
/// <param name="Dimension">Its number of slots.</param>
internal readonly record struct FusionPart(ColumnRole Role, string Column, int Offset, int Dimension);
