namespace HybridRec.MLNet.Text;

/// <summary>A weight on its way into a model file.</summary>
/// <param name="Shape">Its sides.</param>
/// <param name="Values">Their product of values, row-major.</param>
internal sealed record FloatTensor(IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values);
