namespace HybridRec.MLNet.Accel;

/// <summary>Makes the approximate index of a table of vectors.</summary>
public interface IVectorIndexFactory
{
    /// <summary>Builds an index.</summary>
    /// <param name="vectors">Rows x dimension, finite; they do not change.</param>
    /// <param name="dimension">Length of a row, 1 or more.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    IVectorIndex Create(ReadOnlyMemory<float> vectors, int dimension, CancellationToken cancellationToken);
}
