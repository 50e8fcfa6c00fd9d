using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet;

/// <summary>
/// Chooses what computes the neighbor aggregation <c>A x</c> of a graph model when vectors are propagated after training and when new users
/// and items are folded in; all backends answer alike, they differ in speed. Training runs on the CPU, unless <see cref="From"/> names a
/// backend that has Single. HYBRIDREC_BACKEND forces one for all but training.
/// </summary>
public abstract record AggregationBackend
{
    private protected AggregationBackend()
    {
    }

    /// <summary>The SIMD kernels of this library on the processor's cores.</summary>
    /// <value>The default of <see cref="GnnEmbeddingOptions.Aggregation"/>.</value>
    public static AggregationBackend Cpu { get; } = new CpuSelection();

    /// <summary>For each call the backend that is expected to take the least time (<see cref="AutoAggregationBackend"/>).</summary>
    public static AggregationBackend Auto { get; } = new NamedSelection(AutoAggregationBackend.BackendName, new AggregationSettings());

    /// <summary>
    /// A device of OpenCL: package HybridRec.MLNet.Accel.OpenCl, which the application registers (<c>OpenClBackend.Register()</c>).
    /// </summary>
    /// <param name="device">A part of the device's name; null for the first.</param>
    /// <param name="program">File of a program compiled for the device before; null builds it.</param>
    /// <param name="allowFallback">Whether the CPU takes its place, with a warning in the log, where it is not to be had;
    /// otherwise that is an error.</param>
    /// <returns>The choice to put into <see cref="GnnEmbeddingOptions.Aggregation"/>.</returns>
    /// <exception cref="ArgumentException">It is not registered.</exception>
    public static AggregationBackend OpenCl(string? device = null, string? program = null, bool allowFallback = false) =>
        Named("opencl", new AggregationSettings { Device = device, Program = program, AllowFallback = allowFallback });

    /// <summary>
    /// An FPGA board by XRT: package HybridRec.MLNet.Accel.Fpga, which the application registers (<c>FpgaBackend.Register()</c>). It has
    /// <see cref="EmbeddingPrecision.Int8"/> alone.
    /// </summary>
    /// <param name="xclbin">File of the kernels, compiled for the board.</param>
    /// <param name="board">Number of the board; null for the first.</param>
    /// <param name="allowFallback">Whether the CPU takes its place, with a warning in the log, where it is not to be had;
    /// otherwise that is an error.</param>
    /// <returns>The choice to put into <see cref="GnnEmbeddingOptions.Aggregation"/>.</returns>
    /// <exception cref="ArgumentException">The file is not named, or the backend is not registered.</exception>
    public static AggregationBackend Fpga(string xclbin, string? board = null, bool allowFallback = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(xclbin);
        return Named("fpga", new AggregationSettings { Device = board, Program = xclbin, AllowFallback = allowFallback });
    }

    /// <summary>
    /// The kernels of the FPGA, simulated, of the same package: the same answers, thousands of times slower. It has
    /// <see cref="EmbeddingPrecision.Int8"/> alone.
    /// </summary>
    /// <returns>The choice to put into <see cref="GnnEmbeddingOptions.Aggregation"/>.</returns>
    /// <exception cref="ArgumentException">It is not registered.</exception>
    public static AggregationBackend FpgaSimulated() => Named("fpga-sim");

    /// <summary>A backend by its name in the registry, <see cref="AggregationBackends"/>.</summary>
    /// <param name="name">One of <see cref="AggregationBackends.Names"/>.</param>
    /// <param name="settings">How it is made; null for the defaults. Threads are those of the options.</param>
    /// <returns>The choice to put into <see cref="GnnEmbeddingOptions.Aggregation"/>.</returns>
    /// <exception cref="ArgumentException">There is no backend of that name.</exception>
    public static AggregationBackend Named(string name, AggregationSettings? settings = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!AggregationBackends.Names.Contains(name))
            throw new ArgumentException($"There is no backend '{name}': {AggregationBackends.Unknown(name)}", nameof(name));
        return new NamedSelection(name, settings ?? new AggregationSettings());
    }

    /// <summary>Uses a backend of your own, for training too if it has Single.</summary>
    /// <param name="backend">The backend; the caller keeps and disposes it.</param>
    /// <returns>The choice to put into <see cref="GnnEmbeddingOptions.Aggregation"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="backend"/> is null.</exception>
    public static AggregationBackend From(IAggregationBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return new GivenSelection(backend);
    }

    /// <summary>Whether training runs on it too.</summary>
    internal virtual bool TrainsToo => false;

    /// <summary>Whether a precision may be asked of it, as far as that can be said before it is made.</summary>
    internal virtual bool Allows(EmbeddingPrecision precision) => true;

    /// <summary>The backend to train with.</summary>
    internal virtual IAggregationBackend Resolve(int threads) => new CpuAggregationBackend(threads);

    /// <summary>The backend to propagate with after training.</summary>
    /// <param name="threads">Threads of backends on the processor.</param>
    /// <param name="precision">What it has to be able to do.</param>
    /// <param name="log">Receives what a user should know; null for none.</param>
    /// <exception cref="BackendUnavailableException">It is not to be had.</exception>
    /// <exception cref="InvalidOperationException">It does not have the precision.</exception>
    internal IAggregationBackend ForServing(int threads, EmbeddingPrecision precision, Action<string>? log = null)
    {
        string? forced = AggregationBackends.Forced;
        IAggregationBackend backend = forced is null
            ? Serving(threads, log)
            : AggregationBackends.Shared(forced, new AggregationSettings { Threads = threads, Log = log }, forced);
        bool able = precision switch
        {
            EmbeddingPrecision.Int8 => backend.Capabilities.Int8,
            EmbeddingPrecision.BFloat16 => backend is CpuAggregationBackend,
            _ => backend.Capabilities.Single,
        };
        if (able)
            return backend;
        string other = backend.Capabilities.Int8
            ? " Set Precision to Int8, which it has, or take another backend."
            : " Take another backend or precision.";
        throw new InvalidOperationException($"GnnEmbedding: the backend '{backend.Name}'" +
            $"{(forced is null ? "" : $", which {AggregationBackends.Variable} forces,")} has no {precision}.{other}");
    }

    private protected virtual IAggregationBackend Serving(int threads, Action<string>? log) => Resolve(threads);

    private sealed record CpuSelection : AggregationBackend
    {
        internal override bool TrainsToo => true;
    }

    private sealed record NamedSelection(string Name, AggregationSettings Settings) : AggregationBackend
    {
        private protected override IAggregationBackend Serving(int threads, Action<string>? log) =>
            AggregationBackends.Shared(
                Name, Settings with { Threads = threads, Log = log is null ? null : log + Settings.Log }, forced: null);
    }

    private sealed record GivenSelection(IAggregationBackend Backend) : AggregationBackend
    {
        internal override bool TrainsToo => Backend.Capabilities.Single;

        internal override bool Allows(EmbeddingPrecision precision) =>
            precision == EmbeddingPrecision.Int8 ? Backend.Capabilities.Int8 : Backend.Capabilities.Single;

        internal override IAggregationBackend Resolve(int threads) =>
            Backend.Capabilities.Single ? Backend : new CpuAggregationBackend(threads);

        private protected override IAggregationBackend Serving(int threads, Action<string>? log) => Backend;
    }
}
