using Google.Protobuf;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Compression;

/// <summary>Takes constants that nothing reads any more out of a graph.</summary>
internal static class OnnxPruning
{
    /// <summary>Subgraphs in subgraphs that are followed; no exporter comes near it.</summary>
    private const int DeepestSubgraph = 16;

    /// <exception cref="InvalidDataException">A subgraph is damaged or nested too deep.</exception>
    public static void Prune(OnnxGraph graph)
    {
        int before;
        do
        {
            before = graph.Nodes.Count;
            var used = Used(graph);
            graph.Nodes.RemoveAll(n => (n.Is("Transpose") || n.Is("Identity") || n.Is("Constant")) && !n.Outputs.Exists(used.Contains));
        }
        while (graph.Nodes.Count < before);
        var needed = Used(graph);
        var removed = graph.Initializers.Where(t => !needed.Contains(t.Name)).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        graph.Initializers.RemoveAll(t => removed.Contains(t.Name));
        graph.Inputs.RemoveAll(i => removed.Contains(i.Name)); // old models list constants as inputs too
    }

    private static HashSet<string> Used(OnnxGraph graph)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        Collect(graph, used, depth: 0);
        return used;
    }

    private static void Collect(OnnxGraph graph, HashSet<string> used, int depth)
    {
        if (depth > DeepestSubgraph)
            throw new InvalidDataException($"The ONNX model has graphs nested more than {DeepestSubgraph} deep. Export it again.");
        used.UnionWith(graph.Outputs.Select(o => o.Name));
        foreach (var node in graph.Nodes)
        {
            used.UnionWith(node.Inputs);
            foreach (var attribute in node.Attributes)
                foreach (var (_, bytes) in attribute.Subgraphs)
                    Collect(Parse(bytes), used, depth + 1);
        }
    }

    private static OnnxGraph Parse(ByteString bytes)
    {
        var graph = new OnnxGraph();
        try
        {
            graph.MergeFrom(bytes.CreateCodedInput());
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"A subgraph of the ONNX model is damaged: {e.Message} Fetch or export the file again.", e);
        }
        return graph;
    }
}
