using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Serving;

/// <summary>A run of slots of the items' vectors.</summary>
/// <param name="First">Its first slot.</param>
/// <param name="Length">Its slots.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="Weight">Its share of the head's mix; 0 where no part of users belongs to it. All of them are 1.</param>
internal readonly record struct ItemPart(int First, int Length, ReasonKind Kind, float Weight)
{
    /// <summary>Parts beyond this many are not told apart.</summary>
    public const int Most = 8;

    /// <summary>The parts of a model's items, in the order of their slots, without gaps.</summary>
    /// <param name="model">A chain that ends in a head.</param>
    /// <param name="width">Slots of an item.</param>
    public static ItemPart[] Of(ITransformer model, int width)
    {
        ITransformer[] stages = [.. ChainStages.Of(model)];
        if (stages is not [.., HybridRankingTransformer { Model: var head }])
            return [new(0, width, ReasonKind.Features, 1)];
        FusionLayout layout = head.Map.Layout;
        var parts = new List<ItemPart>();
        int first = 0;
        foreach (FusionPart part in layout.Parts.Where(part => part.Role == ColumnRole.Item))
        {
            float weight = 0;
            for (int pair = 0; pair < layout.Pairs.Count; pair++)
            {
                if (layout.Pairs[pair].Item == part)
                    weight += Math.Max(0, head.Weights.StartWeights[pair]);
            }

            parts.Add(new ItemPart(first, part.Dimension, KindOf(stages, part.Column), weight));
            first += part.Dimension;
        }

        if (first != width || parts.Count > Most)
            return [new(0, width, ReasonKind.Features, 1)];
        float sum = parts.Sum(part => part.Weight);
        return [.. parts.Select(part => part with { Weight = sum > 0 ? part.Weight / sum : 1f / parts.Count })];
    }

    private static ReasonKind KindOf(ITransformer[] stages, string column)
    {
        foreach (ITransformer stage in stages)
        {
            if (stage is LlmEmbeddingTransformer text && text.OutputColumnName == column)
                return ReasonKind.Text;
            if (stage is GnnEmbeddingTransformer graph && graph.Columns.OutputItem == column)
                return ReasonKind.People;
        }

        return ReasonKind.Features;
    }
}
