using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet;

/// <summary>
/// Options of <see cref="GnnEmbeddingEstimator"/>. The defaults train LightGCN by sampled softmax over cosines, which needs a fraction of the epochs of BPR;
/// <see cref="PublishedLightGcn"/> is the setting of the LightGCN paper.
/// </summary>
public sealed record GnnEmbeddingOptions
{
    internal const int DefaultMinimumSteps = 128;

    /// <summary>Name of the output column with the user's vector (known-size vector of Single, <see cref="Dimension"/> long).</summary>
    /// <value>The default is "UserGraph".</value>
    public string OutputUserColumnName { get; init; } = "UserGraph";

    /// <summary>Name of the output column with the item's vector (known-size vector of Single, <see cref="Dimension"/> long).</summary>
    /// <value>The default is "ItemGraph".</value>
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

    /// <summary>The least label of an interaction that becomes an edge of the graph; null takes every label above 0.</summary>
    /// <value>The default is null.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>Columns of node features (known-size vectors of Single) projected into the graph. A name that starts with "User" describes the user, any other the item.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> NodeFeatures { get; init; } = [];

    /// <summary>
    /// Text or key column that names the behavior of a row (view, cart, buy). A row of a target type is an edge when its label is positive, a row of another type whatever
    /// its label; rows of types that <see cref="EdgeTypes"/> does not list, or of none, are left out. Goes with <see cref="EdgeTypes"/>.
    /// </summary>
    /// <value>The default is null: all rows are of one type.</value>
    public string? EdgeTypeColumnName { get; init; }

    /// <summary>The types of <see cref="EdgeTypeColumnName"/> that become edges, each with its weight; one at least is a target.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<GraphEdgeType> EdgeTypes { get; init; } = [];

    /// <summary>Columns whose values (authors, genres, brands) become nodes, joined to the items or users that have them.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<GraphAttributeEdges> AttributeEdges { get; init; } = [];

    /// <summary>Views of related items (bought together, same series), each an edge type of its own.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<GraphItemRelations> ItemRelations { get; init; } = [];

    /// <summary>
    /// Whether the other types of edges place users and items that have no interaction of the loss; otherwise they get what unconnected ones get. Items placed so were never negatives, so
    /// they crowd the top of full rankings more than they deserve: turn it off where such items should not be recommended.
    /// </summary>
    /// <value>The default is true; without further edges it says nothing.</value>
    public bool ColdFromEdges { get; init; } = true;

    /// <summary>How node features are mapped into layer 0.</summary>
    /// <value>The default is <see cref="GraphFeatureProjection.Linear"/>.</value>
    public GraphFeatureProjection FeatureProjection { get; init; } = GraphFeatureProjection.Linear;

    /// <summary>Width of the hidden layer of <see cref="GraphFeatureProjection.Mlp"/>.</summary>
    /// <value>The default is 256.</value>
    public int FeatureHiddenSize { get; init; } = 256;

    /// <summary>Whether nodes have a trained vector of their own in layer 0, besides their projected features; without, there have to be features.</summary>
    /// <value>The default is null: not for <see cref="GraphModel.AlphaRec"/>, for every other model they have.</value>
    public bool? IdEmbeddings { get; init; }

    /// <summary>The propagation rule.</summary>
    /// <value>The default is <see cref="GraphModel.LightGcn"/>.</value>
    public GraphModel Model { get; init; } = GraphModel.LightGcn;

    /// <summary>The function sigma of <see cref="GraphModel.Gcn"/>, <see cref="GraphModel.GraphSage"/> and <see cref="GraphModel.PinSage"/> (these papers' is ReLU); LightGCN has none.</summary>
    /// <value>The default is <see cref="GraphActivation.LeakyReLU"/>.</value>
    public GraphActivation Activation { get; init; } = GraphActivation.LeakyReLU;

    /// <summary>Weight lambda of the contrast between views (<see cref="GraphModel.SimGcl"/>, <see cref="GraphModel.XSimGcl"/>).</summary>
    /// <value>The default is 0.2, XSimGCL's.</value>
    public float ContrastWeight { get; init; } = 0.2f;

    /// <summary>The divisor of the cosines in the contrast.</summary>
    /// <value>The default is 0.15, XSimGCL's; SimGCL has 0.2.</value>
    public float ContrastTemperature { get; init; } = 0.15f;

    /// <summary>Length eps of the noise added to each vector of each layer.</summary>
    /// <value>The default is 0.2, XSimGCL's; SimGCL has 0.1.</value>
    public float NoiseMagnitude { get; init; } = 0.2f;

    /// <summary>The layer l* that <see cref="GraphModel.XSimGcl"/> contrasts with the mean of layers: 1 to <see cref="Layers"/>.</summary>
    /// <value>The default is 1.</value>
    public int ContrastLayer { get; init; } = 1;

    /// <summary>
    /// Neighbors sampled for a node at each hop by <see cref="GraphModel.GraphSage"/> and <see cref="GraphModel.PinSage"/>, 1 to 256, as many numbers as <see cref="Layers"/>: first for the nodes of the batch, then
    /// for their neighbors, and so on. A step touches at most (nodes of the batch) (1 + F1) (1 + F2) ... nodes.
    /// </summary>
    /// <value>The default is null: 10 at each hop for GraphSAGE, all <see cref="TopNeighbors"/> for PinSage.</value>
    public IReadOnlyList<int>? Fanouts { get; init; }

    /// <summary>
    /// Neighbors that the backend of <see cref="Aggregation"/> samples for a node at each hop when <see cref="GraphModel.GraphSage"/> and <see cref="GraphModel.PinSage"/> compute the vectors that are served, after training
    /// and when interactions are folded in; numbers as in <see cref="Fanouts"/>. GraphSAGE draws uniformly without replacement, PinSage by importance with replacement. A node's sample depends on its list and
    /// <see cref="Seed"/> alone, and is the same on every backend. Training has <see cref="Fanouts"/>, and validation takes all neighbors.
    /// </summary>
    /// <value>The default is null: all neighbors.</value>
    public IReadOnlyList<int>? ServedFanouts { get; init; }

    /// <summary>Steps of a random walk of <see cref="GraphModel.PinSage"/>: 1 visits the node's own neighbors, 2 nodes of its own side too, 3 their neighbors.</summary>
    /// <value>The default is 3.</value>
    public int WalkLength { get; init; } = 3;

    /// <summary>Random walks from each node.</summary>
    /// <value>The default is 100.</value>
    public int WalkCount { get; init; } = 100;

    /// <summary>Neighbors T that <see cref="GraphModel.PinSage"/> keeps for each node, those visited most: 1 to 256.</summary>
    /// <value>The default is 20.</value>
    public int TopNeighbors { get; init; } = 20;

    /// <summary>
    /// Share of the nodes of a batch, of those with features, that <see cref="GraphModel.GraphSage"/> and <see cref="GraphModel.PinSage"/> train as if nobody had touched them, without neighbors and
    /// id embedding, so that they learn to place such nodes: 0 or more and below 1. Source: Volkovs et al., "DropoutNet: Addressing Cold Start in Recommender Systems", NeurIPS 2017.
    /// </summary>
    /// <value>The default is 0.1.</value>
    public float ColdShare { get; init; } = 0.1f;

    /// <summary>The constants <c>1/c_vu</c> of the edges.</summary>
    /// <value>The default is <see cref="GraphNormalization.Symmetric"/>, <c>1/sqrt(d_v d_u)</c>.</value>
    public GraphNormalization Normalization { get; init; } = GraphNormalization.Symmetric;

    /// <summary>What training minimizes.</summary>
    /// <value>The default is <see cref="GraphObjective.SampledSoftmax"/>.</value>
    public GraphObjective Objective { get; init; } = GraphObjective.SampledSoftmax;

    /// <summary>The score of a user and an item.</summary>
    /// <value>The default is <see cref="GraphSimilarity.Cosine"/>.</value>
    public GraphSimilarity Similarity { get; init; } = GraphSimilarity.Cosine;

    /// <summary>
    /// The exponent p of an item's length under <see cref="GraphSimilarity.Cosine"/>: <c>s(u,i) = cos(u,i) |i|^p</c>. A cosine alone can hardly say that an item is popular, and on large sparse
    /// item sets loses much by that: see docs/quality.md for gowalla. 0 is the cosine; at 1 only users are brought to length 1. Training has it; what is served has it too, unless
    /// <see cref="ServedItemNormExponent"/> says otherwise. For <see cref="GraphObjective.SampledSoftmax"/> and <see cref="GraphObjective.Bpr"/>.
    /// </summary>
    /// <value>The default is 0.</value>
    public float ItemNormExponent { get; init; }

    /// <summary>
    /// The exponent p of validation and of the vectors that are served, where it is another than that of training: an item's vector has length <c>|i|^p</c>, one of an item never seen the mean length of the
    /// others. A higher one recommends more popular items, without training again. For every objective under <see cref="GraphSimilarity.Cosine"/>.
    /// </summary>
    /// <value>The default is null: <see cref="ItemNormExponent"/>.</value>
    public float? ServedItemNormExponent { get; init; }

    /// <summary>Length of the vectors.</summary>
    /// <value>The default is 64.</value>
    public int Dimension { get; init; } = 64;

    /// <summary>Number of propagations L; 0 is matrix factorization.</summary>
    /// <value>The default is 3.</value>
    public int Layers { get; init; } = 3;

    /// <summary>Most passes over the interactions; early stopping may end sooner.</summary>
    /// <value>The default is 30.</value>
    public int Epochs { get; init; } = 30;

    /// <summary>
    /// Interactions in a step; smaller data get smaller batches, so that an epoch has at least <see cref="MinimumStepsPerEpoch"/> steps (of at least 128 interactions). A step propagates over the
    /// whole graph, so null takes more than 4096 where an epoch would have more than 256 steps: its cost then grows with the edges, and not with their square.
    /// </summary>
    /// <value>The default is null: 4096, or a 256th of the interactions if that is more.</value>
    public int? BatchSize { get; init; }

    /// <summary>
    /// The steps an epoch keeps, by batches smaller than <see cref="BatchSize"/> where need be; 1 takes batches as they are given. A step over the whole graph costs nearly the same
    /// whatever its batch, so fewer, larger steps at a higher <see cref="LearningRate"/> make epochs cheaper.
    /// </summary>
    /// <value>The default is 128.</value>
    public int MinimumStepsPerEpoch { get; init; } = DefaultMinimumSteps;

    /// <summary>Step size of Adam.</summary>
    /// <value>The default is 0.005.</value>
    public float LearningRate { get; init; } = 0.005f;

    /// <summary>
    /// The last share a of the <see cref="Epochs"/> E in which the rate falls in a straight line: epoch e has <see cref="LearningRate"/> times <c>min(1, (E + 1 - e) / (a E))</c>. Large batches at a high
    /// rate need it to settle. Early stopping may come before the fall, so raise <see cref="Patience"/> or set it to 0; <see cref="FinalEpochs"/> go on at the rate of the epoch that was kept.
    /// </summary>
    /// <value>The default is 0: the rate is constant.</value>
    public float LearningRateDecay { get; init; }

    /// <summary>Weight of the squared layer-0 embeddings of a batch: <c>L2/(2B)</c> times the sum over users, items and negatives of the batch.</summary>
    /// <value>The default is 1e-4.</value>
    public float L2Regularization { get; init; } = 1e-4f;

    /// <summary>The divisor T of the scores in the objective; null is 0.2 for cosines and 1 for dot products.</summary>
    /// <value>The default is null.</value>
    public float? Temperature { get; init; }

    /// <summary>Sampled items that the anchors of a batch share as negatives (<see cref="GraphObjective.SampledSoftmax"/>, <see cref="GraphObjective.Margin"/>).</summary>
    /// <value>The default is 1024.</value>
    public int Negatives { get; init; } = 1024;

    /// <summary>How the negatives of <see cref="GraphObjective.SampledSoftmax"/> are drawn; the other objectives have uniform ones, or none.</summary>
    /// <value>The default is <see cref="GraphNegativeSampling.Uniform"/>.</value>
    public GraphNegativeSampling NegativeSampling { get; init; } = GraphNegativeSampling.Uniform;

    /// <summary>The exponent of <see cref="GraphNegativeSampling.Popularity"/>: 0 is uniform, 1 by the number of users.</summary>
    /// <value>The default is 0.75.</value>
    public float PopularityExponent { get; init; } = 0.75f;

    /// <summary>How many times <see cref="Negatives"/> the pool of <see cref="GraphNegativeSampling.Hard"/> is.</summary>
    /// <value>The default is 4.</value>
    public int HardPoolFactor { get; init; } = 4;

    /// <summary>Weight gamma of uniformity in <see cref="GraphObjective.DirectAu"/>.</summary>
    /// <value>The default is 1.</value>
    public float UniformityWeight { get; init; } = 1f;

    /// <summary>The cosine m up to which a negative costs nothing in <see cref="GraphObjective.Margin"/>, from -1 to 1.</summary>
    /// <value>The default is 0.4.</value>
    public float Margin { get; init; } = 0.4f;

    /// <summary>Weight w of the mean over negatives in <see cref="GraphObjective.Margin"/>.</summary>
    /// <value>The default is 150.</value>
    public float NegativeWeight { get; init; } = 150f;

    /// <summary>
    /// Share of each user's positive rows that is kept from the graph and the loss: early stopping looks at it, and a ranker after this stage trains on it, because
    /// its inputs have not seen it. A boolean input column "Holdout" takes its place. 0 trains on everything, without early stopping and without a Holdout column.
    /// </summary>
    /// <value>The default is 0.1.</value>
    public double HoldoutFraction { get; init; } = 0.1;

    /// <summary>Epochs without a better NDCG@10 on the holdout after which training ends; 0 never ends early, the best epoch is kept all the same.</summary>
    /// <value>The default is 6.</value>
    public int Patience { get; init; } = 6;

    /// <summary>Most users of the holdout whose full ranking is computed after each epoch.</summary>
    /// <value>The default is 2000.</value>
    public int ValidationUsers { get; init; } = 2000;

    /// <summary>
    /// Epochs over all interactions, the holdout included, after early stopping and before the serving tables are computed: edges that are only propagated over,
    /// not trained on, do harm. 0: the serving tables are the trained parameters propagated over the graph of all interactions.
    /// </summary>
    /// <value>The default is 5.</value>
    public int FinalEpochs { get; init; } = 5;

    /// <summary>
    /// Whether the model keeps what <c>ml.Hybrid.Update</c> and <c>ml.Hybrid.CreateUpdater</c> need: the graph and the layer-0 vectors, which make the saved model about twice as large.
    /// Not for <see cref="GraphModel.Gcn"/>, nor for 0 layers, where interactions do not enter the vectors. <see cref="GraphModel.GraphSage"/> and <see cref="GraphModel.PinSage"/> take rows by <c>ml.Hybrid.Update</c> alone.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Updatable { get; init; }

    /// <summary>Seed of everything random: initial values, holdout, batches, negatives.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>Threads to use; 0 is one for each core. The result does not depend on it.</summary>
    /// <value>The default is 0.</value>
    public int Threads { get; init; }

    /// <summary>The numbers that a propagation gathers; BFloat16 needs the backend <see cref="AggregationBackend.Cpu"/>, Int8 one that has it (all of this library's) and concerns what is served only.</summary>
    /// <value>The default is <see cref="EmbeddingPrecision.Single"/>.</value>
    public EmbeddingPrecision Precision { get; init; } = EmbeddingPrecision.Single;

    /// <summary>What computes the neighbor aggregation after training and when interactions are folded in. It is not saved with the model: one that was loaded folds in on the CPU, or where HYBRIDREC_BACKEND or <c>ml.Hybrid.Propagate</c> says.</summary>
    /// <value>The default is <see cref="AggregationBackend.Cpu"/>.</value>
    public AggregationBackend Aggregation { get; init; } = AggregationBackend.Cpu;

    /// <summary>File to which the state of training is written; null writes none.</summary>
    /// <value>The default is null.</value>
    public string? CheckpointPath { get; init; }

    /// <summary>Epochs between two checkpoints.</summary>
    /// <value>The default is 1.</value>
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Continues from <see cref="CheckpointPath"/> when that file exists; the result has the same bytes as an uninterrupted run.</summary>
    /// <value>The default is false.</value>
    public bool Resume { get; init; }

    /// <summary>Cancels the fit, which then throws <see cref="OperationCanceledException"/>; the last checkpoint stays.</summary>
    /// <value>The default is <see cref="CancellationToken.None"/>.</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after every epoch.</summary>
    /// <value>The default is null.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>The setting of the LightGCN paper: 3 layers, 64 dimensions, BPR, batches of 2048, learning rate 0.001, L2 1e-4, dot products, 1000 epochs.</summary>
    public static GnnEmbeddingOptions PublishedLightGcn { get; } = new()
    {
        Objective = GraphObjective.Bpr,
        Similarity = GraphSimilarity.Dot,
        Epochs = 1000,
        BatchSize = 2048,
        LearningRate = 0.001f,
        L2Regularization = 1e-4f,
        Patience = 20,
    };

    /// <summary>Whether there are id embeddings.</summary>
    internal bool HasIdEmbeddings => IdEmbeddings ?? (Model != GraphModel.AlphaRec);

    /// <summary>Whether what trains computes the vectors served too.</summary>
    internal bool ServesAsTrained => Precision != EmbeddingPrecision.Int8 && Aggregation.TrainsToo && Accel.AggregationBackends.Forced is null;

    /// <summary>Whether the model trains over sampled blocks.</summary>
    internal bool SamplesBlocks => Model is GraphModel.GraphSage or GraphModel.PinSage;

    /// <summary>The fanouts in effect.</summary>
    internal IReadOnlyList<int> EffectiveFanouts => Fanouts ?? [.. Enumerable.Repeat(Model == GraphModel.PinSage ? TopNeighbors : 10, Layers)];

    /// <summary>The divisor in effect.</summary>
    internal float EffectiveTemperature => Temperature ?? (Similarity == GraphSimilarity.Cosine ? 0.2f : 1f);

    /// <summary>The exponent of the vectors that are served; null where they stay as they are.</summary>
    internal float? EffectiveServedExponent => Similarity == GraphSimilarity.Cosine ? ServedItemNormExponent ?? ItemNormExponent : null;

    /// <summary>Throws a message that says what is wrong, unless every option is legal.</summary>
    internal GnnEmbeddingOptions Validated()
    {
        GnnEmbeddingOptionsCheck.Throw(this);
        return this;
    }
}
