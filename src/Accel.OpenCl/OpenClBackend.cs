namespace HybridRec.MLNet.Accel;

/// <summary>OpenCL in the registry of backends.</summary>
/// <example><code>
/// OpenClBackend.Register();
/// var options = new GnnEmbeddingOptions { Aggregation = AggregationBackend.OpenCl("GPU"), Precision = EmbeddingPrecision.Int8 };
/// </code></example>
public static class OpenClBackend
{
    /// <summary>The name in the registry.</summary>
    public const string Name = "opencl";

    /// <summary>
    /// Makes OpenCL known to <see cref="AggregationBackends"/>, so that it can be taken by name and by "auto". Call it once, when the
    /// application starts; again does no harm.
    /// </summary>
    public static void Register() => AggregationBackends.Register(Name, settings => new OpenClAggregationBackend(settings));
}
