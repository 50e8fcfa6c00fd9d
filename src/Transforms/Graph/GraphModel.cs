namespace HybridRec.MLNet;

/// <summary>The propagation rule of <see cref="GnnEmbeddingEstimator"/>.</summary>
public enum GraphModel
{
    /// <summary>
    /// LightGCN: <c>h(l) = A h(l-1)</c>, and the vector of a node is the mean of its layers 0..L. The only trained parameters are the layer-0 embeddings
    /// (and the projection of node features). Source: He et al., "LightGCN", SIGIR 2020, equations 3 and 4.
    /// </summary>
    LightGcn,

    /// <summary>
    /// Graph convolution with trained weights: <c>h(l) = sigma(A h(l-1) W(l))</c>, equation 1 of the hybrid model; the vector of a node is the mean of its
    /// layers 0..L, so that a node keeps its own signal and an isolated one is not zero. Source: Kipf and Welling, ICLR 2017.
    /// </summary>
    Gcn,

    /// <summary>
    /// SimGCL: <c>h(l) = A h(l-1)</c>, the vector of a node is the mean of its layers 1..L, and <c>ContrastWeight</c> times InfoNCE between two further passes is added to the objective,
    /// over the batch's distinct users and items apart. In these passes every layer has the noise <c>eps sign(h) o u/|u|</c>, u uniform in [0,1); vectors delivered have none. Noise of a fixed
    /// length needs vectors of a length: set <c>Similarity</c> to <see cref="GraphSimilarity.Dot"/>. Three propagations a step. Source: Yu et al., "Are Graph Augmentations Necessary?", SIGIR 2022; the mean of layers as in the authors' code (SELFRec).
    /// </summary>
    SimGcl,

    /// <summary>
    /// XSimGCL: as <see cref="SimGcl"/>, but one pass with noise serves both: its mean of layers enters the objective, and is contrasted with its layer <c>ContrastLayer</c>.
    /// One propagation a step. Source: Yu et al., "XSimGCL: Towards Extremely Simple Graph Contrastive Learning", TKDE 2023.
    /// </summary>
    XSimGcl,

    /// <summary>
    /// AlphaRec: no id embeddings. Layer 0 of an item is its projected <c>NodeFeatures</c> (<see cref="GraphFeatureProjection"/>), of a user the projection of the mean features of the
    /// user's training items; propagated as by <see cref="LightGcn"/>. Needs feature columns of items, and none of users. The paper has the MLP, 2 layers and cosines under
    /// sampled softmax with temperature 0.15. Source: Sheng et al., "Language Representations Can be What Recommenders Need: Findings and Potentials", ICLR 2025.
    /// </summary>
    AlphaRec,

    /// <summary>
    /// GraphSAGE with the mean aggregator: <c>h_v(l) = norm(sigma(h_v(l-1) W_self(l) + mean(h_u(l-1)) W_neigh(l) + b(l)))</c>, the mean over <c>Fanouts</c> sampled neighbors u, norm the division by
    /// the length; the last layer has neither sigma nor norm, and is the vector of the node. Trained on mini-batches over sampled blocks: memory and time of a step follow the batch and the
    /// fanouts, not the graph. Adam is lazy here: id embeddings outside the blocks of a step, and their moments, stay as they are. Vectors served are those of the full neighborhood;
    /// a node without interactions is the model's own pass over its features with an empty one (<c>ColdShare</c>). The matrices start near the identity. Takes at least 1 layer; 2 are usual. <c>Normalization</c> is not used.
    /// Source: Hamilton et al., "Inductive Representation Learning on Large Graphs", NeurIPS 2017, algorithms 1 and 2.
    /// </summary>
    GraphSage,

    /// <summary>
    /// PinSage: the layer of <see cref="GraphSage"/> with <c>sum over u of w_vu sigma(h_u(l-1) Q(l) + q(l))</c> in place of the mean (importance pooling). The neighbors u of v are the
    /// <c>TopNeighbors</c> nodes that <c>WalkCount</c> random walks of <c>WalkLength</c> steps from v visit most, and w_vu their shares of these visits; found once for a fit.
    /// Source: Ying et al., "Graph Convolutional Neural Networks for Web-Scale Recommender Systems", KDD 2018, algorithm 1 and section 3.
    /// </summary>
    PinSage,
}
