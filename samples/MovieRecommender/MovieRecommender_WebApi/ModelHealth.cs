using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Movies.Api;

/// <summary>Ready once a model is in service; degraded while the newest file could not be read.</summary>
internal sealed class ModelHealth(ModelStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            store.Served is not { } served ? HealthCheckResult.Unhealthy(store.LastFailure ?? "No model is in service yet.")
            : store.LastFailure is { } failure
                ? HealthCheckResult.Degraded($"Serving {served.Info.Version}; the newest file cannot be read: {failure}")
            : HealthCheckResult.Healthy($"Serving {served.Info.Version}."));
}
