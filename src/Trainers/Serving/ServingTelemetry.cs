using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Metrics and traces of serving, all named <see cref="Name"/>: any collector of System.Diagnostics (OpenTelemetry, dotnet-counters) reads
/// them. Without one they cost a few nanoseconds.
/// </summary>
internal static class ServingTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "HybridRec.MLNet";

    private static readonly Meter s_meter = new(Name);
    private static readonly Histogram<double> s_duration =
        s_meter.CreateHistogram<double>("hybridrec.recommend.duration", "s", "Time of a request.");
    private static readonly Counter<long> s_failures =
        s_meter.CreateCounter<long>("hybridrec.recommend.failures", "{request}", "Requests that were refused, cancelled or failed.");
    private static readonly Counter<long> s_fallbacks =
        s_meter.CreateCounter<long>(
            "hybridrec.recommend.fallbacks", "{request}", "Requests answered by popular items because nothing was known.");
    private static readonly Counter<long> s_versions =
        s_meter.CreateCounter<long>("hybridrec.recommender.versions", "{version}", "Versions that were put into service.");
    private static readonly Histogram<double> s_build =
        s_meter.CreateHistogram<double>("hybridrec.recommender.build.duration", "s", "Time of building a version.");

    /// <summary>The traces.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>A request was answered.</summary>
    /// <param name="activity">Its trace; null where nobody reads them.</param>
    /// <param name="source">What the list was made from.</param>
    /// <param name="exact">Whether it is the list that scoring all items gives.</param>
    /// <param name="fellBack">Whether popular items were taken for want of anything better.</param>
    /// <param name="version">Who answered.</param>
    /// <param name="count">Items of the list.</param>
    /// <param name="start">Timestamp of its beginning.</param>
    public static void Answered(
        Activity? activity, RecommendationSource source, bool exact, bool fellBack, string version, int count, long start)
    {
        if (s_duration.Enabled)
        {
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            s_duration.Record(seconds, new("source", source.ToString()), new KeyValuePair<string, object?>("exact", exact));
        }

        if (fellBack)
            s_fallbacks.Add(1);
        activity?.SetTag("hybridrec.source", source.ToString()).SetTag("hybridrec.version", version).SetTag("hybridrec.count", count);
    }

    /// <summary>A request was not answered.</summary>
    public static void Failed(Activity? activity, Exception error)
    {
        s_failures.Add(1, new KeyValuePair<string, object?>("error.type", error.GetType().Name));
        activity?.SetStatus(ActivityStatusCode.Error, error.Message);
    }

    /// <summary>A version was built.</summary>
    public static void Built(Activity? activity, string how, string version, long start)
    {
        s_versions.Add(1, new KeyValuePair<string, object?>("how", how));
        s_build.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("how", how));
        activity?.SetTag("hybridrec.version", version);
    }
}
