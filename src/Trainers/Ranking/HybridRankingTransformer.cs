using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>Adds the Score of each row's fused pair. Made by <see cref="HybridRankingTrainer"/>.</summary>
/// <remarks>Scores are finite for any row: unknown users and items have the answers of the stages before this one.</remarks>
public sealed class HybridRankingTransformer : RowTransformer, ISingleFeaturePredictionTransformer<HybridRankingModel>, IItemScoringModel
{
    internal const string StateKind = "HybridRanking";
    internal const int Version = 2; // 2: towers, the teacher's NDCG

    internal HybridRankingTransformer(IHostEnvironment env, string featureColumnName, HybridRankingModel model)
        : base(env, StageNames.Ranking)
    {
        FeatureColumnName = featureColumnName;
        Model = model;
    }

    /// <summary>The fused pair it reads.</summary>
    public string FeatureColumnName { get; }

    /// <summary>The type of that column.</summary>
    public DataViewType FeatureColumnType => new VectorDataViewType(NumberDataViewType.Single, Model.FeatureCount);

    /// <summary>The head.</summary>
    public HybridRankingModel Model { get; }

    internal override string Kind => StateKind;

    internal override int StateVersion => Version;

    IItemScorer? IItemScoringModel.TryCreateScorer(MLContext ml, ITransformer prefix, EntityTables tables) =>
        FusedItemScorer.TryCreate(Model, FeatureColumnName, prefix, tables);

    internal static HybridRankingTransformer Read(IHostEnvironment env, BinaryReader reader, int version) =>
        new(env, reader.ReadString(), HybridRankingModel.Read(reader, version));

    internal override void WriteState(BinaryWriter writer)
    {
        writer.Write(FeatureColumnName);
        Model.Write(writer);
    }

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        var features = FeatureColumn(input, FeatureColumnName, Model);
        return [new OutputColumn(
            ColumnNames.Score, NumberDataViewType.Single, ScoreAnnotations.Ranking(input), [features.Index], row => Getter(row, features))];
    }

    /// <summary>
    /// The fused column, checked against the model. Some tools (permutation feature importance) rewrite the column and drop its layout;
    /// then only the size can be checked.
    /// </summary>
    internal static DataViewSchema.Column FeatureColumn(DataViewSchema schema, string name, HybridRankingModel model)
    {
        var column = SchemaColumns.Require(schema, name, StageNames.Ranking, ColumnKinds.SingleVector);
        string? given = ColumnAnnotations.Text(column, FusionLayout.AnnotationKind);
        string trained = model.Map.Layout.ToString();
        if (SchemaColumns.Dimension(column) != model.FeatureCount || (given is not null && given != trained))
            throw new ArgumentException(
                $"{StageNames.Ranking}: column '{name}' has {SchemaColumns.Dimension(column)} values with layout '{given ?? "unknown"}'; " +
                $"the model was trained on {model.FeatureCount} with layout '{trained}'. Build it with the same ml.Hybrid.Fuse.");
        return column;
    }

    private ValueGetter<float> Getter(DataViewRow row, DataViewSchema.Column features)
    {
        var vectorOf = row.GetGetter<VBuffer<float>>(features);
        var scorer = new RowScorer(Model);
        float[] dense = new float[Model.FeatureCount];
        VBuffer<float> vector = default;
        return (ref float score) =>
        {
            vectorOf(ref vector);
            vector.CopyTo(dense);
            score = scorer.Score(dense);
        };
    }
}
