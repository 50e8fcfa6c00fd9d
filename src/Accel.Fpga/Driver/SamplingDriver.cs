using System.Numerics;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>Drives hr_sample_kernel: one request a node, one list of words back.</summary>
internal sealed class SamplingDriver : IDisposable
{
    private const int RequestsPerLaunch = 1 << 18;
    private const uint Importance = 1 << 16;

    private static readonly string[] s_errors =
    [
        "a read of requests was answered with an error",
        "a read of the alias table was answered with an error",
        "a write of results was answered with an error",
        "an entry {0} was drawn, which is outside the lists",
        "a read of columns was answered with an error",
    ];

    private readonly DeviceBuffers _buffers;
    private NeighborTable? _resident;

    public SamplingDriver(IFpgaDevice device)
    {
        MostFanout = (int)KernelCheck.Shape(device, KernelRegisters.SamplingKind, "hr_sample_kernel");
        Device = device;
        _buffers = new DeviceBuffers(device);
    }

    public IFpgaDevice Device { get; }

    public int MostFanout { get; }

    public DriverRun Run(
        NeighborTable table, ReadOnlySpan<int> nodes, int fanout, uint seed, Span<int> neighbors, Span<int> counts,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var run = default(DriverRun);
        if (nodes.Length == 0)
            return run;
        run = run.Moved(Load(table));
        for (int first = 0; first < nodes.Length; first += RequestsPerLaunch)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(RequestsPerLaunch, nodes.Length - first);
            run = Launch(
                table, nodes.Slice(first, count), fanout, seed, neighbors.Slice(first * fanout, count * fanout), counts.Slice(first, count),
                run);
        }

        return run;
    }

    public void Dispose()
    {
        _buffers.Dispose();
        Device.Dispose();
    }

    // The lists stay on the device as long as the same table is asked for.
    private long Load(NeighborTable table)
    {
        if (ReferenceEquals(_resident, table))
            return 0;
        _resident = null;
        ReadOnlySpan<byte> columns = MemoryMarshal.AsBytes(table.Graph.ColumnIndices);
        Device.Write(Columns(table), columns);
        long moved = columns.Length;
        if (table.ByImportance)
        {
            ulong[] entries = new ulong[table.Graph.NonZeros];
            for (int e = 0; e < entries.Length; e++)
                entries[e] = table.Thresholds[e] | ((ulong)(uint)table.Aliases[e] << 32);
            Device.Write(Aliases(table), MemoryMarshal.AsBytes<ulong>(entries));
            moved += (long)entries.Length * sizeof(ulong);
        }

        _resident = table;
        return moved;
    }

    private DriverRun Launch(
        NeighborTable table, ReadOnlySpan<int> nodes, int fanout, uint seed, Span<int> neighbors, Span<int> counts, DriverRun run)
    {
        ulong[] requests = new ulong[nodes.Length * 2];
        for (int i = 0; i < nodes.Length; i++)
        {
            int start = table.Graph.RowOffsets[nodes[i]], degree = table.Graph.RowOffsets[nodes[i] + 1] - start;
            requests[2 * i] = (uint)start | ((ulong)(uint)degree << 32);
            requests[(2 * i) + 1] = (uint)nodes[i];
        }

        int stride = (int)BitOperations.RoundUpToPowerOf2((uint)(fanout * sizeof(int)));
        FpgaBuffer input = _buffers.Get("requests", Device.Bank(0, 2), (long)requests.Length * sizeof(ulong));
        FpgaBuffer output = _buffers.Get("results", Device.Bank(0, 5), (long)nodes.Length * stride);
        Device.Write(input, MemoryMarshal.AsBytes<ulong>(requests));
        uint format = (uint)(fanout - 1) | (table.ByImportance ? Importance : 0) | ((uint)BitOperations.Log2((uint)stride) << 24);
        Device.Start(0,
        [
            FpgaArgument.Words((uint)requests.Length, (uint)table.Graph.NonZeros),
            FpgaArgument.Words(format, seed),
            FpgaArgument.Of(input),
            FpgaArgument.Of(table.ByImportance ? Aliases(table) : Columns(table)),
            FpgaArgument.Of(Columns(table)),
            FpgaArgument.Of(output),
        ]);
        Device.Wait(0, (long)nodes.Length * fanout * (table.ByImportance ? 2 : 1));
        KernelCheck.Errors(Device, 0, s_errors);
        FpgaCounters counters = FpgaCounters.Read(Device, 0);
        byte[] words = new byte[nodes.Length * stride];
        Device.Read(output, words);
        for (int i = 0; i < nodes.Length; i++)
        {
            Span<int> own = neighbors.Slice(i * fanout, fanout);
            MemoryMarshal.Cast<byte, int>(words.AsSpan(i * stride, stride))[..fanout].CopyTo(own);
            int end = own.IndexOf(-1);
            counts[i] = end < 0 ? fanout : end;
        }

        return run.With(counters.Cycles, counters).Moved(((long)requests.Length * sizeof(ulong)) + words.Length);
    }

    private FpgaBuffer Columns(NeighborTable table) => _buffers.Get("columns", Device.Bank(0, 4), (long)table.Graph.NonZeros * sizeof(int));

    private FpgaBuffer Aliases(NeighborTable table) =>
        _buffers.Get("aliases", Device.Bank(0, 3), (long)table.Graph.NonZeros * sizeof(ulong));
}
