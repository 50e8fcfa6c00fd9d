using System.Globalization;
using System.Text;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Chooses a backend for each call by what the backends expect it to cost (<see cref="IAggregationBackend.Estimate"/>), and can be asked
/// why. Estimates are models, the same in every run, so a call goes to the same backend every time. A backend that does not estimate, such
/// as a simulation, is never chosen. Work that the processor does in less time than any device needs to be started stays there, and no
/// device is opened for it: the neighborhood of one user is such work. A device that fails is an error, not a reason to take another.
/// </summary>
public sealed class AutoAggregationBackend : IAggregationBackend, IDisposable
{
    internal const string BackendName = "auto";

    // No device is started in less; seconds.
    private const double LeastLaunch = 40e-6;

    private readonly Lock _gate = new();
    private readonly AggregationSettings _settings;
    private readonly CpuAggregationBackend _cpu;
    private readonly Func<string, AggregationSettings, IAggregationBackend> _make;
    private readonly IReadOnlyList<string> _names;
    private List<(string Name, IAggregationBackend? Backend, string Missing)>? _others;

    /// <summary>Creates the backend; devices are opened when a call may be worth it.</summary>
    /// <param name="settings">Passed to each backend; null for the defaults.</param>
    public AutoAggregationBackend(AggregationSettings? settings = null)
        : this(settings ?? new AggregationSettings(), AggregationBackends.Names, AggregationBackends.Make)
    {
    }

    internal AutoAggregationBackend(
        AggregationSettings settings, IReadOnlyList<string> names, Func<string, AggregationSettings, IAggregationBackend> make)
    {
        (_settings, _make) = (settings, make);
        _names = [.. names.Where(name => name is not (BackendName or CpuAggregationBackend.BackendName))];
        _cpu = new CpuAggregationBackend(settings.Threads);
    }

    /// <inheritdoc/>
    public string Name => BackendName;

    /// <inheritdoc/>
    public AggregationCapabilities Capabilities => _cpu.Capabilities;

    /// <summary>What would be chosen for some work, and why.</summary>
    /// <param name="work">The work.</param>
    /// <returns>Name of the backend; why, with what each backend was expected to cost.</returns>
    /// <exception cref="ArgumentNullException">The work is null.</exception>
    public (string Backend, string Explanation) Explain(AggregationWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var text = new StringBuilder();
        IAggregationBackend chosen = Choose(work, text);
        return (chosen.Name, text.ToString());
    }

    /// <inheritdoc/>
    public AggregationEstimate? Estimate(AggregationWork work) => Choose(work, null).Estimate(work);

    /// <inheritdoc/>
    public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension) =>
        Choose(AggregationWork.Of(adjacency, dimension), null).Aggregate(adjacency, source, destination, dimension);

    /// <inheritdoc/>
    public AggregationRun Aggregate(
        Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default) =>
        Choose(AggregationWork.Of(adjacency, source?.Dimension ?? 1), null).Aggregate(adjacency, source!, destination, cancellation);

    /// <inheritdoc/>
    public AggregationRun AggregateRaw(
        Int16Adjacency adjacency, Int8Table source, Memory<int> destination, CancellationToken cancellation = default) =>
        Choose(AggregationWork.Of(adjacency, source?.Dimension ?? 1), null).AggregateRaw(adjacency, source!, destination, cancellation);

    /// <inheritdoc/>
    /// <remarks>Always on the processor: a sample is a few numbers for each node, less than a launch.</remarks>
    public AggregationRun Sample(
        NeighborTable table, ReadOnlyMemory<int> nodes, int fanout, uint seed, Memory<int> neighbors, Memory<int> counts,
        CancellationToken cancellation = default) =>
        _cpu.Sample(table, nodes, fanout, seed, neighbors, counts, cancellation);

    /// <summary>Gives the devices back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach ((_, IAggregationBackend? backend, _) in _others ?? [])
                (backend as IDisposable)?.Dispose();
            _others = [];
        }
    }

    private IAggregationBackend Choose(AggregationWork work, StringBuilder? text)
    {
        AggregationEstimate cpu = _cpu.Estimate(work)!;
        text?.Append(CultureInfo.InvariantCulture, $"{work.Edges} edges of {work.Dimension} {(work.Int8 ? "bytes" : "Singles")}: ");
        if (cpu.Time.Value <= LeastLaunch)
        {
            text?.Append(CultureInfo.InvariantCulture, $"'cpu', {cpu.Time}: less than it takes to start any device. Small neighborhoods, " +
                $"such as those of one user, belong on the processor.");
            return _cpu;
        }

        IAggregationBackend best = _cpu;
        AggregationEstimate least = cpu;
        var lines = new StringBuilder();
        Line(_cpu.Name, cpu, null);
        foreach ((string name, IAggregationBackend? backend, string missing) in Others())
        {
            bool able = backend is not null && (work.Int8
                ? backend.Capabilities.Int8 && work.Dimension <= backend.Capabilities.MostDimension
                : backend.Capabilities.Single);
            AggregationEstimate? estimate = able ? backend!.Estimate(work) : null;
            Line(name, estimate, backend is null ? missing : able
                ? "does not say what it costs, so it is taken only by name"
                : $"has no {(work.Int8 ? "Int8 of this dimension" : "Single")}");
            if (estimate is not null && estimate.Time.Value < least.Time.Value)
                (best, least) = (backend!, estimate);
        }

        text?.Append(CultureInfo.InvariantCulture, $"'{best.Name}', {least.Time}, the least of:{lines}");
        return best;

        void Line(string name, AggregationEstimate? estimate, string? why) =>
            lines.Append(
                CultureInfo.InvariantCulture,
                $"{Environment.NewLine}  {name}: {(estimate is null ? why : $"{estimate.Time} ({estimate.Reason})")}");
    }

    private List<(string Name, IAggregationBackend? Backend, string Missing)> Others()
    {
        lock (_gate)
            return _others ??= [.. _names.Select(Open)];
    }

    private (string Name, IAggregationBackend? Backend, string Missing) Open(string name)
    {
        try
        {
            return (name, _make(name, _settings), "");
        }
        catch (BackendUnavailableException missing)
        {
            return (name, null, $"not to be had: {missing.Message}");
        }
    }
}
