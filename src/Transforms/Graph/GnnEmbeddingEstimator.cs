using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Learns a vector for every user and item from the graph of their interactions, by a graph neural network.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and meaning</description></listheader>
/// <item><term>in: User, Item</term><description>Keys (put MapValueToKey before this stage).</description></item>
/// <item><term>in: Label, optional</term><description>Number, Boolean or key. A row is an edge of the graph when its label is positive;
/// without the column every row is.</description></item>
/// <item><term>in: NodeFeatures, optional</term><description>Known-size vectors of Single; "User..." describe the user, others
/// the item.</description></item>
/// <item><term>in: ColdFeatures, optional</term><description>Like NodeFeatures, but for nodes without interactions
/// only.</description></item>
/// <item><term>in: EdgeTypeColumnName, optional</term><description>Text or key: the behavior of a row, such as view or buy. Read when
/// fitted only.</description></item>
/// <item><term>in: AttributeEdges, optional</term><description>Text, keys or vectors of these; "User..." describe the user, others the
/// item. Read when fitted only.</description></item>
/// <item><term>in: Holdout, optional</term><description>Boolean: the rows to keep from training, instead of ones
/// chosen here.</description></item>
/// <item><term>out: UserGraph, ItemGraph</term><description>Known-size vectors of Single. Their dot product is the score the model was
/// trained on.</description></item>
/// <item><term>out: Holdout</term><description>Boolean: rows of the fitted view that the vectors have not seen; a ranker trains on these.
/// Absent if HoldoutFraction is 0 and there is no such input.</description></item>
/// </list>
/// <list type="table">
/// <listheader><term>Characteristic</term><description></description></listheader>
/// <item><term>Machine learning task</term><description>Recommendation: representation learning.</description></item>
/// <item><term>Is normalization required?</term><description>No; node features are centered and scaled here.</description></item>
/// <item><term>Is caching required?</term><description>No; the data are read once, once more for node features, for types of edges and for
/// each attribute.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>HybridRec.MLNet.Transforms;
/// nothing native.</description></item>
/// <item><term>Exportable to ONNX</term><description>No.</description></item>
/// </list>
/// <para>
/// Algorithm. Layer 0 is <c>E_v = id_v + f(x_v)</c> (id embeddings, and features x through a trained matrix or MLP f, if there are any;
/// AlphaRec has the features alone). A layer is <c>h_v(l) = sigma( sum over u in N(v) of 1/c_vu W(l) h_u(l-1) )</c> (equation 1); LightGCN
/// leaves out W and sigma. The vector of a node is the mean of its layers; SimGCL and XSimGCL leave layer 0 out of it, and contrast views
/// that differ by noise. GraphSAGE and PinSage take the last layer, of their own matrices for a node and for its neighbors, and train over
/// sampled blocks of neighbors. Trained by Adam on sampled softmax, BPR, DirectAU or a margin, stopped by NDCG@10 on an inner holdout. The
/// vectors served are those of the graph of all interactions, under the parameters of the best epoch.
/// </para>
/// <para>
/// Several types of edges. With behaviors (view, cart, buy), related items or attributes (author, genre), the normalized adjacency above
/// becomes <c>A = sum over types t of w_t A_t</c>, each A_t normalized by the degrees within its type; every model takes it but the sampled
/// ones. Values of attributes are nodes after the users and items, with an id embedding, if the model has any, and no output. Loss,
/// negatives, holdout, early stopping and the L2 term see interactions of target types only. A pair held out leaves every type, so that its
/// view does not give away that it was bought.
/// </para>
/// <para>
/// Cold start. A user or item without a positive interaction that no edges of other types join to one within <c>Layers</c> steps (or
/// whatever its edges, without <c>ColdFromEdges</c>), or with an unknown key, gets <c>mean + phi(x) P'</c>, where phi is the MLP's hidden
/// layer (the identity without one) and P' the ridge regression of the trained nodes' vectors on phi of their features; without features it
/// gets the trained nodes' mean. GraphSAGE and PinSage give a node with features their own pass over an empty neighborhood instead, which a
/// share of each batch is trained for. Nothing is ever NaN or of another length.
/// </para>
/// <para>
/// Updates. With <see cref="GnnEmbeddingOptions.Updatable"/> the transformer keeps the graph and E, and <c>ml.Hybrid.Update</c> propagates
/// the same E over a graph with further interactions, users and items.
/// </para>
/// <para>
/// Papers: He et al., "LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation", SIGIR 2020. Kipf and Welling,
/// "Semi-Supervised Classification with Graph Convolutional Networks", ICLR 2017. Rendle et al., "BPR", UAI 2009. Yu et al., "Are Graph
/// Augmentations Necessary?", SIGIR 2022, and "XSimGCL", TKDE 2023. Sheng et al., "Language Representations Can be What Recommenders Need",
/// ICLR 2025 (AlphaRec). Wang et al., "DirectAU", KDD 2022. Mao et al., "SimpleX", CIKM 2021. Schlichtkrull et al., "Modeling Relational
/// Data with Graph Convolutional Networks", ESWC 2018 (a normalization for each type). Jin et al., "Multi-behavior Recommendation with
/// Graph Convolutional Networks", SIGIR 2020. Hamilton et al., "Inductive Representation Learning on Large Graphs", NeurIPS 2017
/// (GraphSAGE). Ying et al., "Graph Convolutional Neural Networks for Web-Scale Recommender Systems", KDD 2018 (PinSage).
/// </para>
/// </remarks>
public sealed class GnnEmbeddingEstimator : IEstimator<GnnEmbeddingTransformer>
{
    private readonly IHost _host;
    private readonly GnnEmbeddingOptions _options;

    internal GnnEmbeddingEstimator(IHostEnvironment env, GnnEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = env.Register(StageNames.GnnEmbedding);
        _options = options.Resolved(_host.Seed(options.Training.Seed));
    }

    /// <summary>Trains the model.</summary>
    /// <param name="input">The training interactions.</param>
    /// <returns>The transformer. Transforming this very view gives the training mapping, any other the serving mapping.</returns>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type; there is no row, or none is positive; a type of edges
    /// has no row, an attribute or relation no edge.</exception>
    /// <exception cref="InvalidDataException">A label is NaN or infinite; the strength of a relation is not a finite number above 0; the
    /// checkpoint to resume from is damaged or belongs to another fit.</exception>
    /// <exception cref="InvalidOperationException">Training diverged: the loss is not finite, or the vectors exploded or are all one; or
    /// BPR finds no item that a user has not touched.</exception>
    /// <exception cref="BackendUnavailableException">The backend of the options is not to be had, or its device fails.</exception>
    /// <exception cref="OperationCanceledException">Canceled by the options' token or by the context.</exception>
    public GnnEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TrainingSettings training = _options.Training;
        IReadOnlyList<int>? served = _options.Model.Sampled?.ServedFanouts;
        using var log = new TrainingLog(_host, StageNames.GnnEmbedding, training.Progress);
        if (!_options.ServesAsTrained || served is not null)
        {
            // Before training: a backend that is not to be had is known at once.
            IAggregationBackend backend = _options.Aggregation.ForServing(
                training.Threads, _options.Precision, message => log.Warning($"{message}"));
            if (served is not null)
                ServedLayers.Check(backend, served);
            log.Info($"vectors are propagated by the backend '{backend.Name}' in {_options.Precision}");
        }

        var columns = new InteractionColumns(
            _options.UserColumnName, _options.ItemColumnName, _options.LabelColumnName, Timestamp: null, ColumnNames.Holdout);
        FeatureColumns.Bind(input.Schema, _options.PlacingFeatures, users: true);
        FeatureColumns.Bind(input.Schema, _options.PlacingFeatures, users: false);
        GraphEdgeColumns.Bind(input.Schema, _options.FurtherEdges);
        IDataView view = input;
        InteractionRows rows = InteractionRows.ReadForTraining(ref view, columns, StageNames.GnnEmbedding, training.CancellationToken);
        rows.CheckThreshold(_options.PositiveThreshold, _options.LabelColumnName, StageNames.GnnEmbedding);
        RowWarnings.Tell(_host, rows, input.Schema, columns, _options.PositiveThreshold, StageNames.GnnEmbedding);
        GnnEmbeddingOptions told = _options with { PositiveThreshold = rows.ThresholdOf(_options.PositiveThreshold) };
        SideFeatures features = FeatureColumns.ReadAll(view, _options.NodeFeatures, _options);
        SideFeatures cold = FeatureColumns.ReadAll(view, _options.ColdFeatures, _options);
        Cancellation.ThrowIfRequested(_host, training.CancellationToken);
        EdgeTypeRows? types = EdgeTypeRows.Read(view, _options.FurtherEdges.EdgeTypeColumnName, _options.FurtherEdges.EdgeTypes, log);
        GraphSplit split = GraphSplit.Create(rows, told, types);
        split.Connect(GraphEdges.Read(view, rows, types, told, log), rows, types);
        log.Info($"{split.All.EdgeCount} edges between {split.All.UserCount} users and {split.All.ItemCount} items, {split.Holdout?.EdgeCount ?? 0} of them held out");
        if (split.Holdout is null && rows.Holdout is not null)
            log.Warning($"column '{ColumnNames.Holdout}' is true for no positive row: training has no early stopping, and a ranker after this stage nothing to train on");

        int connected = GraphNodes.ItemsWithEdges(split.All).Length;
        GnnEmbeddingOptions options = told.Over(connected, split.Fit.EdgeCount);
        log.Info($"the loss is {options.Loss.Told}, for {connected} items; at most {options.Training.Epochs} epochs with a patience of {options.Training.Patience} and {options.FinalEpochs} final ones, for {split.Fit.EdgeCount} interactions");
        var trainer = new GraphTrainer(_host, options, log);
        GraphNetwork network = trainer.Train(split, features.Users, features.Items);
        if (trainer.Validation is { } validation && options.ChoosesServed)
            options = options.ServedWith(ServedExponentChoice.Choose(validation, network, options.Loss.ItemExponent, log));
        float[] final = new float[network.Graph.NodeCount * _options.Dimension];
        GnnMapping? trained = null;
        if (split.Holdout is not null)
        {
            network.Serve(final);
            trained = GnnMapping.Build(final, split.Fit, split.Holdout, network, features, cold, options);
            network = trainer.Finish(network, split, features.Users, features.Items);
        }

        network.Serve(final);
        GnnMapping serving = GnnMapping.Build(final, split.All, null, network, features, cold, options);
        FittedVectors.Check(final, serving, options);
        var users = KeyVocabulary.Of(input.Schema[_options.UserColumnName]);
        var items = KeyVocabulary.Of(input.Schema[_options.ItemColumnName]);
        GnnColumns names = Columns(rows.Holdout is not null);
        GraphUpdates? updates = _options.Updatable ? GraphUpdates.Build(told, split.All, network, features.Users, features.Items) : null;
        var transformer = new GnnEmbeddingTransformer(_host, names, serving, users, items, updates);
        if (trained is not null)
            transformer.UseForTraining(new TrainingMapping(
                new GnnEmbeddingTransformer(_host, names, trained, users, items), input, rows.Fingerprint()));
        return transformer;
    }

    /// <summary>The schema after this stage; checks the input columns.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <returns>The schema with the output columns added.</returns>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Shapes.Require(inputSchema, _options.UserColumnName, StageNames.GnnEmbedding, ColumnKinds.Key);
        Shapes.Require(inputSchema, _options.ItemColumnName, StageNames.GnnEmbedding, ColumnKinds.Key);
        InteractionColumns.CheckLabel(inputSchema, _options.LabelColumnName, _options.PositiveThreshold, StageNames.GnnEmbedding);
        foreach (NodeFeature feature in _options.PlacingFeatures)
            Shapes.Require(inputSchema, feature.ColumnName, StageNames.GnnEmbedding, ColumnKinds.SingleVector);
        GraphEdgeColumns.Bind(inputSchema, _options.FurtherEdges);
        bool hasHoldout = Shapes.Optional(inputSchema, ColumnNames.Holdout, StageNames.GnnEmbedding, ColumnKinds.Boolean) is not null;
        SchemaShape.Column[] added = [Shapes.Vector(_options.OutputUserColumnName), Shapes.Vector(_options.OutputItemColumnName)];
        if (Columns(hasHoldout).EmitsHoldout)
            added = [.. added, Shapes.Scalar(ColumnNames.Holdout, BooleanDataViewType.Instance)];
        return Shapes.Append(inputSchema, added);
    }

    private GnnColumns Columns(bool hasHoldout) => new(
        _options.OutputUserColumnName,
        _options.OutputItemColumnName,
        _options.UserColumnName,
        _options.ItemColumnName,
        [.. _options.PlacingFeatures],
        hasHoldout || _options.HoldoutFraction is null or > 0);
}
