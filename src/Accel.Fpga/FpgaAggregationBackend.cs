namespace HybridRec.MLNet.Accel;

/// <summary>
/// Aggregation and sampling in 8 bits on an FPGA, or on its simulation: a driver of the kernels in rtl/ over <see cref="IFpgaDevice"/>. The
/// rows of a graph are shared out over the compute units. The run tells cycles, stalls and bytes; on a simulated device they are marked so,
/// and so is every time that is made of them. Calls wait for each other.
/// </summary>
public sealed class FpgaAggregationBackend : IAggregationBackend, IDisposable
{
    private readonly Lock _gate = new();
    private readonly AggregationDriver _aggregation;
    private readonly SamplingDriver? _sampling;
    private bool _disposed;

    /// <summary>Creates a backend.</summary>
    /// <param name="aggregation">A device with the kernel hr_agg_kernel; the backend disposes it.</param>
    /// <param name="sampling">A device with the kernel hr_sample_kernel; null for a backend that does not sample.
    /// The backend disposes it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="aggregation"/> is null.</exception>
    /// <exception cref="FpgaException">A device has another kernel, or another version of it.</exception>
    public FpgaAggregationBackend(IFpgaDevice aggregation, IFpgaDevice? sampling = null)
    {
        ArgumentNullException.ThrowIfNull(aggregation);
        _aggregation = new AggregationDriver(aggregation);
        _sampling = sampling is null ? null : new SamplingDriver(sampling);
        Capabilities = new AggregationCapabilities
        {
            Int8 = true,
            Sampling = sampling is not null,
            MostDimension = _aggregation.MostDimension,
            MostFanout = _sampling?.MostFanout ?? NeighborTable.MostFanout,
        };
    }

    /// <inheritdoc/>
    public string Name => FpgaBackend.Board;

    /// <inheritdoc/>
    public AggregationCapabilities Capabilities { get; }

    /// <summary>The device that aggregates, for errors and tables.</summary>
    public string DeviceName => _aggregation.Device.Name;

    /// <summary>Lanes of a compute unit: numbers added in a cycle.</summary>
    public int Lanes => _aggregation.Lanes;

    /// <summary>Compute units.</summary>
    public int Units => _aggregation.Device.Units;

    /// <summary>
    /// On a board: a launch, the transfers, and the longer of what the lanes and what the memory take (<see cref="FpgaBoard.AlveoU55C"/>'s
    /// memory and link, the device's clock). A simulation says nothing: it is taken by name only.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <returns>The estimate; null for a simulation.</returns>
    public AggregationEstimate? Estimate(AggregationWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_aggregation.Device.Provenance != Provenance.Measured)
            return null;
        FpgaBoard board = FpgaBoard.AlveoU55C with { ClockHertz = _aggregation.Device.Clock.Value };
        int beats = (work.Dimension + Lanes - 1) / Lanes;
        long moved = (work.Edges * (sizeof(ulong) + ((long)beats * Lanes))) + work.ResultBytes,
            transferred = work.TableBytes + (work.Edges * sizeof(ulong)) + work.ResultBytes;
        var run = new AggregationRun(Name, new Figure(0, "s", Provenance.Modeled))
        {
            Cycles = new Figure((double)work.Edges * beats / Units, "cycles", Provenance.Modeled),
            BytesMoved = new Figure(moved, "B", Provenance.Modeled),
            BytesTransferred = new Figure(transferred, "B", Provenance.Modeled),
        };
        FpgaEstimate estimate = FpgaPerformanceModel.Estimate(run, Units, board, Units, tableBytes: work.TableBytes);
        return new AggregationEstimate(estimate.Total, FpgaPerformanceModel.Describe(estimate));
    }

    /// <summary>Not to be had: the kernel has 8 bits.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension) =>
        throw BackendCheck.Missing(Name, nameof(AggregationCapabilities.Single));

    /// <inheritdoc/>
    /// <exception cref="FpgaException">The device failed; there is no result.</exception>
    public AggregationRun Aggregate(
        Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default)
    {
        BackendCheck.Int8(this, adjacency, source, destination);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var result = new PackedResult(adjacency, destination);
            return Run(_aggregation.Device, _aggregation.Run(adjacency, source, result, cancellation), _aggregation.Lanes);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="FpgaException">The device failed; there is no result.</exception>
    public AggregationRun AggregateRaw(
        Int16Adjacency adjacency, Int8Table source, Memory<int> destination, CancellationToken cancellation = default)
    {
        BackendCheck.Raw(this, adjacency, source, destination);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var result = new RawResult(destination, source.Dimension);
            return Run(_aggregation.Device, _aggregation.Run(adjacency, source, result, cancellation), _aggregation.Lanes);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="FpgaException">The device failed; there is no result.</exception>
    public AggregationRun Sample(
        NeighborTable table, ReadOnlyMemory<int> nodes, int fanout, uint seed, Memory<int> neighbors, Memory<int> counts,
        CancellationToken cancellation = default)
    {
        if (_sampling is null)
            throw BackendCheck.Missing(Name, nameof(AggregationCapabilities.Sampling));
        BackendCheck.Sampling(this, table, nodes.Span, fanout, neighbors.Length, counts.Length);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Run(
                _sampling.Device, _sampling.Run(table, nodes.Span, fanout, seed, neighbors.Span, counts.Span, cancellation), sizeof(int));
        }
    }

    /// <summary>Disposes the devices.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _aggregation.Dispose();
            _sampling?.Dispose();
        }
    }

    private AggregationRun Run(IFpgaDevice device, DriverRun run, int beatBytes)
    {
        var cycles = new Figure(run.Cycles, "cycles", device.Provenance);
        long moved = (run.Counters.WordsRead * sizeof(ulong)) + ((run.Counters.TableReads + run.Counters.WordsWritten) * beatBytes);
        Figure time = cycles / device.Clock;
        return new AggregationRun(Name, time with { Unit = "s" })
        {
            Cycles = cycles,
            Stalls = new Figure(run.Counters.Starved + run.Counters.Held, "cycles", device.Provenance),
            BytesMoved = new Figure(moved, "B", device.Provenance),
            BytesTransferred = new Figure(run.Transferred, "B", device.Provenance),
        };
    }
}
