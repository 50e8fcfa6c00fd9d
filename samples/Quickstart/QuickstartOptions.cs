namespace Quickstart;

/// <summary>What the command line asked for.</summary>
internal sealed record QuickstartOptions
{
    /// <summary>A MovieLens folder, a LightGCN-format folder, or null for the embedded catalogue.</summary>
    public DirectoryInfo? Data { get; init; }
    public string Split { get; init; } = "random";
    public int Seeds { get; init; } = 1;
    public int Seed { get; init; } = 1;
    public FileInfo? Json { get; init; }
}
