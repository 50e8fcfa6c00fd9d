namespace HybridRec.MLNet.Accel;

/// <summary>How a backend is made; each reads what concerns it.</summary>
public sealed record AggregationSettings
{
    /// <summary>Threads of backends that run on the processor; 0 takes all cores. Results do not depend on it.</summary>
    /// <value>The default is 0.</value>
    public int Threads { get; init; }

    /// <summary>Which device to take, a part of its name as the backend's errors list them; null for the first.</summary>
    /// <value>The default is null.</value>
    public string? Device { get; init; }

    /// <summary>
    /// File of a program compiled for the device before (an OpenCL binary, .xclbin, .aocx); null where the backend brings its own.
    /// </summary>
    /// <value>The default is null.</value>
    public string? Program { get; init; }

    /// <summary>
    /// Whether the CPU takes the place of a backend that is not to be had. It is then told to <see cref="Log"/> and counted
    /// (<see cref="AggregationBackends.FallbackCount"/>).
    /// </summary>
    /// <value>The default is false: it is an error.</value>
    public bool AllowFallback { get; init; }

    /// <summary>Receives what a user should know, such as a fallback.</summary>
    /// <value>The default is null.</value>
    public Action<string>? Log { get; init; }
}
