using Google.Protobuf.Collections;
using HybridRec.MLNet.Text.Onnx;

namespace HybridRec.MLNet.Compression;

/// <summary>Takes constants that nothing reads any more out of a graph.</summary>
internal static class OnnxPruning
{
    /// <summary>Subgraphs in subgraphs that are followed; no exporter comes near it.</summary>
    private const int DeepestSubgraph = 16;

    /// <exception cref="InvalidDataException">A subgraph is nested too deep.</exception>
    public static void Prune(GraphProto graph)
    {
        int before;
        do
        {
            before = graph.Node.Count;
            var used = Used(graph);
            Remove(graph.Node, n => (n.Is("Transpose") || n.Is("Identity") || n.Is("Constant")) && !n.Output.Any(used.Contains));
        }
        while (graph.Node.Count < before);
        var needed = Used(graph);
        var removed = graph.Initializer.Where(t => !needed.Contains(t.Name)).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        Remove(graph.Initializer, t => removed.Contains(t.Name));
        Remove(graph.Input, i => removed.Contains(i.Name)); // old models list constants as inputs too
    }

    private static HashSet<string> Used(GraphProto graph)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        Collect(graph, used, depth: 0);
        return used;
    }

    private static void Collect(GraphProto graph, HashSet<string> used, int depth)
    {
        if (depth > DeepestSubgraph)
            throw new InvalidDataException($"The ONNX model has graphs nested more than {DeepestSubgraph} deep. Export it again.");
        used.UnionWith(graph.Output.Select(o => o.Name));
        foreach (var node in graph.Node)
        {
            used.UnionWith(node.Input);
            foreach (var attribute in node.Attribute)
                foreach (var inner in attribute.G is { } single ? [single, .. attribute.Graphs] : attribute.Graphs)
                    Collect(inner, used, depth + 1);
        }
    }

    private static void Remove<T>(RepeatedField<T> list, Predicate<T> isGone)
    {
        T[] kept = [.. list.Where(entry => !isGone(entry))];
        list.Clear();
        list.AddRange(kept);
    }
}
