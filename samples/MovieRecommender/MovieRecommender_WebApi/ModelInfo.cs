namespace Movies.Api;

/// <summary>The version in service, and how large it is.</summary>
internal sealed record ModelInfo(string Version, int Films, int Users, IReadOnlyList<string> Genres);
