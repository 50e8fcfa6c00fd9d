using System.Globalization;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>The legal values of <see cref="GnnEmbeddingOptions"/>, each with the message of its violation.</summary>
internal static class GnnEmbeddingOptionsCheck
{
    /// <summary>Throws at the first illegal option.</summary>
    public static void Throw(GnnEmbeddingOptions o)
    {
        Named(o.OutputUserColumnName, nameof(o.OutputUserColumnName));
        Named(o.OutputItemColumnName, nameof(o.OutputItemColumnName));
        Named(o.UserColumnName, nameof(o.UserColumnName));
        Named(o.ItemColumnName, nameof(o.ItemColumnName));
        Named(o.LabelColumnName, nameof(o.LabelColumnName));
        if (o.OutputUserColumnName == o.OutputItemColumnName)
            throw Illegal(nameof(o.OutputItemColumnName), o.OutputItemColumnName, "another name than OutputUserColumnName");
        if (o.NodeFeatures is null || o.NodeFeatures.Any(string.IsNullOrWhiteSpace))
            throw Illegal(nameof(o.NodeFeatures), o.NodeFeatures is null ? "null" : "an empty name", "names of vector columns, or none");
        if (o.NodeFeatures.Distinct(StringComparer.Ordinal).Count() != o.NodeFeatures.Count)
            throw Illegal(nameof(o.NodeFeatures), string.Join(", ", o.NodeFeatures), "each column once");
        Defined(o.Model, nameof(o.Model));
        Defined(o.Activation, nameof(o.Activation));
        Defined(o.FeatureProjection, nameof(o.FeatureProjection));
        Defined(o.Normalization, nameof(o.Normalization));
        Defined(o.Objective, nameof(o.Objective));
        Defined(o.Similarity, nameof(o.Similarity));
        Defined(o.NegativeSampling, nameof(o.NegativeSampling));
        Defined(o.Precision, nameof(o.Precision));
        Between(o.Dimension, 1, 4096, nameof(o.Dimension));
        Between(o.Layers, 0, 16, nameof(o.Layers));
        Between(o.FeatureHiddenSize, 1, HiddenLayer.MostUnits, nameof(o.FeatureHiddenSize));
        Between(o.Epochs, 0, 1_000_000, nameof(o.Epochs));
        Between(o.BatchSize ?? 1, 1, 1 << 22, nameof(o.BatchSize));
        Between(o.MinimumStepsPerEpoch, 1, int.MaxValue, nameof(o.MinimumStepsPerEpoch));
        Between(o.Negatives, 1, 1 << 20, nameof(o.Negatives));
        Between(o.HardPoolFactor, 2, 64, nameof(o.HardPoolFactor));
        Between(o.Patience, 0, int.MaxValue, nameof(o.Patience));
        Between(o.ValidationUsers, 1, int.MaxValue, nameof(o.ValidationUsers));
        Between(o.FinalEpochs, 0, 1_000_000, nameof(o.FinalEpochs));
        Between(o.Threads, 0, 1024, nameof(o.Threads));
        Between(o.CheckpointEvery, 1, int.MaxValue, nameof(o.CheckpointEvery));
        Above0(o.LearningRate, nameof(o.LearningRate));
        if (!(o.LearningRateDecay is >= 0 and <= 1))
            throw Illegal(nameof(o.LearningRateDecay), Text(o.LearningRateDecay), "0 to 1, a share of the epochs");
        AtLeast0(o.L2Regularization, nameof(o.L2Regularization));
        AtLeast0(o.ContrastWeight, nameof(o.ContrastWeight));
        Above0(o.ContrastTemperature, nameof(o.ContrastTemperature));
        AtLeast0(o.NoiseMagnitude, nameof(o.NoiseMagnitude));
        AtLeast0(o.PopularityExponent, nameof(o.PopularityExponent));
        AtLeast0(o.UniformityWeight, nameof(o.UniformityWeight));
        AtLeast0(o.NegativeWeight, nameof(o.NegativeWeight));
        if (!(o.Margin is >= -1 and <= 1))
            throw Illegal(nameof(o.Margin), Text(o.Margin), "-1 to 1, the range of a cosine");
        if (!(o.ItemNormExponent is >= 0 and <= 1))
            throw Illegal(nameof(o.ItemNormExponent), Text(o.ItemNormExponent), "0 to 1");
        if (o.ItemNormExponent > 0 && (o.Similarity != GraphSimilarity.Cosine || o.Objective is not (GraphObjective.SampledSoftmax or GraphObjective.Bpr)))
            throw Illegal(nameof(o.ItemNormExponent), $"{Text(o.ItemNormExponent)} under {o.Similarity} and {o.Objective}", "0 there; other values belong to Cosine with SampledSoftmax or Bpr");
        if (o.ServedItemNormExponent is float served && !(served is >= 0 and <= 1 && o.Similarity == GraphSimilarity.Cosine))
            throw Illegal(nameof(o.ServedItemNormExponent), $"{Text(served)} under {o.Similarity}", "0 to 1 under Cosine, or null");
        if (o.NegativeSampling != GraphNegativeSampling.Uniform && o.Objective != GraphObjective.SampledSoftmax)
            throw Illegal(nameof(o.NegativeSampling), o.NegativeSampling.ToString(), $"Uniform under {o.Objective}; the others belong to SampledSoftmax");
        if (o.Model is GraphModel.SimGcl or GraphModel.XSimGcl && o.Layers == 0)
            throw Illegal(nameof(o.Layers), "0", $"1 to 16 for {o.Model}, whose vectors are the mean of the layers 1 to L");
        if (o.Model == GraphModel.AlphaRec && (o.NodeFeatures.Count == 0 || o.NodeFeatures.Any(FeatureColumns.IsUsers)))
        {
            throw Illegal(
                nameof(o.NodeFeatures), o.NodeFeatures.Count == 0 ? "empty" : string.Join(", ", o.NodeFeatures),
                "for AlphaRec, columns that describe items, and none of users, who are the mean of their items");
        }

        if (!o.HasIdEmbeddings && (o.NodeFeatures.Count == 0 || (o.Layers == 0 && o.Model != GraphModel.AlphaRec)))
            throw Illegal(nameof(o.IdEmbeddings), "false", "true where there are no NodeFeatures, and where Layers is 0, since a user without either would have no vector");
        Blocks(o);
        if (o.Model == GraphModel.XSimGcl)
            Between(o.ContrastLayer, 1, o.Layers, nameof(o.ContrastLayer));
        if (o.Temperature is float t && !(t > 0 && float.IsFinite(t)))
            throw Illegal(nameof(o.Temperature), Text(t), "a finite number above 0, or null");
        if (o.PositiveThreshold is float p && !float.IsFinite(p))
            throw Illegal(nameof(o.PositiveThreshold), Text(p), "a finite number, or null for every label above 0");
        if (!(o.HoldoutFraction is >= 0 and < 1))
            throw Illegal(nameof(o.HoldoutFraction), Text(o.HoldoutFraction), "0 or more and below 1");
        if (o.Aggregation is null)
            throw Illegal(nameof(o.Aggregation), "null", "AggregationBackend.Cpu or another backend");
        if (o.Precision == EmbeddingPrecision.BFloat16 && o.Aggregation != AggregationBackend.Cpu)
            throw Illegal(nameof(o.Precision), o.Precision.ToString(), "Single or Int8 with another backend than AggregationBackend.Cpu");
        if (!o.Aggregation.Allows(o.Precision))
            throw Illegal(nameof(o.Precision), o.Precision.ToString(), "what the Capabilities of the backend given have");
        if (o.Resume && o.CheckpointPath is null)
            throw Illegal(nameof(o.CheckpointPath), "null while Resume is set", "the file to continue from");
        GraphEdgesCheck.Throw(o);
        if (o.Updatable && (o.Model == GraphModel.Gcn || o.Layers == 0))
        {
            throw Illegal(
                nameof(o.Updatable), $"true for {o.Model} with {Text(o.Layers)} layers",
                "false there; interactions fold into LightGcn, SimGcl, XSimGcl, AlphaRec, GraphSage and PinSage, of 1 to 16 layers");
        }

        bool furtherEdges = o.EdgeTypeColumnName is not null || o.AttributeEdges.Count + o.ItemRelations.Count > 0;
        if (o.Updatable && furtherEdges)
            throw Illegal(nameof(o.Updatable), "true with several types of edges", "false there; interactions fold into a graph of interactions alone");
        if (o.SamplesBlocks && furtherEdges)
            throw Illegal(nameof(o.Model), $"{o.Model} with several types of edges", "a model that propagates over the whole graph there: LightGcn, Gcn, SimGcl, XSimGcl, AlphaRec");
        if (o.SamplesBlocks && o.Precision == EmbeddingPrecision.BFloat16)
            throw Illegal(nameof(o.Precision), $"{o.Precision} for {o.Model}", "Single or Int8 there: blocks are gathered row by row");
    }

    private static void Blocks(GnnEmbeddingOptions o)
    {
        Between(o.WalkLength, 1, 1000, nameof(o.WalkLength));
        Between(o.WalkCount, 1, 100_000, nameof(o.WalkCount));
        Between(o.TopNeighbors, 1, BlockSampler.MostFanout, nameof(o.TopNeighbors));
        if (!(o.ColdShare is >= 0 and < 1))
            throw Illegal(nameof(o.ColdShare), Text(o.ColdShare), "0 or more and below 1");
        if (o.SamplesBlocks)
            Between(o.Layers, 1, 16, nameof(o.Layers));
        Fanouts(o.Fanouts, o.Layers, nameof(o.Fanouts));
        Fanouts(o.ServedFanouts, o.Layers, nameof(o.ServedFanouts));
        if (o.ServedFanouts is not null && !o.SamplesBlocks)
            throw Illegal(nameof(o.ServedFanouts), $"set for {o.Model}", "null there; GraphSage and PinSage are served from sampled neighbors");
    }

    private static void Fanouts(IReadOnlyList<int>? fanouts, int layers, string option)
    {
        if (fanouts is null)
            return;
        string given = fanouts.Count == 0 ? "empty" : string.Join(", ", fanouts.Select(f => Text(f)));
        if (fanouts.Any(f => f is < 1 or > BlockSampler.MostFanout))
            throw Illegal(option, given, $"1 to {BlockSampler.MostFanout} neighbors at each hop");
        if (fanouts.Count != layers)
            throw Illegal(option, given, $"as many numbers as Layers ({layers}), or null");
    }

    private static void Named(string value, string option)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw Illegal(option, value is null ? "null" : $"'{value}'", "a column name");
    }

    private static void Defined<T>(T value, string option)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw Illegal(option, value.ToString(), string.Join(", ", Enum.GetNames<T>()));
    }

    private static void Between(int value, int least, int most, string option)
    {
        if (value < least || value > most)
            throw Illegal(option, Text(value), most == int.MaxValue ? $"{Text(least)} or more" : $"{Text(least)} to {Text(most)}");
    }

    internal static void Above0(float value, string option)
    {
        if (!(value > 0 && float.IsFinite(value)))
            throw Illegal(option, Text(value), "a finite number above 0");
    }

    private static void AtLeast0(float value, string option)
    {
        if (!(value >= 0 && float.IsFinite(value)))
            throw Illegal(option, Text(value), "a finite number, 0 or more");
    }

    internal static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    internal static ArgumentException Illegal(string option, string given, string allowed)
        => new($"GnnEmbedding option {option} is {given}; allowed: {allowed}.");
}
