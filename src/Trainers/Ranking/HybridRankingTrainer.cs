using System.Globalization;
using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace HybridRec.MLNet;

/// <summary>
/// Trains the ranking head of eq. 4 over fused pairs z = [h_u | e_u | h_i | e_i | s_ui]: the products of the parts of user and item, and
/// the scores s_ui of closed forms.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>What it is</description></listheader>
/// <item><term>User, Item (input)</term><description>Keys, as MapValueToKey makes them. Rows with a missing key are left out of
/// training.</description></item>
/// <item><term>Features (input)</term><description>The fused pair of <c>ml.Hybrid.Fuse</c>, which says by its layout which slots are the
/// user's, which the item's and which the pair's. A part of a side must depend on the user's or on the item's key alone; a part of the pair
/// is a column of <c>ml.Hybrid.GraphFilter</c>.</description></item>
/// <item><term>Label (input, optional)</term><description>Number; a row is a positive where it is above 0, or at least
/// <see cref="RankingOptions.PositiveThreshold"/>. Without the column every row is one.</description></item>
/// <item><term>Holdout (input, optional)</term><description>Boolean: rows the stages before were not fitted on. Positives are learned from
/// these only.</description></item>
/// <item><term>Score (output)</term><description>Single, with ML.NET's annotations of a ranking score.</description></item>
/// </list>
/// <list type="table">
/// <listheader><term>Characteristic</term><description></description></listheader>
/// <item><term>Task</term><description>Ranking of items for a user, from positives and sampled negatives</description></item>
/// <item><term>Normalization required</term><description>No; parts are scaled by the trainer</description></item>
/// <item><term>Caching required</term><description>No; the data is read three times</description></item>
/// <item><term>Deterministic</term><description>Yes, for any number of threads</description></item>
/// </list>
/// The score starts as a mix of the pairs' dot products and of the closed forms' scores, chosen by NDCG@20 on held-out rows: never below
/// the best part alone, and drawn towards equal parts where the rows are too few to tell. A share of the users is held back from training;
/// the epoch that ranks their held-out rows best is kept, epoch 0 being the start, so that training cannot end below it on those users.
/// Where nothing beats the start by more than 0.1 % and by more than two standard errors of the paired differences (with a teacher, by
/// more than 0.1 %), the model is that mix alone (<see cref="HybridRankingModel.Head"/> is DotProduct). With
/// <see cref="RankingOptions.Distillation"/> the head learns the order of a teacher as well.
/// Papers: He et al., Neural Collaborative Filtering, arXiv 1708.05031; Rendle et al., BPR, arXiv 1205.2618; Rendle et al., Neural
/// Collaborative Filtering vs. Matrix Factorization Revisited, arXiv 2005.09683 (why the dot product is kept beside the MLP).
/// </remarks>
public sealed class HybridRankingTrainer : ITrainerEstimator<HybridRankingTransformer, HybridRankingModel>
{
    private const string Stage = StageNames.Ranking;

    private readonly MLContext _ml;
    private readonly IHost _host;
    private readonly RankingOptions _options;

    internal HybridRankingTrainer(MLContext ml, RankingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _ml = ml;
        _host = ((IHostEnvironment)ml).Register(Stage);
        _options = options.InEffect(_host.Seed(options.Training.Seed));
        // TrainerInfo has no public constructor; that of an online learner says what holds here: no normalization, no caching needed.
        Info = ml.Regression.Trainers.OnlineGradientDescent(new OnlineGradientDescentTrainer.Options { LearningRate = 0.1f }).Info;
    }

    /// <summary>What ML.NET asks of trainers.</summary>
    public TrainerInfo Info { get; }

    /// <summary>The shape after this stage.</summary>
    /// <param name="inputSchema">The shape before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Shapes.Require(inputSchema, _options.UserColumnName, Stage, ColumnKinds.Key);
        Shapes.Require(inputSchema, _options.ItemColumnName, Stage, ColumnKinds.Key);
        Shapes.Require(inputSchema, _options.FeatureColumnName, Stage, ColumnKinds.SingleVector);
        Shapes.Optional(inputSchema, _options.HoldoutColumnName, Stage, ColumnKinds.Boolean);
        InteractionColumns.CheckLabel(inputSchema, _options.LabelColumnName, _options.PositiveThreshold, Stage);
        return ScoreAnnotations.AppendScore(inputSchema);
    }

    /// <summary>Trains a head.</summary>
    /// <param name="input">Interactions with their fused pairs.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type, Features has no layout,
    /// or there is no row.</exception>
    /// <exception cref="InvalidDataException">A label or a feature is not finite.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is damaged, or of other data or options.</exception>
    /// <exception cref="InvalidOperationException">No row is a positive that can be learned from.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public HybridRankingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var features = SchemaColumns.Require(input.Schema, _options.FeatureColumnName, Stage, ColumnKinds.SingleVector);
        var layout = FusionLayout.Of(features) ?? throw new ArgumentException(
            $"{Stage}: column '{_options.FeatureColumnName}' carries no fusion layout: build it with ml.Hybrid.Fuse, which notes which " +
            "slots are the user's and which the item's.");
        var map = Check(layout);
        using var log = new TrainingLog(_host, Stage, _options.Training.Progress);
        var model = _options.Head.IsTrained ? Train(input, map, log) : DotProduct(map);
        return new HybridRankingTransformer(_ml, _options.FeatureColumnName, model);
    }

    private HeadFeatures Check(FusionLayout layout)
    {
        if (layout.Parts.FirstOrDefault(part => part.Role == ColumnRole.Context) is { Column: { } name })
            throw new ArgumentException(
                $"{Stage}: part '{name}' of column '{_options.FeatureColumnName}' is neither the user's nor the item's, so it has no " +
                "value for the pairs that are not in the data. Say whose it is: Fuse(user: [...], item: [...]), pair: [...] for the " +
                "scores of GraphFilter; or leave it out of Fuse.");
        var map = HeadFeatures.Unscaled(layout);
        if (map.ItemDimension == 0 && map.Scores == 0)
            throw new ArgumentException($"{Stage}: column '{_options.FeatureColumnName}' has no part of the item, so all items would " +
                "score alike. Give Fuse a column whose name starts with Item.");
        if (_options.Head.NeedsPairs && map.Pairs().Count + map.Scores == 0)
            throw new ArgumentException(
                $"{Stage}: the head {_options.Head.Kind} multiplies the user's parts with the item's, but no two parts of '{layout}' are " +
                "a pair: columns equal after User and Item, such as UserGraph and ItemGraph, and of one size. Rename them or use " +
                "RankingHead.Mlp() or RankingHead.TwoTower().");
        return map;
    }

    private static HybridRankingModel DotProduct(HeadFeatures map)
    {
        var pairs = map.Pairs();
        var shape = new HeadShape(RankingHeadKind.DotProduct, map.UserDimension, map.ItemDimension, pairs, [], scores: map.Scores);
        float[] ones = new float[shape.MixedParts];
        Array.Fill(ones, 1);
        var untrained = new HeadEpoch(0, double.NaN, double.NaN);
        return new HybridRankingModel(map, new HeadWeights(shape, ones, ones, []), untrained, untrained, double.NaN);
    }

    private static FormattableString Told(MixSearch mix, HeadWeights weights, FusionLayout layout)
    {
        float sum = weights.StartWeights.Sum();
        var parts = layout.Pairs.Select(pair => pair.User.Column).Concat(layout.PairParts.Select(part => part.Column));
        string told = string.Join(", ", parts.Select((name, p) => FormattableString.Invariant(
            $"{name} {weights.StartWeights[p] / sum:F2} (alone {mix.Alone[p]:F4})")));
        return $"mix: {told}; NDCG@20 {mix.Chosen:F4}, trust {mix.Trust:F2}";
    }

    private HybridRankingModel Train(IDataView input, HeadFeatures map, TrainingLog log)
    {
        var reader = new RankingReader(input, _options);
        reader.Tell(_host, input.Schema);
        var data = reader.Read(map);
        map = map.Standardize(data.Users, data.Items);
        if (data.HeldOut.EdgeCount == 0)
            throw new InvalidOperationException(
                $"{Stage}: no row is a positive to learn from: of {data.Known.EdgeCount} known pairs none has a label " +
                (reader.PositiveThreshold is { } least ? string.Create(CultureInfo.InvariantCulture, $"of at least {least}") : "above 0")
                + (reader.HasHoldout
                    ? $" and {_options.HoldoutColumnName} true. Fit the stage that writes the column in one chain with this one (fitted " +
                      "alone it marks nothing), hold out more rows (HoldoutFraction),"
                    : ". Lower PositiveThreshold,")
                + " or use RankingHead.DotProduct(), which needs no training.");
        if (!reader.HasHoldout)
            log.Warning($"no column '{_options.HoldoutColumnName}': the head learns on rows its inputs may have been fitted on, and will trust them too much. GnnEmbedding and UserProfile write it.");
        log.Info($"{data.UserCount} users, {data.ItemCount} items, {data.HeldOut.EdgeCount} positives, layout {map.Layout}");

        var shape = _options.Head.Shape(map.UserDimension, map.ItemDimension, map.Pairs(), map.Scores);
        var keys = reader.PairKeys;
        if (keys.Scorers.Count != map.Scores)
            throw new ArgumentException(
                $"{Stage}: {map.Scores} parts of '{map.Layout}' are of the pair, and {keys.Scorers.Count} of them can be scored for " +
                "pairs that are in no row. Give Fuse(pair: [...]) the columns of ml.Hybrid.GraphFilter as they come.");
        var training = new HeadTraining(data, _options, Report, _options.Distillation is null ? null : reader.Teacher(_ml), keys);
        var weights = training.Run(shape);
        if (weights is null)
        {
            log.Warning($"fewer than two users have a held-out positive: nothing was trained, the score is the plain sum of dot products");
            return DotProduct(HeadFeatures.Unscaled(map.Layout));
        }
        if (training.ContinuedAfter > 0)
            log.Info($"continued after epoch {training.ContinuedAfter} of '{_options.Training.CheckpointPath}'");
        if (training.Soft is { } soft)
            log.Info($"teacher: NDCG@20 {training.TeacherNdcg:F4}, soft labels for {soft.Count} lists, factor {soft.Factor:G4}");
        log.Info(Told(training.Mix!, weights, map.Layout));
        if (training.EndedEarly is { } reason)
            log.Info($"{reason}");
        log.Info($"kept epoch {training.Best.Epoch}: NDCG@20 {training.Best.Ndcg:F4}, start {training.Start.Ndcg:F4}");
        if (training.Best.Epoch == 0)
        {
            // The start is the mix alone; without the hidden layers that add nothing it scores the same, many times faster.
            var mix = new HeadShape(
                RankingHeadKind.DotProduct, map.UserDimension, map.ItemDimension, shape.Pairs, [], scores: shape.Scores);
            weights = new HeadWeights(mix, weights.PairScales, weights.StartWeights, []);
        }
        return new HybridRankingModel(map, weights, training.Start, training.Best, training.TeacherNdcg);

        void Report(HeadEpoch epoch)
        {
            Cancellation.ThrowIfRequested(_host, _options.Training.CancellationToken);
            log.Epoch(epoch.Epoch, _options.Training.Epochs!.Value, epoch.Loss, epoch.Ndcg);
        }
    }
}
