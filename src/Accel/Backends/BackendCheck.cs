using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HybridRec.MLNet.Accel;

/// <summary>The checks of what backends are given, the same for all.</summary>
internal static class BackendCheck
{
    /// <summary>The error of a call that a backend has no answer for.</summary>
    public static NotSupportedException Missing(string backend, string capability) =>
        new($"The backend '{backend}' has no {capability}; ask its Capabilities first, or take another, such as 'cpu', which has all.");

    /// <summary>Checks an aggregation in 8 bits to a table, and marks the table as changed.</summary>
    public static void Int8(
        IAggregationBackend backend, [NotNull] Int16Adjacency? adjacency, [NotNull] Int8Table? source, [NotNull] Int8Table? destination)
    {
        Sizes(backend, adjacency, source);
        ArgumentNullException.ThrowIfNull(destination);
        if (ReferenceEquals(source, destination))
            Guard.Throw(nameof(destination), $"The destination is the source; give it a table of its own.");
        if (destination.Rows != adjacency.Rows || destination.Dimension != source.Dimension)
            Guard.Throw(
                nameof(destination),
                $"The destination has {destination.Rows} rows of {destination.Dimension}; the result has {adjacency.Rows} of {source.Dimension}.");
        destination.Touch();
    }

    /// <summary>Checks an aggregation in 8 bits to sums.</summary>
    public static void Raw(
        IAggregationBackend backend, [NotNull] Int16Adjacency? adjacency, [NotNull] Int8Table? source, ReadOnlyMemory<int> destination)
    {
        Sizes(backend, adjacency, source);
        Guard.Length(destination.Length, (long)adjacency.Rows * source.Dimension, nameof(destination), "rows of the matrix * dimension");
    }

    /// <summary>Checks a sampling.</summary>
    public static void Sampling(
        IAggregationBackend backend, [NotNull] NeighborTable? table, ReadOnlySpan<int> nodes, int fanout, int neighbors, int counts)
    {
        ArgumentNullException.ThrowIfNull(table);
        int most = backend.Capabilities.MostFanout;
        if (fanout < 1 || fanout > most)
            Guard.Throw(nameof(fanout), $"The fanout is {fanout}; the backend '{backend.Name}' draws 1 to {most} neighbors.");
        Guard.Length(neighbors, (long)nodes.Length * fanout, nameof(neighbors), "nodes * fanout");
        Guard.Length(counts, nodes.Length, nameof(counts), "one for each node");
        for (int i = 0; i < nodes.Length; i++)
        {
            if ((uint)nodes[i] >= (uint)table.Graph.Rows)
                Guard.Throw(
                    nameof(nodes), $"Node {nodes[i]} at position {i} does not exist; there are {table.Graph.Rows}, numbered from 0.");
        }
    }

    private static void Sizes(IAggregationBackend backend, [NotNull] Int16Adjacency? adjacency, [NotNull] Int8Table? source)
    {
        ArgumentNullException.ThrowIfNull(adjacency);
        ArgumentNullException.ThrowIfNull(source);
        if (adjacency.Columns != source.Rows)
            Guard.Throw(
                nameof(source),
                $"The matrix has {adjacency.Columns} columns and the table {source.Rows} rows; an aggregation gathers one row for each column, so they have to be as many.");
        if (source.Dimension > backend.Capabilities.MostDimension)
        {
            throw new NotSupportedException(string.Create(
                CultureInfo.InvariantCulture, $"Rows of {source.Dimension} numbers are too long for the backend '{backend.Name}', which " +
                    $"takes {backend.Capabilities.MostDimension}; split the table by columns, or take 'cpu'."));
        }
    }
}
