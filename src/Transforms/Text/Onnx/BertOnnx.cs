using HybridRec.MLNet.Text.Onnx;
using OnnxElement = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Writes a BERT-family encoder as an ONNX graph of standard operators: embeddings, layers of self-attention and feed-forward with residual
/// sums and layer normalization (Devlin et al. 2019), and, if wanted, the pooled and normalized sentence vector.
/// Inputs <c>input_ids</c> and <c>attention_mask</c>, Int64 [batch, tokens]; output <c>last_hidden_state</c> [batch, tokens, dimension], or
/// <c>sentence_embedding</c> [batch, dimension].
/// </summary>
internal static class BertOnnx
{
    // Softmax of it is exactly 0 in single precision, and it stays finite in sums.
    private const float Masked = -10_000;

    /// <summary>Writes the model.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="weights">
    /// Its weights by the names of Hugging Face (<c>embeddings.word_embeddings.weight</c>,
    /// <c>encoder.layer.0.attention.self.query.weight</c> [out, in], ...), with or without <c>bert.</c> before them; others are ignored.
    /// </param>
    /// <param name="pooling">Cls or Mean puts pooling into the graph. Default null: token vectors.</param>
    /// <param name="normalize">Whether the pooled vector is scaled to length 1.</param>
    /// <param name="projection">A matrix [outputs, dimension] that each token vector is multiplied by, in front of
    /// pooling. Default null: none.</param>
    /// <exception cref="ArgumentException">A weight is missing or has another shape.</exception>
    /// <exception cref="NotSupportedException">The activation or the pooling is not known here.</exception>
    public static byte[] Write(
        BertShape shape, IReadOnlyDictionary<string, FloatTensor> weights, PoolingMode? pooling = null, bool normalize = false,
        FloatTensor? projection = null)
    {
        var graph = new OnnxGraphBuilder("encoder");
        var from = new BertWeights(shape.Checked(), weights);
        graph.Input("input_ids", OnnxElement.Int64, "batch", "tokens");
        graph.Input("attention_mask", OnnxElement.Int64, "batch", "tokens");
        graph.Constant(TensorProto.Of("zero", [0L]));
        graph.Constant(TensorProto.Of("heads", [0L, 0, shape.Heads, shape.Dimension / shape.Heads], 4));
        graph.Constant(TensorProto.Of("joined", [0L, 0, shape.Dimension], 3));
        graph.Node("Cast", ["attention_mask"], "mask", AttributeProto.Of("to", (long)OnnxElement.Float));
        string hidden = Embeddings(graph, from, shape);
        for (int layer = 0; layer < shape.Layers; layer++)
            hidden = Layer(graph, from, shape, hidden, $"encoder.layer.{layer}", $"l{layer}_");
        int width = shape.Dimension;
        if (projection is not null)
        {
            width = checked((int)projection.Shape[0]);
            hidden = graph.Node("MatMul", [hidden, graph.Constant(from.Projection("projection", projection))], "projected");
        }
        if (pooling is { } mode)
            Pool(graph, mode, normalize, hidden, width);
        else
        {
            graph.Node("Identity", [hidden], "last_hidden_state");
            graph.Output("last_hidden_state", OnnxElement.Float, "batch", "tokens", (long)width);
        }
        return graph.Build();
    }

    private static string Embeddings(OnnxGraphBuilder graph, BertWeights from, BertShape shape)
    {
        graph.Constant(from.Words());
        graph.Constant(from.Positions());
        graph.Node("Gather", ["words", "input_ids"], "tokens", AttributeProto.Of("axis", 0));
        graph.Constant(TensorProto.Of("step", [1L]));
        graph.Node("Shape", ["input_ids"], "length", AttributeProto.Of("start", 1), AttributeProto.Of("end", 2));
        graph.Node("Squeeze", ["length"], "end");
        graph.Node("Range", ["zero", "end", "step"], "numbers");
        graph.Node("Gather", ["positions", "numbers"], "places", AttributeProto.Of("axis", 0));
        graph.Node("Add", ["tokens", "places"], "placed");
        // What is added to the scores: 0 where there is a token, a large negative number at padding.
        graph.Constant(TensorProto.Of("one", [1f]));
        graph.Constant(TensorProto.Of("masked", [Masked]));
        graph.Constant(TensorProto.Of("mask_axes", [1L, 2], 2));
        graph.Node("Unsqueeze", ["mask", "mask_axes"], "mask4");
        graph.Node("Sub", ["one", "mask4"], "padding");
        graph.Node("Mul", ["padding", "masked"], "mask_scores");
        return Normalization(graph, from, shape, "placed", "embeddings.LayerNorm", "embeddings_");
    }

    private static string Layer(OnnxGraphBuilder graph, BertWeights from, BertShape shape, string hidden, string name, string p)
    {
        int d = shape.Dimension;
        string all = Linear(graph, hidden, from.Attention(p + "qkv_w", name), from.AttentionBias(p + "qkv_b", name), p + "qkv");
        graph.Constant(TensorProto.Of(p + "thirds", [(long)d, d, d], 3));
        graph.Node("Split", [all, p + "thirds"], [p + "q", p + "k", p + "v"], AttributeProto.Of("axis", -1));
        foreach (string part in (string[])["q", "k", "v"])
        {
            graph.Node("Reshape", [p + part, "heads"], p + part + "_heads");
            graph.Node(
                "Transpose", [p + part + "_heads"], p + part + "_t", AttributeProto.Of("perm", part == "k" ? [0, 2, 3, 1] : [0, 2, 1, 3]));
        }
        graph.Node("MatMul", [p + "q_t", p + "k_t"], p + "raw_scores");
        graph.Node("Add", [p + "raw_scores", "mask_scores"], p + "scores");
        graph.Node("Softmax", [p + "scores"], p + "shares", AttributeProto.Of("axis", -1));
        graph.Node("MatMul", [p + "shares", p + "v_t"], p + "context_t");
        graph.Node("Transpose", [p + "context_t"], p + "context_heads", AttributeProto.Of("perm", [0, 2, 1, 3]));
        graph.Node("Reshape", [p + "context_heads", "joined"], p + "context");
        string attention = Linear(graph, from, p + "context", name + ".attention.output.dense", d, d, p + "attention");
        graph.Node("Add", [attention, hidden], p + "attended_sum");
        string attended = Normalization(graph, from, shape, p + "attended_sum", name + ".attention.output.LayerNorm", p + "attended_");
        string wide = Linear(graph, from, attended, name + ".intermediate.dense", shape.Intermediate, d, p + "wide");
        string narrow = Linear(
            graph, from, BertActivation.Write(graph, shape.Activation, wide, p), name + ".output.dense", d, shape.Intermediate,
            p + "narrow");
        graph.Node("Add", [narrow, attended], p + "output_sum");
        return Normalization(graph, from, shape, p + "output_sum", name + ".output.LayerNorm", p + "output_");
    }

    private static string Linear(
        OnnxGraphBuilder graph, BertWeights from, string input, string name, int outputs, int inputs, string output) =>
        Linear(
            graph, input, from.Matrix(output + "_w", name + ".weight", outputs, inputs),
            from.Vector(output + "_b", name + ".bias", outputs), output);

    private static string Linear(OnnxGraphBuilder graph, string input, TensorProto weight, TensorProto bias, string output)
    {
        graph.Node("MatMul", [input, graph.Constant(weight)], output + "_product");
        return graph.Node("Add", [output + "_product", graph.Constant(bias)], output);
    }

    private static string Normalization(OnnxGraphBuilder graph, BertWeights from, BertShape shape, string input, string name, string p)
    {
        graph.Constant(from.Vector(p + "norm_w", name + ".weight", shape.Dimension));
        graph.Constant(from.Vector(p + "norm_b", name + ".bias", shape.Dimension));
        return graph.Node(
            "LayerNormalization", [input, p + "norm_w", p + "norm_b"], p + "norm", AttributeProto.Of("axis", -1),
            AttributeProto.Of("epsilon", shape.LayerNormEpsilon));
    }

    private static void Pool(OnnxGraphBuilder graph, PoolingMode mode, bool normalize, string hidden, int dimension)
    {
        graph.Constant(TensorProto.Of("last", [-1L], 1));
        graph.Constant(TensorProto.Of("middle", [1L], 1));
        string pooled = normalize ? "pooled" : "sentence_embedding";
        switch (mode)
        {
            case PoolingMode.Cls:
                graph.Constant(TensorProto.Of("first", [0L]));
                graph.Node("Gather", [hidden, "first"], pooled, AttributeProto.Of("axis", 1));
                break;
            case PoolingMode.Mean:
                graph.Node("Unsqueeze", ["mask", "last"], "mask3");
                graph.Node("Mul", [hidden, "mask3"], "unpadded");
                graph.Node("ReduceSum", ["unpadded", "middle"], "sum", AttributeProto.Of("keepdims", 0));
                graph.Node("ReduceSum", ["mask", "middle"], "count", AttributeProto.Of("keepdims", 1));
                graph.Node("Max", ["count", "one"], "tokens_or_one");
                graph.Node("Div", ["sum", "tokens_or_one"], pooled);
                break;
            default:
                throw new NotSupportedException($"Pooling inside the graph is {PoolingMode.Cls} or {PoolingMode.Mean}, not {mode}: write " +
                    "token vectors and set EncoderOptions.Pooling.");
        }
        if (normalize)
        {
            graph.Constant(TensorProto.Of("tiny", [1e-12f]));
            graph.Node("ReduceL2", [pooled], "norm", AttributeProto.Of("axes", [-1]), AttributeProto.Of("keepdims", 1));
            graph.Node("Max", ["norm", "tiny"], "norm_or_tiny");
            graph.Node("Div", [pooled, "norm_or_tiny"], "sentence_embedding");
        }
        graph.Output("sentence_embedding", OnnxElement.Float, "batch", (long)dimension);
    }
}
