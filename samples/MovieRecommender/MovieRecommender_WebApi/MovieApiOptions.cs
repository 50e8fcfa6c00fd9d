using System.ComponentModel.DataAnnotations;

namespace Movies.Api;

/// <summary>The section "Movies" of the configuration.</summary>
internal sealed class MovieApiOptions
{
    public const string Section = "Movies";

    /// <summary>The model to serve; trained and saved there if there is none. Empty: beside the program.</summary>
    public string ModelPath { get; set; } = "";

    /// <summary>A MovieLens folder: the films, and what users have seen. Empty: generated films beside the program.</summary>
    public string DataPath { get; set; } = "";

    /// <summary>Seconds between looks at the model file; a newer one is served without a restart.</summary>
    [Range(0.05, 3600)]
    public double ReloadSeconds { get; set; } = 2;

    /// <summary>Requests that one client may send a second, on average; a burst may be twice that.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Requests that are worked on at once; as many again wait, the rest are told to come back.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrentRequests { get; set; } = 64;
}
