namespace HybridRec.MLNet;

/// <summary>What every loader can be told.</summary>
public record LoaderOptions
{
    /// <summary>
    /// Leaves out rows that cannot be read, and logs their number and the first of them as a warning through <c>MLContext.Log</c>, instead
    /// of throwing <see cref="DataFormatException"/> at the first one. A damaged archive, a missing file and a wrong header always throw.
    /// </summary>
    /// <value>The default is false: a malformed row is an error.</value>
    public bool SkipMalformed { get; init; }
}
