using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet;

/// <summary>
/// The models of <see cref="GnnEmbeddingEstimator"/>, to write <c>Model = GraphModel.LightGcn(layers: 2)</c>. A is the adjacency of users
/// and items with the constants <c>1/c_vu</c> of the edges, h(l) the vectors after layer l.
/// </summary>
/// <example><code>
/// var embedding = ml.Hybrid.GnnEmbedding(new() { Model = GraphModel.SimGcl(layers: 2, noiseMagnitude: 0.1f) });
/// </code></example>
public static class GraphModel
{
    private const int UsualLayers = 3;

    /// <summary>
    /// LightGCN: <c>h(l) = A h(l-1)</c>, and the vector of a node is the mean of its layers 0..L. The only trained parameters are the
    /// layer-0 embeddings (and the projection of node features). With 0 layers it is matrix factorization. Source: He et al., "LightGCN",
    /// SIGIR 2020, equations 3 and 4.
    /// </summary>
    /// <param name="layers">Number of propagations L, 0 to 16. The default is 3.</param>
    /// <param name="normalization">The constants of the edges. The default is Symmetric, <c>1/sqrt(d_v d_u)</c>.</param>
    /// <returns>The settings of the model.</returns>
    public static GraphModelSettings LightGcn(
        int layers = UsualLayers, GraphNormalization normalization = GraphNormalization.Symmetric) =>
        new LightGcnModel { Layers = layers, Normalization = normalization };

    /// <summary>
    /// Graph convolution with trained weights: <c>h(l) = sigma(A h(l-1) W(l))</c>, equation 1 of the hybrid model; the vector of a node is
    /// the mean of its layers 0..L, so that a node keeps its own signal and an isolated one is not zero. Source: Kipf and Welling,
    /// ICLR 2017.
    /// </summary>
    /// <param name="layers">Number of propagations L, 0 to 16. The default is 3.</param>
    /// <param name="normalization">The constants of the edges. The default is Symmetric, <c>1/sqrt(d_v d_u)</c>.</param>
    /// <param name="activation">The function sigma; the paper's is ReLU. The default is LeakyReLU.</param>
    /// <returns>The settings of the model.</returns>
    public static GraphModelSettings Gcn(
        int layers = UsualLayers, GraphNormalization normalization = GraphNormalization.Symmetric,
        GraphActivation activation = GraphActivation.LeakyReLU) =>
        new GcnModel { Layers = layers, Normalization = normalization, Activation = activation };

    /// <summary>
    /// SimGCL: <c>h(l) = A h(l-1)</c>, the vector of a node is the mean of its layers 1..L, and lambda times InfoNCE between two further
    /// passes is added to the loss, over the batch's distinct users and items apart. In these passes every layer has the noise
    /// <c>eps sign(h) o u/|u|</c>, u uniform in [0,1); vectors delivered have none. Noise of a fixed length needs vectors of a length: set
    /// the similarity to <see cref="GraphSimilarity.Dot"/>. Three propagations a step. Source: Yu et al., "Are Graph Augmentations
    /// Necessary?", SIGIR 2022; the mean of layers as in the authors' code (SELFRec). Weight, temperature and noise are by default those of
    /// XSimGCL.
    /// </summary>
    /// <param name="layers">Number of propagations L, 1 to 16. The default is 3.</param>
    /// <param name="normalization">The constants of the edges. The default is Symmetric, <c>1/sqrt(d_v d_u)</c>.</param>
    /// <param name="contrastWeight">Weight lambda of the contrast between views, 0 or more. The default is 0.2.</param>
    /// <param name="contrastTemperature">The divisor of the cosines in the contrast, above 0. The default is 0.15; the paper has
    /// 0.2.</param>
    /// <param name="noiseMagnitude">Length eps of the noise added to each vector of each layer, 0 or more. The default is 0.2; the paper
    /// has 0.1.</param>
    /// <returns>The settings of the model.</returns>
    public static GraphModelSettings SimGcl(
        int layers = UsualLayers, GraphNormalization normalization = GraphNormalization.Symmetric, float contrastWeight = 0.2f,
        float contrastTemperature = 0.15f, float noiseMagnitude = 0.2f) =>
        new SimGclModel
        {
            Layers = layers,
            Normalization = normalization,
            ContrastWeight = contrastWeight,
            ContrastTemperature = contrastTemperature,
            NoiseMagnitude = noiseMagnitude,
        };

    /// <summary>
    /// XSimGCL: as <see cref="SimGcl"/>, but one pass with noise serves both: its mean of layers enters the loss, and is contrasted with
    /// its layer l*. One propagation a step. Source: Yu et al., "XSimGCL: Towards Extremely Simple Graph Contrastive Learning", TKDE 2023.
    /// </summary>
    /// <param name="layers">Number of propagations L, 1 to 16. The default is 3.</param>
    /// <param name="normalization">The constants of the edges. The default is Symmetric, <c>1/sqrt(d_v d_u)</c>.</param>
    /// <param name="contrastWeight">Weight lambda of the contrast between views, 0 or more. The default is 0.2.</param>
    /// <param name="contrastTemperature">The divisor of the cosines in the contrast, above 0. The default is 0.15.</param>
    /// <param name="noiseMagnitude">Length eps of the noise added to each vector of each layer, 0 or more. The default is 0.2.</param>
    /// <param name="contrastLayer">The layer l* that is contrasted with the mean of layers, 1 to the number of layers. The default is
    /// 1.</param>
    /// <returns>The settings of the model.</returns>
    public static GraphModelSettings XSimGcl(
        int layers = UsualLayers, GraphNormalization normalization = GraphNormalization.Symmetric, float contrastWeight = 0.2f,
        float contrastTemperature = 0.15f, float noiseMagnitude = 0.2f, int contrastLayer = 1) =>
        new XSimGclModel
        {
            Layers = layers,
            Normalization = normalization,
            ContrastWeight = contrastWeight,
            ContrastTemperature = contrastTemperature,
            NoiseMagnitude = noiseMagnitude,
            ContrastLayer = contrastLayer,
        };

    /// <summary>
    /// AlphaRec: no id embeddings. Layer 0 of an item is its projected <see cref="GnnEmbeddingOptions.NodeFeatures"/>, of a user the
    /// projection of the mean features of the user's training items; propagated as by <see cref="LightGcn"/>. Needs feature columns of
    /// items, and none of users. The paper has the MLP, 2 layers and cosines under sampled softmax with temperature 0.15. Source: Sheng et
    /// al., "Language Representations Can be What Recommenders Need: Findings and Potentials", ICLR 2025.
    /// </summary>
    /// <param name="layers">Number of propagations L, 0 to 16. The default is 3.</param>
    /// <param name="normalization">The constants of the edges. The default is Symmetric, <c>1/sqrt(d_v d_u)</c>.</param>
    /// <returns>The settings of the model.</returns>
    public static GraphModelSettings AlphaRec(
        int layers = UsualLayers, GraphNormalization normalization = GraphNormalization.Symmetric) =>
        new AlphaRecModel { Layers = layers, Normalization = normalization };

    /// <summary>
    /// GraphSAGE with the mean aggregator: <c>h_v(l) = norm(sigma(h_v(l-1) W_self(l) + mean(h_u(l-1)) W_neigh(l) + b(l)))</c>, the mean
    /// over sampled neighbors u, norm the division by the length; the last layer has neither sigma nor norm, and is the vector of the node.
    /// Trained on mini-batches over sampled blocks: memory and time of a step follow the batch and the fanouts, not the graph. Adam is lazy
    /// here: id embeddings outside the blocks of a step, and their moments, stay as they are. Vectors served are those of the full
    /// neighborhood; a node without interactions is the model's own pass over its features with an empty one. The matrices start near the
    /// identity. Source: Hamilton et al., "Inductive Representation Learning on Large Graphs", NeurIPS 2017, algorithms 1 and 2.
    /// </summary>
    /// <param name="layers">Number of hops, 1 to 16; 2 are usual. The default is 3.</param>
    /// <param name="activation">The function sigma; the paper's is ReLU. The default is LeakyReLU.</param>
    /// <param name="fanouts">Neighbors sampled for a node at each hop, 1 to 256, as many numbers as layers: first for the nodes of the
    /// batch, then for their neighbors, and so on. A step touches at most (nodes of the batch) (1 + F1) (1 + F2) ... nodes. The default is
    /// null: 10 at each hop.</param>
    /// <param name="servedFanouts">Neighbors that the backend of <see cref="GnnEmbeddingOptions.Aggregation"/> samples for a node at each
    /// hop, uniformly without replacement, when the vectors that are served are computed, after training and when interactions are folded
    /// in; numbers as in <paramref name="fanouts"/>. A node's sample depends on its list and the seed alone, and is the same on every
    /// backend. Training has <paramref name="fanouts"/>, and validation takes all neighbors. The default is null: all neighbors.</param>
    /// <param name="coldShare">Share of the nodes of a batch, of those with features, that are trained as if nobody had touched them,
    /// without neighbors and id embedding, so that the model learns to place such nodes: 0 or more and below 1. Source: Volkovs et al.,
    /// "DropoutNet: Addressing Cold Start in Recommender Systems", NeurIPS 2017. The default is 0.1.</param>
    /// <returns>The settings of the model.</returns>
    public static GraphModelSettings GraphSage(
        int layers = UsualLayers, GraphActivation activation = GraphActivation.LeakyReLU, IReadOnlyList<int>? fanouts = null,
        IReadOnlyList<int>? servedFanouts = null, float coldShare = 0.1f) =>
        new GraphSageModel
        {
            Layers = layers,
            Activation = activation,
            Fanouts = fanouts,
            ServedFanouts = servedFanouts,
            ColdShare = coldShare,
        };

    /// <summary>
    /// PinSage: the layer of <see cref="GraphSage"/> with <c>sum over u of w_vu sigma(h_u(l-1) Q(l) + q(l))</c> in place of the mean
    /// (importance pooling). The neighbors u of v are the T nodes that random walks from v visit most, and w_vu their shares of these
    /// visits; found once for a fit. Source: Ying et al., "Graph Convolutional Neural Networks for Web-Scale Recommender Systems",
    /// KDD 2018, algorithm 1 and section 3.
    /// </summary>
    /// <param name="layers">Number of hops, 1 to 16; 2 are usual. The default is 3.</param>
    /// <param name="walkLength">Steps of a random walk, 1 to 1,000: 1 visits the node's own neighbors, 2 nodes of its own side too, 3 their
    /// neighbors. The default is 3.</param>
    /// <param name="walkCount">Random walks from each node, 1 to 100,000. The default is 100.</param>
    /// <param name="topNeighbors">Neighbors T kept for each node, those visited most: 1 to 256. The default is 20.</param>
    /// <param name="activation">The function sigma; the paper's is ReLU. The default is LeakyReLU.</param>
    /// <param name="fanouts">As in <see cref="GraphSage"/>. The default is null: all T at each hop.</param>
    /// <param name="servedFanouts">As in <see cref="GraphSage"/>, but drawn by importance with replacement. The default is null: all
    /// neighbors.</param>
    /// <param name="coldShare">As in <see cref="GraphSage"/>. The default is 0.1.</param>
    /// <returns>The settings of the model.</returns>
    public static GraphModelSettings PinSage(
        int layers = UsualLayers, int walkLength = NeighborWalks.UsualLength, int walkCount = NeighborWalks.UsualCount,
        int topNeighbors = NeighborWalks.UsualTop, GraphActivation activation = GraphActivation.LeakyReLU,
        IReadOnlyList<int>? fanouts = null, IReadOnlyList<int>? servedFanouts = null, float coldShare = 0.1f) =>
        new PinSageModel
        {
            Layers = layers,
            WalkLength = walkLength,
            WalkCount = walkCount,
            TopNeighbors = topNeighbors,
            Activation = activation,
            Fanouts = fanouts,
            ServedFanouts = servedFanouts,
            ColdShare = coldShare,
        };
}
