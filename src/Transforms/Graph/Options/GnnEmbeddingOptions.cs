using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Options of <see cref="GnnEmbeddingEstimator"/>. The defaults train LightGCN by sampled softmax over cosines and items' lengths, which
/// needs a fraction of the epochs of BPR, and choose from the data what they leave open; <see cref="PublishedLightGcn"/> is the setting of
/// the LightGCN paper.
/// </summary>
public sealed record GnnEmbeddingOptions
{
    internal const int DefaultMinimumSteps = 128;

    /// <summary>What <see cref="Training"/> leaves null, but for what <see cref="GnnEmbeddingEffort"/> says of quick ones.</summary>
    internal static readonly TrainingSettings Defaults =
        new() { Epochs = 30, LearningRate = 0.005, LearningRateDecay = 0, Patience = 6, CheckpointEvery = 1 };

    /// <summary>Name of the output column with the user's vector (known-size vector of Single, <see cref="Dimension"/> long).</summary>
    /// <value>The default is "UserGraph".</value>
    [NotInFingerprint]
    public string OutputUserColumnName { get; init; } = "UserGraph";

    /// <summary>Name of the output column with the item's vector (known-size vector of Single, <see cref="Dimension"/> long).</summary>
    /// <value>The default is "ItemGraph".</value>
    [NotInFingerprint]
    public string OutputItemColumnName { get; init; } = "ItemGraph";

    /// <summary>Name of the key column of users.</summary>
    /// <value>The default is "User".</value>
    public string UserColumnName { get; init; } = "User";

    /// <summary>Name of the key column of items.</summary>
    /// <value>The default is "Item".</value>
    public string ItemColumnName { get; init; } = "Item";

    /// <summary>Name of the label column. A view without it has positive rows only.</summary>
    /// <value>The default is "Label".</value>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// The least label of an interaction that becomes an edge of the graph; null: what the label column says (loaders of stars say 4),
    /// else above 0.
    /// </summary>
    /// <value>The default is null.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>
    /// Columns of node features (known-size vectors of Single) projected into the graph, by name: <c>["ItemMeaning"]</c>. A name that
    /// starts with "User" describes the user, any other the item; <see cref="NodeFeature.Role"/> says otherwise.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<NodeFeature> NodeFeatures { get; init; } = [];

    /// <summary>
    /// Columns (known-size vectors of Single) that place users or items without interactions and do nothing else, by name:
    /// <c>["ItemMeaning"]</c>. Such a node gets what a ridge regression of the trained vectors on them predicts, as long as the average
    /// trained node, so that it is as popular as an average item. Vectors of nodes with interactions are the same without them, where
    /// <see cref="NodeFeatures"/>, which place such nodes too, take part in training. A side has one or the other. Not for models that
    /// place nodes by their own features: GraphSAGE, PinSage, AlphaRec.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<NodeFeature> ColdFeatures { get; init; } = [];

    /// <summary>How node features are mapped into layer 0.</summary>
    /// <value>The default is <see cref="GraphFeatureProjection.Linear"/>.</value>
    public GraphFeatureProjection FeatureProjection { get; init; } = GraphFeatureProjection.Linear;

    /// <summary>
    /// Whether nodes have a trained vector of their own in layer 0, besides their projected features; without, there have to be features.
    /// </summary>
    /// <value>The default is null: not for <see cref="GraphModel.AlphaRec"/>, for every other model they have.</value>
    public bool? IdEmbeddings { get; init; }

    /// <summary>Edges besides those of the interactions.</summary>
    /// <value>The default is null: none.</value>
    public GraphEdgeOptions? Edges { get; init; }

    /// <summary>The propagation rule: <see cref="GraphModel"/> names those there are.</summary>
    /// <value>The default is <see cref="GraphModel.LightGcn"/> of 3 layers.</value>
    public GraphModelSettings Model { get; init; } = GraphModel.LightGcn();

    /// <summary>What training minimizes: <see cref="GraphLoss"/> names those there are.</summary>
    /// <value>The default is <see cref="GraphLoss.SampledSoftmax"/>.</value>
    public GraphLossSettings Loss { get; init; } = GraphLoss.SampledSoftmax();

    /// <summary>The score of a user and an item.</summary>
    /// <value>The default is <see cref="GraphSimilarity.Cosine"/>.</value>
    public GraphSimilarity Similarity { get; init; } = GraphSimilarity.Cosine;

    /// <summary>Length of the vectors.</summary>
    /// <value>The default is 64.</value>
    public int Dimension { get; init; } = 64;

    /// <summary>
    /// The steps an epoch keeps, by batches smaller than the size given where need be; 1 takes batches as they are given. A step over the
    /// whole graph costs nearly the same whatever its batch, so fewer, larger steps at a higher learning rate make epochs cheaper.
    /// </summary>
    /// <value>The default is 128.</value>
    public int MinimumStepsPerEpoch { get; init; } = DefaultMinimumSteps;

    /// <summary>
    /// Weight of the squared layer-0 embeddings of a batch: <c>L2/(2B)</c> times the sum over users, items and negatives of the batch.
    /// </summary>
    /// <value>The default is 1e-4.</value>
    public float L2Regularization { get; init; } = 1e-4f;

    /// <summary>
    /// Share of each user's positive rows that is kept from the graph and the loss: early stopping looks at it, and a ranker after this
    /// stage trains on it, because its inputs have not seen it. A boolean input column "Holdout" takes its place. 0 trains on everything,
    /// without early stopping and without a Holdout column.
    /// </summary>
    /// <value>The default is null: 0.1, and up to 0.3 where there are fewer than 10,000 positives.</value>
    public double? HoldoutFraction { get; init; }

    /// <summary>Most users of the holdout whose full ranking is computed after each epoch.</summary>
    /// <value>The default is 2000.</value>
    public int ValidationUsers { get; init; } = 2000;

    /// <summary>
    /// Epochs over all interactions, the holdout included, after early stopping and before the serving tables are computed, at the rate of
    /// the epoch that was kept: edges that are only propagated over, not trained on, do harm. 0: the serving tables are the trained
    /// parameters propagated over the graph of all interactions.
    /// </summary>
    /// <value>
    /// The default is null: 5; of LightGCN under sampled softmax of cosines as many as go through 450,000 interactions, 2 to 5.
    /// </value>
    public int? FinalEpochs { get; init; }

    /// <summary>
    /// Whether the model keeps what <c>ml.Hybrid.Update</c> and <c>ml.Hybrid.CreateUpdater</c> need: the graph and the layer-0 vectors,
    /// which make the saved model about twice as large. Not for <see cref="GraphModel.Gcn"/>, nor for 0 layers, where interactions do not
    /// enter the vectors. <see cref="GraphModel.GraphSage"/> and <see cref="GraphModel.PinSage"/> take rows by <c>ml.Hybrid.Update</c>
    /// alone.
    /// </summary>
    /// <value>The default is false.</value>
    [NotInFingerprint]
    public bool Updatable { get; init; }

    /// <summary>
    /// Epochs, rate, batches, early stopping by NDCG@10 on the holdout, seed, threads, checkpoints, cancellation and progress. A step
    /// propagates over the whole graph, so without a batch size there are more than 4096 interactions in it where an epoch would have more
    /// than 256 steps. Early stopping may come before the rate falls: raise the patience or set it to 0.
    /// </summary>
    /// <value>
    /// The default is a constant rate, a checkpoint every epoch, and batches of 4096, or a 256th of the interactions if that is more.
    /// LightGCN under sampled softmax of cosines learns at a rate of 0.01, for as many epochs as go through 2,500,000 interactions, 8 to
    /// 30, with a patience of as many as go through 450,000, 2 to 8: large data are learned in few epochs, small ones can afford more. All
    /// else has 30 epochs at a rate of 0.005 and a patience of 6.
    /// </value>
    public TrainingSettings Training { get; init; } = new();

    /// <summary>
    /// The numbers that a propagation gathers; BFloat16 needs the backend <see cref="AggregationBackend.Cpu"/>, Int8 one that has it (all
    /// of this library's) and concerns what is served only.
    /// </summary>
    /// <value>The default is <see cref="EmbeddingPrecision.Single"/>.</value>
    public EmbeddingPrecision Precision { get; init; } = EmbeddingPrecision.Single;

    /// <summary>
    /// What computes the neighbor aggregation after training and when interactions are folded in. It is not saved with the model: one that
    /// was loaded folds in on the CPU, or where HYBRIDREC_BACKEND or <c>ml.Hybrid.Propagate</c> says.
    /// </summary>
    /// <value>The default is <see cref="AggregationBackend.Cpu"/>.</value>
    [NotInFingerprint] // all backends answer alike
    public AggregationBackend Aggregation { get; init; } = AggregationBackend.Cpu;

    /// <summary>
    /// The setting of the LightGCN paper: 3 layers, 64 dimensions, BPR, batches of 2048, learning rate 0.001, L2
    /// 1e-4, dot products, 1000 epochs.
    /// </summary>
    public static GnnEmbeddingOptions PublishedLightGcn { get; } = new()
    {
        Model = GraphModel.LightGcn(layers: 3),
        Loss = GraphLoss.Bpr(),
        Similarity = GraphSimilarity.Dot,
        L2Regularization = 1e-4f,
        Training = new() { Epochs = 1000, BatchSize = 2048, LearningRate = 0.001, Patience = 20 },
    };

    /// <summary>Whether there are id embeddings.</summary>
    internal bool HasIdEmbeddings => IdEmbeddings ?? !Model.StartsFromContent;

    /// <summary>The columns that nodes without interactions are placed by.</summary>
    internal IEnumerable<NodeFeature> PlacingFeatures => NodeFeatures.Concat(ColdFeatures);

    /// <summary>Whether what trains computes the vectors served too.</summary>
    internal bool ServesAsTrained => Precision != EmbeddingPrecision.Int8 && Aggregation.TrainsToo && AggregationBackends.Forced is null;

    /// <summary>The exponent of the vectors that are served; null where they stay as they are.</summary>
    internal float? ServedExponent => Similarity.IsCosine ? Similarity.ServedItemNormExponent ?? Loss.ItemExponent : null;

    /// <summary>The further edges, none if there are none.</summary>
    internal GraphEdgeOptions FurtherEdges => Edges ?? GraphEdgeOptions.None;

    /// <summary>The seed of options that are <see cref="Resolved"/>.</summary>
    internal int Seed => Training.Seed ?? throw new InvalidOperationException("The options have no seed yet.");

    /// <summary>Whether the exponent that items are served with is chosen on the holdout.</summary>
    internal bool ChoosesServed => Similarity is { IsCosine: true, ServedItemNormExponent: null } && Loss.ItemExponent > 0;

    /// <summary>These options with everything but the data in place of nulls: the trainer's own defaults, and the seed.</summary>
    internal GnnEmbeddingOptions Resolved(int seed) =>
        this with
        {
            Loss = Loss.For(Similarity.IsCosine),
            Training = Training.Over(GnnEmbeddingEffort.Defaults(this)) with { Seed = seed }
        };

    /// <summary>These options with what the data decide in place of nulls.</summary>
    /// <param name="items">Items with an interaction.</param>
    /// <param name="interactions">Interactions to train on.</param>
    internal GnnEmbeddingOptions Over(int items, int interactions) =>
        GnnEmbeddingEffort.Over(this with { Loss = Loss.For(Similarity.IsCosine, items) }, interactions);

    /// <summary>These options with an exponent that items are served with.</summary>
    internal GnnEmbeddingOptions ServedWith(float exponent) =>
        exponent == ServedExponent ? this : this with { Similarity = GraphSimilarity.CosineServedWith(exponent) };

    /// <summary>Refuses illegal options, and options that do not go together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not hold.</exception>
    /// <exception cref="ArgumentNullException">One is null that may not be.</exception>
    internal void Validate() => GnnEmbeddingRules.Validate(this, new OptionCheck(StageNames.GnnEmbedding));
}
