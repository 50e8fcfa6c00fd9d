using System.Numerics;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Drives hr_agg_kernel: lays tables and records out as it reads them, shares rows out over its units, and reads the results back.
/// </summary>
internal sealed class AggregationDriver : IDisposable
{
    /// <summary>Records of a launch, over all units: 32 MiB of them a unit, and a point where a call can be canceled.</summary>
    private const int RecordsPerUnit = 1 << 22;

    /// <summary>Bytes of the results of a unit in a launch.</summary>
    private const int ResultBytesPerUnit = 1 << 28;

    private static readonly string[] s_errors =
    [
        "a read of edge records was answered with an error",
        "a read of the table was answered with an error",
        "a write of results was answered with an error",
        "an edge names column {0}, which is outside the table",
        "the records have another number of rows than was announced",
        "a read of the table was answered with another number of beats than asked for",
    ];

    private readonly DeviceBuffers _buffers;
    private readonly WeakReference<Int8Table?> _resident = new(null);
    private (int Version, int Stride) _residentAs;
    private readonly int _mostBeats;

    public AggregationDriver(IFpgaDevice device)
    {
        uint shape = KernelCheck.Shape(device, KernelRegisters.AggregationKind, "hr_agg_kernel");
        (Device, Lanes, _mostBeats) = (device, (int)(shape & 0xffff), (int)(shape >> 16));
        _buffers = new DeviceBuffers(device);
    }

    public IFpgaDevice Device { get; }

    public int Lanes { get; }

    public int MostDimension => Lanes * _mostBeats;

    public DriverRun Run(Int16Adjacency adjacency, Int8Table source, AggregationResult result, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var run = default(DriverRun);
        if (adjacency.Rows == 0)
            return run;
        int beats = (source.Dimension + Lanes - 1) / Lanes, stride = (int)BitOperations.RoundUpToPowerOf2((uint)(beats * Lanes));
        var layout = new RowLayout(
            beats, Lanes, stride, result.Raw ? (int)BitOperations.RoundUpToPowerOf2((uint)(beats * Lanes * sizeof(int))) : stride,
            result.Raw);
        if ((long)source.Rows * stride > Array.MaxLength)
            throw new NotSupportedException(FormattableString.Invariant($"{source.Rows} rows of {stride} bytes, which ") +
                FormattableString.Invariant(
                    $"{source.Dimension} numbers take on {Device.Name}, are too many for one table; split it by columns, or take 'cpu'."));
        run = run.Moved(WriteTable(source, layout));
        int most = Math.Min(RecordsPerUnit, ResultBytesPerUnit / layout.ResultStride);
        var pieces = new RowPiece[Device.Units];
        for (int first = 0; first < adjacency.Rows;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = 0;
            for (int unit = 0; unit < Device.Units; unit++)
            {
                int end = RowPiece.EndOf(adjacency, first, Device.Units - unit, most);
                if (end == first)
                    break;
                pieces[count++] = new RowPiece(first, end, EdgeRecord.Count(adjacency, first, end));
                first = end;
            }

            run = Launch(adjacency, source.Rows, layout, pieces.AsSpan(0, count), result, run);
        }

        return run;
    }

    public void Dispose()
    {
        _buffers.Dispose();
        Device.Dispose();
    }

    private DriverRun Launch(
        Int16Adjacency adjacency, int tableRows, RowLayout layout, ReadOnlySpan<RowPiece> pieces, AggregationResult result, DriverRun run)
    {
        for (int unit = 0; unit < pieces.Length; unit++)
        {
            RowPiece piece = pieces[unit];
            ulong[] records = new ulong[piece.Records];
            EdgeRecord.Write(adjacency, piece.First, piece.End, records);
            FpgaBuffer edges = Buffer(unit, 2, "edges", (long)records.Length * sizeof(ulong));
            Device.Write(edges, MemoryMarshal.AsBytes<ulong>(records));
            run = run.Moved((long)records.Length * sizeof(ulong));
            Device.Start(unit,
            [
                FpgaArgument.Words((uint)piece.Records, (uint)piece.Rows),
                FpgaArgument.Words((uint)tableRows, layout.Format),
                FpgaArgument.Of(edges),
                FpgaArgument.Of(Table(unit, tableRows, layout)),
                FpgaArgument.Of(Buffer(unit, 4, "rows", (long)piece.Rows * layout.ResultStride)),
                FpgaArgument.Of(Buffer(unit, 5, "shifts", ShiftBytes(piece.Rows))),
            ]);
        }

        long longest = 0;
        for (int unit = 0; unit < pieces.Length; unit++)
        {
            Device.Wait(unit, (long)pieces[unit].Records * layout.Beats * (layout.Raw ? 4 : 1));
            KernelCheck.Errors(Device, unit, s_errors);
            FpgaCounters counters = FpgaCounters.Read(Device, unit);
            run = run.With(0, counters);
            longest = Math.Max(longest, counters.Cycles);
        }

        for (int unit = 0; unit < pieces.Length; unit++)
            run = run.Moved(ReadBack(unit, layout, pieces[unit], result));
        return run.With(longest, default);
    }

    private long ReadBack(int unit, RowLayout layout, RowPiece piece, AggregationResult result)
    {
        byte[] rows = new byte[(long)piece.Rows * layout.ResultStride], shifts = new byte[ShiftBytes(piece.Rows)];
        Device.Read(Buffer(unit, 4, "rows", rows.Length), rows);
        if (!layout.Raw)
            Device.Read(Buffer(unit, 5, "shifts", shifts.Length), shifts);
        for (int i = 0; i < piece.Rows; i++)
            result.Take(piece.First + i, rows.AsSpan(i * layout.ResultStride, layout.ResultStride), shifts[i]);
        return rows.Length + (layout.Raw ? 0 : shifts.Length);
    }

    private long WriteTable(Int8Table source, RowLayout layout)
    {
        // What lies on the device already does not go there again.
        (int Version, int Stride) asked = (source.Version, layout.TableStride);
        if (_resident.TryGetTarget(out Int8Table? there) && ReferenceEquals(there, source) && _residentAs == asked)
            return 0;
        _resident.SetTarget(null);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<sbyte>(source.Storage.Span);
        if (source.RowStride != layout.TableStride)
        {
            byte[] spread = new byte[(long)source.Rows * layout.TableStride];
            for (int row = 0; row < source.Rows; row++)
                bytes.Slice(row * source.RowStride, source.Dimension).CopyTo(spread.AsSpan((int)((long)row * layout.TableStride)));
            bytes = spread;
        }

        long moved = 0;
        var written = new HashSet<int>();
        for (int unit = 0; unit < Device.Units; unit++)
        {
            if (!written.Add(Device.Bank(unit, 3)))
                continue;
            Device.Write(Table(unit, source.Rows, layout), bytes);
            moved += bytes.Length;
        }

        _resident.SetTarget(source);
        _residentAs = asked;
        return moved;
    }

    // Tables are read only, so the units of a bank share one.
    private FpgaBuffer Table(int unit, int rows, RowLayout layout) =>
        _buffers.Get("table", Device.Bank(unit, 3), (long)rows * layout.TableStride);

    private FpgaBuffer Buffer(int unit, int argument, string use, long bytes) =>
        _buffers.Get($"{use} {unit}", Device.Bank(unit, argument), bytes);

    private int ShiftBytes(int rows) => (rows + Lanes - 1) / Lanes * Lanes;
}
