using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// How a token table is made small for the model file: pruning, a codebook of shared values, entropy coding (Han, Mao and Dally, Deep
/// compression, 2016). What is rounded is rounded at Fit, so that a loaded model gives the same vectors as the one that was saved.
/// </summary>
public sealed record TableCompressionOptions
{
    /// <summary>Share of the values that are kept, those of the largest magnitude; the others become 0.</summary>
    /// <value>The default is 1: all.</value>
    public double Density { get; init; } = 1;

    /// <summary>
    /// Distinct values of the table, 0 included where values were pruned: the centers of a one-dimensional
    /// k-means. 0: values stay as they are.
    /// </summary>
    /// <value>The default is 256.</value>
    public int CodebookSize { get; init; } = 256;

    internal void Validate()
    {
        var check = new OptionCheck("TableCompression");
        check.Require(Density is > 0 and <= 1, Density, "above 0 and at most 1", nameof(Density));
        check.Require(CodebookSize is 0 or (>= 2 and <= 256), CodebookSize, "0 (none) or 2 to 256", nameof(CodebookSize));
    }
}
