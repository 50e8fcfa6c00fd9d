using System.Runtime.InteropServices;
using Cloud.Unum.USearch;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hnsw;

namespace HybridRec.MLNet;

/// <summary>
/// HNSW, the hierarchical graph of near neighbors (Malkov and Yashunin, TPAMI 2020), as the approximate index of a recommender:
/// <c>new RecommenderOptions { Index = new HnswIndexFactory() }</c>. The library is USearch
/// (unum-cloud, Apache 2.0), native, for x64 Linux and Windows and arm64 macOS; on Linux it needs libgomp. The breadth of a search
/// (efSearch) is what <c>RecommenderOptions.TargetRecall</c> is calibrated by.
/// </summary>
/// <remarks>
/// The distance is <c>1 - q . x</c> in Single. Rows are added in their order by one thread, so that the graph is the same every time.
/// </remarks>
public sealed record HnswIndexFactory : IVectorIndexFactory
{
    private const int RowsPerChunk = 4096; // cancellation is looked at in between
    private const int MostM = 512, MostEfConstruction = 65_536;

    /// <summary>
    /// Neighbors of a row in the graph, twice as many in its lowest layer: 2 to 512. More of them cost memory and building, and find more.
    /// </summary>
    /// <value>The default is 16.</value>
    public int M { get; init; } = 16;

    /// <summary>Breadth of the search for the neighbors of a row that is added: 1 to 65,536.</summary>
    /// <value>The default is 128.</value>
    public int EfConstruction { get; init; } = 128;

    /// <summary>The most searches at once; USearch may have fewer slots.</summary>
    internal int Searches { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or the dimension below 1.</exception>
    /// <exception cref="ArgumentException">The vectors are not whole rows.</exception>
    /// <exception cref="PlatformNotSupportedException">USearch has no native library for this platform, or one that it needs is not
    /// there.</exception>
    /// <exception cref="OperationCanceledException">The building was canceled.</exception>
    public IVectorIndex Create(ReadOnlyMemory<float> vectors, int dimension, CancellationToken cancellationToken)
    {
        Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        int count = vectors.Length / dimension;
        if (vectors.Length != count * dimension)
            throw new ArgumentException($"{vectors.Length} numbers are not whole rows of {dimension}.", nameof(vectors));
        cancellationToken.ThrowIfCancellationRequested();

        int searches = Math.Min(Searches, SearchSlots.Count);
        USearchIndex graph = NewGraph(dimension);
        try
        {
            for (int first = 0; first < count; first += RowsPerChunk)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int[] rows = [.. Enumerable.Range(first, Math.Min(RowsPerChunk, count - first))];
                float[][] chunk = Array.ConvertAll(rows, row => vectors.Slice(row * dimension, dimension).ToArray());
                graph.Add(Array.ConvertAll(rows, row => (ulong)row), chunk);
            }
        }
        catch
        {
            graph.Dispose();
            throw;
        }

        return new HnswIndex(graph, count, bytes: count * ((sizeof(float) * (long)dimension) + (sizeof(uint) * 2L * M)), searches);
    }

    private USearchIndex NewGraph(int dimension)
    {
        try
        {
            return new USearchIndex(MetricKind.Ip, ScalarKind.Float32, (ulong)dimension, (ulong)M, (ulong)EfConstruction);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new PlatformNotSupportedException(
                $"HnswIndexFactory: USearch's native library did not load on {RuntimeInformation.RuntimeIdentifier}. It is there for "
                + "linux-x64 (with libgomp: apt-get install libgomp1), win-x64 and osx-arm64. Elsewhere leave RecommenderOptions.Index " +
                    "null.", e);
        }
    }

    /// <summary>Refuses illegal options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        Require(M, 2, MostM, nameof(M));
        Require(EfConstruction, 1, MostEfConstruction, nameof(EfConstruction));
    }

    private static void Require(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, $"HnswIndexFactory: {name} is {value}; it has to be {least} to {most}.");
    }
}
