using System.Diagnostics;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Aggregation and sampling on a device of OpenCL: a GPU, an FPGA with a program compiled for it before, or the processor by PoCL. Graphs,
/// weights and tables stay on the device between calls, so a chain of layers writes its first table only; transfers overlap with kernels.
/// Calls from several threads take turns. A device that fails counts as lost: that call and all later ones are a
/// <see cref="BackendUnavailableException"/>.
/// </summary>
public sealed unsafe class OpenClAggregationBackend : IAggregationBackend, IDisposable
{

    private static readonly AggregationCapabilities s_capabilities = new() { Single = true, Int8 = true, Sampling = true };

    private readonly Lock _gate = new();
    private readonly OpenClSession _session;
    private readonly OpenClPieces _pieces;
    private readonly OpenClBuffer _offsets;
    private readonly OpenClBuffer _columns;
    private readonly OpenClBuffer _weights;
    private readonly OpenClBuffer _scratch;
    private readonly OpenClBuffer _shifts;
    private readonly OpenClBuffer[] _tables;
    private readonly OpenClBuffer _thresholds;
    private readonly OpenClBuffer _aliases;
    private long _transferred;

    /// <summary>Opens a device.</summary>
    /// <param name="settings">Device and program; null for the first device and this library's own program.</param>
    /// <exception cref="BackendUnavailableException">There is no OpenCL, no such device, or the program is not for it.</exception>
    public OpenClAggregationBackend(AggregationSettings? settings = null)
        : this(OpenClApi.System, settings ?? new AggregationSettings())
    {
    }

    internal OpenClAggregationBackend(OpenClApi api, AggregationSettings settings)
    {
        _session = new OpenClSession(api, OpenClDevice.Choose(api, settings.Device), settings.Program);
        _pieces = new OpenClPieces(_session);
        (_offsets, _columns, _weights, _scratch, _shifts) = (New(), New(), New(), New(), New());
        (_thresholds, _aliases, _tables) = (New(), New(), [New(), New()]);

        OpenClBuffer New() => new(_session);
    }

    /// <inheritdoc/>
    public string Name => OpenClBackend.Name;

    /// <summary>The device, as OpenCL names it.</summary>
    public string Device => _session.Device.Name;

    /// <inheritdoc/>
    public AggregationCapabilities Capabilities => s_capabilities;

    /// <summary>Whether it answers still; false once the device is lost or given back.</summary>
    public bool IsUsable => _session.IsUsable;

    /// <inheritdoc/>
    public AggregationEstimate Estimate(AggregationWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return _session.Device.IsProcessor ? CostModel.ProcessorAsDevice(work, Environment.ProcessorCount) : CostModel.Device(work);
    }

    /// <summary>
    /// Writes the compiled program to a file that <see cref="AggregationSettings.Program"/> takes, for this device and this driver.
    /// </summary>
    /// <param name="path">The file; overwritten.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="BackendUnavailableException">The device is lost.</exception>
    public void SaveProgram(string path)
    {
        lock (_gate)
        {
            _session.ThrowIfUnusable();
            File.WriteAllBytes(path, _session.Binary());
        }
    }

    /// <inheritdoc/>
    public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension)
    {
        ArgumentNullException.ThrowIfNull(adjacency);
        Kernels.SpmmKernel.Check(adjacency, source.Span, destination.Span, dimension);
        Call(() =>
        {
            Pattern(adjacency);
            Count(_weights.Keep(adjacency, adjacency.Values));
            Array.ForEach(_tables, table => table.Hold(null)); // memory of the caller, which may change: never taken as current
            _tables[1].Reserve((long)adjacency.Rows * dimension * sizeof(float));
            Count(_tables[0].Keep(new object(), source.Span));
            using System.Buffers.MemoryHandle pin = destination.Pin();
            float* to = (float*)pin.Pointer;
            long row = (long)dimension * sizeof(float);
            _pieces.Run(
                OpenClPieces.Split(adjacency, int.MaxValue),
                static (_, _) => 0,
                (first, end, after) => Launch("aggregate_single", end - first, after, _tables[0], _tables[1], null, dimension, null, first),
                (first, end, after) => Read(_tables[1], (byte*)to, first * row, (end - first) * row, after),
                CancellationToken.None);
        });
    }

    /// <inheritdoc/>
    public AggregationRun Aggregate(
        Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default)
    {
        BackendCheck.Int8(this, adjacency, source, destination);
        return Call(() =>
        {
            int stride = source.RowStride;
            OpenClBuffer x = Table(source), y = ReferenceEquals(x, _tables[0]) ? _tables[1] : _tables[0];
            y.Reserve((long)adjacency.Rows * stride);
            y.Hold(null);
            _shifts.Reserve(adjacency.Rows);
            byte[] shifts = GC.AllocateUninitializedArray<byte>(adjacency.Rows, pinned: true);
            using System.Buffers.MemoryHandle pin = destination.Storage.Pin();
            byte* to = (byte*)pin.Pointer;
            fixed (byte* toShifts = shifts)
            {
                byte* shiftsAt = toShifts;
                Int8Pieces(adjacency, source, cancellation,
                    (first, end, after) => Launch("aggregate_int8", end - first, after, x, y, _shifts, stride, null, first),
                    (first, end, after) =>
                    {
                        // In order on one queue: the end of the second is that of both.
                        ReadAside(y, to, (long)first * stride, (long)(end - first) * stride, after);
                        return Read(_shifts, shiftsAt, first, end - first, after);
                    });
            }

            for (int row = 0; row < adjacency.Rows; row++)
                destination.WritableScales[row] = BlockFloat.Scale(adjacency.RowScales[row], shifts[row], row);
            y.Hold(destination, destination.Version);
        });
    }

    /// <inheritdoc/>
    public AggregationRun AggregateRaw(
        Int16Adjacency adjacency, Int8Table source, Memory<int> destination, CancellationToken cancellation = default)
    {
        BackendCheck.Raw(this, adjacency, source, destination);
        return Call(() =>
        {
            OpenClBuffer x = Table(source), y = ReferenceEquals(x, _tables[0]) ? _tables[1] : _tables[0];
            long row = (long)source.Dimension * sizeof(int);
            y.Reserve(adjacency.Rows * row);
            y.Hold(null);
            using System.Buffers.MemoryHandle pin = destination.Pin();
            byte* to = (byte*)pin.Pointer;
            Int8Pieces(adjacency, source, cancellation,
                (first, end, after) => Launch("aggregate_raw", end - first, after, x, y, null, source.RowStride, source.Dimension, first),
                (first, end, after) => Read(y, to, first * row, (end - first) * row, after));
        });
    }

    /// <inheritdoc/>
    public AggregationRun Sample(
        NeighborTable table, ReadOnlyMemory<int> nodes, int fanout, uint seed, Memory<int> neighbors, Memory<int> counts,
        CancellationToken cancellation = default)
    {
        BackendCheck.Sampling(this, table, nodes.Span, fanout, neighbors.Length, counts.Length);
        cancellation.ThrowIfCancellationRequested();
        return Call(() =>
        {
            if (nodes.IsEmpty)
                return;
            Pattern(table.Graph);
            Count(_thresholds.Keep(table, table.Thresholds) + _aliases.Keep(table, table.Aliases));
            Array.ForEach(_tables, buffer => buffer.Hold(null));
            _tables[1].Reserve((long)neighbors.Length * sizeof(int));
            _shifts.Reserve((long)counts.Length * sizeof(int));
            Count(_tables[0].Keep(new object(), nodes.Span));
            using System.Buffers.MemoryHandle pin = neighbors.Pin(), pinCounts = counts.Pin();
            byte* toNeighbors = (byte*)pin.Pointer, toCounts = (byte*)pinCounts.Pointer;
            int count = nodes.Length;
            _pieces.Run(
                [0, count],
                static (_, _) => 0,
                (_, _, after) =>
                {
                    var launch = new OpenClLaunch(_session, "sample_neighbors");
                    foreach (OpenClBuffer buffer in (OpenClBuffer[])[
                        _offsets, _columns, _thresholds, _aliases, _tables[0], _tables[1], _shifts])
                        launch.Add(buffer);
                    launch.Add(fanout);
                    launch.Add(seed);
                    launch.Add(table.ByImportance ? 1 : 0);
                    nint done;
                    launch.Start(count, after, &done);
                    return done;
                },
                (_, _, after) =>
                {
                    ReadAside(_tables[1], toNeighbors, 0, (long)count * fanout * sizeof(int), after);
                    return Read(_shifts, toCounts, 0, (long)count * sizeof(int), after);
                },
                cancellation);
        });
    }

    /// <summary>Gives the device back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (OpenClBuffer buffer in (OpenClBuffer[])[
                _offsets, _columns, _weights, _scratch, _shifts, _thresholds, _aliases, .. _tables])
                buffer.Dispose();
            _session.Dispose();
        }
    }

    private AggregationRun Call(Action body)
    {
        lock (_gate)
        {
            _session.ThrowIfUnusable();
            _transferred = 0;
            long start = Stopwatch.GetTimestamp();
            body();
            return new AggregationRun(Name, Figure.Measured(Stopwatch.GetElapsedTime(start)))
            {
                BytesTransferred = new Figure(_transferred, "B", Provenance.Measured)
            };
        }
    }

    private void Int8Pieces(
        Int16Adjacency adjacency, Int8Table source, CancellationToken cancellation, OpenClPieces.StartPiece start,
        OpenClPieces.ReadPiece read)
    {
        cancellation.ThrowIfCancellationRequested();
        Pattern(adjacency.Pattern);
        bool resident = _weights.Holds(adjacency);
        _weights.Reserve((long)adjacency.NonZeros * sizeof(short));
        if (!resident)
            _weights.Hold(null);
        int mostRows = Math.Max(1, OpenClPieces.ScratchBytes / (source.RowStride * sizeof(long)));
        List<int> bounds = OpenClPieces.Split(adjacency.Pattern, mostRows);
        _scratch.Reserve(
            (long)bounds.Zip(bounds.Skip(1), (first, end) => end - first).DefaultIfEmpty().Max() * source.RowStride * sizeof(long));
        fixed (short* weights = adjacency.Weights)
        {
            short* from = weights;
            _pieces.Run(
                bounds, (first, end) => resident ? 0 : Write(from, adjacency.RowOffsets[first], adjacency.RowOffsets[end]), start, read,
                cancellation);
        }

        _weights.Hold(adjacency);
    }

    private nint Write(short* weights, int first, int end)
    {
        if (first == end)
            return 0;
        nint done;
        Count(_weights.Write(weights + first, (long)first * sizeof(short), (long)(end - first) * sizeof(short), &done));
        return done;
    }

    private nint Read(OpenClBuffer buffer, byte* destination, long offset, long bytes, nint after)
    {
        nint done;
        Count(buffer.Read(destination + offset, offset, bytes, after, &done));
        return done;
    }

    private void ReadAside(OpenClBuffer buffer, byte* destination, long offset, long bytes, nint after) =>
        Count(buffer.Read(destination + offset, offset, bytes, after));

    // The kernels share the order of their arguments; what one does not have is left out.
    private nint Launch(
        string kernel, int rows, nint after, OpenClBuffer x, OpenClBuffer y, OpenClBuffer? shifts, int width, int? dimension, int firstRow)
    {
        var launch = new OpenClLaunch(_session, kernel);
        foreach (OpenClBuffer buffer in (OpenClBuffer[])[_offsets, _columns, _weights, x, y])
            launch.Add(buffer);
        if (shifts is not null)
            launch.Add(shifts);
        if (kernel != "aggregate_single")
            launch.Add(_scratch);
        launch.Add(width);
        if (dimension is { } given)
            launch.Add(given);
        launch.Add(firstRow);
        nint done;
        launch.Start(rows, after, &done);
        return done;
    }

    // The buffer that holds a table, written where it does not yet.
    private OpenClBuffer Table(Int8Table table)
    {
        int version = table.Version;
        if (_tables.FirstOrDefault(buffer => buffer.Holds(table, version)) is { } held)
            return held;
        OpenClBuffer taken = _tables[0];
        Count(taken.Keep(new object(), (ReadOnlySpan<sbyte>)table.Storage.Span));
        taken.Hold(table, version);
        return taken;
    }

    private void Pattern(CsrMatrix pattern) =>
        Count(_offsets.Keep(pattern, pattern.RowOffsets) + _columns.Keep(pattern, pattern.ColumnIndices));

    private void Count(long bytes) => _transferred += bytes;
}
