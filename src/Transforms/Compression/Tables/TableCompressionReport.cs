namespace HybridRec.MLNet;

/// <summary>What compression did to a token table.</summary>
/// <param name="FloatBytes">Bytes of the table as 32-bit floats.</param>
/// <param name="StoredBytes">Bytes of the table in a saved model.</param>
/// <param name="Density">Share of the values that are not 0.</param>
/// <param name="DistinctValues">Distinct values, 0 included; 0 if there is no codebook.</param>
/// <param name="RelativeError">Root of the sum of squared differences over that of squared values; 0 is lossless.</param>
public sealed record TableCompressionReport(long FloatBytes, long StoredBytes, double Density, int DistinctValues, double RelativeError)
{
    /// <summary>One line of it all.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"table of {FloatBytes / 1e6:F2} MB in {StoredBytes / 1e6:F2} MB ({(double)FloatBytes / StoredBytes:F1}x smaller), density ") +
            FormattableString.Invariant($"{Density:F2}, {DistinctValues} distinct values, relative error {RelativeError:F4}");
}
