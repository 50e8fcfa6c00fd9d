using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphLoss.SampledSoftmax"/>.</summary>
internal sealed record SampledSoftmaxLoss : GraphLossSettings
{
    internal const float DefaultItemNormExponent = 0.25f;

    private const int DefaultNegatives = 1024;

    public required float? Temperature { get; init; }

    public required int? Negatives { get; init; }

    public required NegativeSampling? NegativeSampling { get; init; }

    public required float? ItemNormExponent { get; init; }

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
