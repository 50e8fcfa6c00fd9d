using System.Diagnostics;
using System.Globalization;
using HybridRec.MLNet.Serving;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <content>Other versions, put into service while requests go on.</content>
public sealed partial class Recommender
{
    /// <summary>
    /// Puts another model into service. It is built beside the old one, which answers until then; requests that have begun are answered by
    /// the version they began with. One swap or refresh runs at a time.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Its interactions.</param>
    /// <param name="options">Options; null: those of now, without the version's name and the further items.</param>
    /// <param name="cancellationToken">Stops the building; the old version stays.</param>
    /// <returns>Name of the new version.</returns>
    /// <exception cref="ArgumentException">The data has no user or no item; an option is out of range. The old version stays.</exception>
    public string Swap(
        ITransformer model, IDataView data, RecommenderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        lock (_writing)
        {
            RecommenderOptions wanted = Seeded(options ?? Current.Options with { Version = null, Items = null });
            wanted.Validate();
            string version = Replace(
                "swap", _ => SnapshotBuilder.Build(_ml, model, data, wanted, wanted.Version ?? NextVersion(), cancellationToken));
            (_swapped, _refreshed) = (version, 0); // not before: where building fails, the old version goes on counting
            return version;
        }
    }

    /// <summary>
    /// Takes in further interactions, users and items without building anew: only users and items that are new, and those of
    /// <paramref name="items"/>, go through the chain, and the tables grow by them.
    /// Interactions count as seen and as popularity. The model stays as it is: what its vectors learn from new interactions comes with
    /// <c>ml.Hybrid.Update</c> and <see cref="Swap"/>.
    /// </summary>
    /// <param name="rows">New interactions, in the schema of the data; may be without rows.</param>
    /// <param name="items">Items that are new or have another title, text or category.</param>
    /// <param name="cancellationToken">Stops the building; the old version stays.</param>
    /// <returns>Name of the new version: the old one's with a number behind a plus sign.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type. The old version stays.</exception>
    /// <exception cref="NotSupportedException">The model is no chain that ends in <c>ml.Hybrid.Ranking</c>.</exception>
    public string Refresh(IDataView rows, IDataView? items = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        lock (_writing)
        {
            return Replace("refresh", old =>
            {
                _swapped ??= old.Version;
                string version = string.Create(CultureInfo.InvariantCulture, $"{_swapped}+{++_refreshed}");
                return SnapshotRefresh.Run(_ml, old, rows, items, version, cancellationToken);
            });
        }
    }

    /// <summary>
    /// Ends the service. Requests that have begun are answered. The model stays the caller's, unless
    /// <see cref="RecommenderOptions.OwnsModel"/> says otherwise.
    /// </summary>
    public void Dispose()
    {
        lock (_writing)
            Interlocked.Exchange(ref _current, null)?.Exit();
    }

    private string Replace(string how, Func<ServingSnapshot, ServingSnapshot> build)
    {
        using Activity? activity = ServingTelemetry.Activities.StartActivity(how);
        long start = Stopwatch.GetTimestamp();
        ServingSnapshot old = Current, next = build(old);
        Volatile.Write(ref _current, next);
        old.Exit();
        ServingTelemetry.Built(activity, how, next.Version, start);
        return next.Version;
    }

    private RecommenderOptions Seeded(RecommenderOptions options) => options with { Seed = options.Seed ?? _seed };

    private string NextVersion() => Interlocked.Increment(ref _built).ToString(CultureInfo.InvariantCulture);
}
