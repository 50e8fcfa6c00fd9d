using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The legal values of <see cref="GnnEmbeddingOptions"/>: those of each option and of each part, and what does not go together.
/// </summary>
internal static class GnnEmbeddingRules
{
    private const int MostBatchSize = 1 << 22;

    public static void Validate(GnnEmbeddingOptions o, OptionCheck check)
    {
        Columns(o, check);
        check.Between(o.Dimension, 1, 4096, nameof(o.Dimension));
        check.AtLeast(o.MinimumStepsPerEpoch, 1, nameof(o.MinimumStepsPerEpoch));
        check.AtLeast(o.L2Regularization, 0, nameof(o.L2Regularization));
        check.Share(o.HoldoutFraction ?? 0.1, nameof(o.HoldoutFraction));
        check.AtLeast(o.ValidationUsers, 1, nameof(o.ValidationUsers));
        check.Between(o.FinalEpochs, 0, 1_000_000, nameof(o.FinalEpochs));
        check.Defined(o.Precision, nameof(o.Precision));
        Parts(o, check);
        Together(o, check);
    }

    private static void Columns(GnnEmbeddingOptions o, OptionCheck check)
    {
        check.Named(o.OutputUserColumnName, nameof(o.OutputUserColumnName));
        check.Named(o.OutputItemColumnName, nameof(o.OutputItemColumnName));
        check.Named(o.UserColumnName, nameof(o.UserColumnName));
        check.Named(o.ItemColumnName, nameof(o.ItemColumnName));
        check.Named(o.LabelColumnName, nameof(o.LabelColumnName));
        check.Finite(o.PositiveThreshold, nameof(o.PositiveThreshold));
        if (o.OutputUserColumnName == o.OutputItemColumnName)
            throw check.Refusal(nameof(o.OutputItemColumnName), $"'{o.OutputItemColumnName}'", "another name than OutputUserColumnName");
        Features(o.NodeFeatures, nameof(o.NodeFeatures), check);
        Features(o.ColdFeatures, nameof(o.ColdFeatures), check);
        if (o.ColdFeatures.Any(cold => o.NodeFeatures.Any(feature => feature.OfUsers == cold.OfUsers)))
            throw check.Refusal(
                nameof(o.ColdFeatures), Names(o.ColdFeatures),
                "columns of the side, users or items, that has no NodeFeatures, since those place nodes too");
    }

    private static void Features(IReadOnlyList<NodeFeature> features, string option, OptionCheck check)
    {
        ArgumentNullException.ThrowIfNull(features, option);
        foreach (NodeFeature feature in features)
        {
            check.Named(feature?.ColumnName, option);
            ColumnRoles.Check(check, feature!.Role, nameof(NodeFeature.Role));
        }

        if (features.DistinctBy(feature => feature.ColumnName, StringComparer.Ordinal).Count() != features.Count)
            throw check.Refusal(option, Names(features), "each column once");
    }

    private static void Parts(GnnEmbeddingOptions o, OptionCheck check)
    {
        ArgumentNullException.ThrowIfNull(o.Model, nameof(o.Model));
        ArgumentNullException.ThrowIfNull(o.Loss, nameof(o.Loss));
        ArgumentNullException.ThrowIfNull(o.Similarity, nameof(o.Similarity));
        ArgumentNullException.ThrowIfNull(o.FeatureProjection, nameof(o.FeatureProjection));
        ArgumentNullException.ThrowIfNull(o.Training, nameof(o.Training));
        ArgumentNullException.ThrowIfNull(o.Aggregation, nameof(o.Aggregation));
        o.Model.Validate(check);
        o.Loss.Validate(check);
        o.Similarity.Validate(check);
        o.FeatureProjection.Validate(check);
        o.Training.Validate(check.Stage);
        check.Between(o.Training.BatchSize, 1, MostBatchSize, nameof(o.Training.BatchSize));
        if (o.Edges is not null)
            new GraphEdgeRules(check, o.UserColumnName, o.ItemColumnName).Validate(o.Edges);
    }

    private static void Together(GnnEmbeddingOptions o, OptionCheck check)
    {
        GraphModelSettings model = o.Model;
        if (o.Loss.ItemExponent > 0 && !o.Similarity.IsCosine)
            throw check.Refusal(nameof(BprLoss.ItemNormExponent), $"{o.Loss.ItemExponent} under dot products", "0 there");
        if (model.StartsFromContent && (o.NodeFeatures.Count == 0 || o.NodeFeatures.Any(feature => feature.OfUsers)))
            throw check.Refusal(
                nameof(o.NodeFeatures), Names(o.NodeFeatures),
                $"columns that describe items for {model.Name}, and none of users, who are the mean of their items");
        if (o.ColdFeatures.Count > 0 && (model.StartsFromContent || model.Sampled is not null))
            throw check.Refusal(
                nameof(o.ColdFeatures), Names(o.ColdFeatures), $"empty for {model.Name}, which places nodes by its own NodeFeatures");
        if (!o.HasIdEmbeddings && (o.NodeFeatures.Count == 0 || (model.Layers == 0 && !model.StartsFromContent)))
            throw check.Refusal(
                nameof(o.IdEmbeddings), "false", "true without NodeFeatures or layers, since a user without either would have no vector");
        if (o.Precision == EmbeddingPrecision.BFloat16 && (o.Aggregation != AggregationBackend.Cpu || model.Sampled is not null))
            throw check.Refusal(
                nameof(o.Precision), $"{o.Precision}",
                "Single or Int8 with another backend than AggregationBackend.Cpu, and where rows of blocks are gathered");
        if (!o.Aggregation.Allows(o.Precision))
            throw check.Refusal(nameof(o.Precision), $"{o.Precision}", "what the Capabilities of the backend given have");
        if (o.Updatable && (!model.FoldsIn || model.Layers == 0))
            throw check.Refusal(
                nameof(o.Updatable), $"true for {model.Name} of {model.Layers} layers",
                "false for Gcn and for 0 layers, into which interactions do not fold");
        if (o.FurtherEdges.Any && o.Updatable)
            throw check.Refusal(
                nameof(o.Updatable), "true with several types of edges",
                "false there: interactions fold into a graph of interactions alone");
        if (o.FurtherEdges.Any && model.Sampled is not null)
            throw check.Refusal(
                nameof(o.Model), $"{model.Name} with several types of edges", "a model that propagates over the whole graph there");
    }

    private static string Names(IReadOnlyList<NodeFeature> features) =>
        features.Count == 0 ? "empty" : string.Join(", ", features.Select(feature => feature.ColumnName));
}
