using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Cross entropy of the item of an interaction against a set of negatives shared by the batch:
/// <c>-log( e^(s(u,i)/T) / (e^(s(u,i)/T) + sum_n e^(s(u,n)/T)) )</c>. Source: Wu et al., "On the Effectiveness of Sampled Softmax Loss
/// for Item Recommendation", 2022.
/// </summary>
public sealed record SampledSoftmaxLoss : GraphLossSettings
{
    internal const float DefaultItemNormExponent = 0.25f;

    private const int DefaultNegatives = 1024;

    /// <summary>The divisor T of the scores, above 0.</summary>
    /// <value>
    /// The default is null: 1 for dot products; for cosines <c>0.2 - 0.09 log10(I / 3300)</c>, between 0.1 and 0.2, where I is the number
    /// of items with an interaction: a large catalog has more items that are nearly right, and has to tell them apart.
    /// </value>
    public float? Temperature { get; init; }

    /// <summary>
    /// Items that the interactions of a batch share as negatives; in-batch negatives are at most so many.
    /// </summary>
    /// <value>The default is null: 1024.</value>
    public int? Negatives { get; init; }

    /// <summary>How the negatives are drawn.</summary>
    /// <value>
    /// The default is null: <see cref="NegativeSampling.InBatch"/> for cosines, but <see cref="NegativeSampling.Uniform"/> for dot products
    /// and where <see cref="Negatives"/> is given.
    /// </value>
    public NegativeSampling? NegativeSampling { get; init; }

    /// <summary>
    /// The exponent p of an item's length under the cosine: <c>s(u,i) = cos(u,i) |i|^p</c>, 0 to 1. A cosine alone can hardly say that an
    /// item is popular, and on data of many items and few ratings it loses much by that: see docs/quality.md for gowalla. 0 is the cosine;
    /// at 1 only users are brought to length 1. Training has it; what is served has one chosen near it, unless
    /// <see cref="GraphSimilarity.CosineServedWith"/> says otherwise.
    /// </summary>
    /// <value>The default is null: 0.25 for cosines, 0 for dot products.</value>
    public float? ItemNormExponent { get; init; }

    internal override float ItemExponent => ItemNormExponent ?? 0;

    // Of settings that a fit has, both are given.
    private NegativeSampling Sampling => NegativeSampling ?? NegativeSampling.Uniform;

    private int Count => Negatives ?? DefaultNegatives;

    internal override GraphLossSettings For(bool cosines) => this with
    {
        ItemNormExponent = ItemNormExponent ?? (cosines ? DefaultItemNormExponent : 0),
        NegativeSampling = NegativeSampling ?? (cosines && Negatives is null ? NegativeSampling.InBatch : NegativeSampling.Uniform)
    };

    internal override string Told => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"sampled softmax, temperature {Temperature}, {(Sampling.TakesPositives ? "in-batch" : "drawn")} negatives, ItemNormExponent " +
        $"{ItemNormExponent}");

    internal override GraphLossSettings For(bool cosines, int items) =>
        Temperature is null ? this with { Temperature = cosines ? CatalogTemperature(items) : 1 } : this;

    /// <summary>The temperature of cosines over a catalog of so many items, to two digits.</summary>
    internal static float CatalogTemperature(int items) =>
        (float)Math.Round(Math.Clamp(0.2 - (0.09 * Math.Log10(Math.Max(items, 1) / 3300.0)), 0.1, 0.2), 2);

    internal override IBatchSampler Sampler(InteractionGraph graph, int batchSize, int seed) =>
        new SharedNegativesSampler(graph, batchSize, new SharedNegatives(graph, Sampling, NegativesOf(batchSize)), seed);

    internal override int NegativesOf(int batchSize) => Sampling.Draws(Count, batchSize);

    internal override IBatchLoss Of(GraphBatch batch, int dimension, bool cosines, int threads)
    {
        int size = batch.Users.Length, drawn = batch.Negatives.Length;
        GraphHardNegatives? hard = Sampling.KeepsHardest ? new GraphHardNegatives(Count, drawn, dimension, threads) : null;
        return new SampledSoftmaxBatchLoss(
            size, hard is null ? drawn : Count, dimension, InEffect(Temperature, cosines), threads, hard);
    }

    internal override void Validate(OptionCheck check)
    {
        check.Above0(Temperature, nameof(Temperature));
        check.Between(Negatives, 1, MostNegatives, nameof(Negatives));
        check.Between(ItemNormExponent, 0, 1, nameof(ItemNormExponent));
        NegativeSampling?.Validate(check);
    }
}
