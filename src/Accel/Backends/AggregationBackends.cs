using System.Collections.Concurrent;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// The backends by name: "cpu", "auto", and what the application registers. The environment variable HYBRIDREC_BACKEND forces one: whatever
/// is asked for, the named one is made. One that is not to be had is a <see cref="BackendUnavailableException"/>, unless the
/// settings allow the CPU in its place.
/// </summary>
public static class AggregationBackends
{
    /// <summary>Name of the environment variable that forces a backend.</summary>
    public const string Variable = "HYBRIDREC_BACKEND";

    private static readonly ConcurrentDictionary<string, Func<AggregationSettings, IAggregationBackend>> s_makers = new(
        StringComparer.Ordinal)
    {
        [CpuAggregationBackend.BackendName] = settings => new CpuAggregationBackend(settings.Threads),
        [AutoAggregationBackend.BackendName] = settings => new AutoAggregationBackend(settings),
    };

    // Of the house, in packages of their own: an error says where they are.
    private static readonly Dictionary<string, string> s_packages = new(StringComparer.Ordinal)
    {
        ["opencl"] = "package HybridRec.MLNet.Accel.OpenCl, OpenClBackend.Register()",
        ["fpga"] = "package HybridRec.MLNet.Accel.Fpga, FpgaBackend.Register()",
        ["fpga-sim"] = "package HybridRec.MLNet.Accel.Fpga, FpgaBackend.Register()",
    };

    private static readonly Dictionary<(string Name, AggregationSettings Settings), IAggregationBackend> s_shared = [];

    private static long s_fallbacks;

    /// <summary>The names, sorted.</summary>
    public static IReadOnlyList<string> Names => [.. s_makers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>How many times in this process the CPU took the place of a backend that was not to be had.</summary>
    public static long FallbackCount => Interlocked.Read(ref s_fallbacks);

    /// <summary>The backend that HYBRIDREC_BACKEND forces; null for none.</summary>
    /// <exception cref="InvalidOperationException">There is no backend of that name.</exception>
    public static string? Forced => ParseForced(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Adds a backend, or replaces one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="create">Makes it; throws <see cref="BackendUnavailableException"/> where it is not to be had.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> is null.</exception>
    public static void Register(string name, Func<AggregationSettings, IAggregationBackend> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        s_makers[name] = create;
    }

    /// <summary>Makes a backend: the one that is forced, else the one named.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">How; null for the defaults.</param>
    /// <returns>The backend; the caller disposes it if it is disposable.</returns>
    /// <exception cref="ArgumentException">There is no backend of that name.</exception>
    /// <exception cref="BackendUnavailableException">It is not to be had, and the settings do not allow the CPU in its place.</exception>
    /// <exception cref="InvalidOperationException">HYBRIDREC_BACKEND names none.</exception>
    public static IAggregationBackend Create(string name, AggregationSettings? settings = null) =>
        Create(name, settings ?? new AggregationSettings(), Forced);

    /// <summary>
    /// A backend that the whole process shares, made on first use and again after its device was lost; by name
    /// and settings, whatever is forced.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">How.</param>
    /// <param name="forced">The backend to take instead; null for none.</param>
    internal static IAggregationBackend Shared(string name, AggregationSettings settings, string? forced)
    {
        // The receiver of the log is of one call; the backend is the same for all.
        (string Name, AggregationSettings Settings) key = (forced ?? name, settings with { Log = null });
        lock (s_shared)
        {
            bool stale = !s_shared.TryGetValue(key, out IAggregationBackend? backend) || !backend.IsUsable;
            if (stale || (backend!.Name != key.Name && settings.Log is not null)) // who listens is told again that the CPU takes its place
                s_shared[key] = backend = Create(name, settings, forced);
            return backend!;
        }
    }

    /// <summary>What a value of the variable asks for; null or empty for nothing.</summary>
    internal static string? ParseForced(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        return s_makers.ContainsKey(value)
            ? value
            : throw new InvalidOperationException(
                $"{Variable} is '{value}'; {Unknown(value)} Unset it to leave the choice to the program.");
    }

    /// <summary>Makes the backend named, and no other.</summary>
    internal static IAggregationBackend Make(string name, AggregationSettings settings) =>
        s_makers.TryGetValue(name, out Func<AggregationSettings, IAggregationBackend>? create)
            ? create(settings)
            : throw new ArgumentException($"There is no backend '{name}': {Unknown(name)}", nameof(name));

    /// <summary>What is registered, and where a name that is not comes from.</summary>
    internal static string Unknown(string name) =>
        $"there are {string.Join(", ", Names)}." +
        (s_packages.TryGetValue(name, out string? package) ? $" '{name}' has to be registered first: {package}." : "");

    internal static IAggregationBackend Create(string name, AggregationSettings settings, string? forced)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        string chosen = forced ?? name;
        try
        {
            return Make(chosen, settings);
        }
        catch (BackendUnavailableException missing) when (settings.AllowFallback)
        {
            Interlocked.Increment(ref s_fallbacks);
            settings.Log?.Invoke($"the backend '{chosen}' is not to be had, so the CPU takes its place: {missing.Message}");
            return new CpuAggregationBackend(settings.Threads);
        }
    }
}
