namespace HybridRec.MLNet;

/// <summary>
/// A data file does not have the form that its loader reads: says which file, which line, what was found there and what is allowed.
/// </summary>
public sealed class DataFormatException : FormatException
{
    /// <summary>Creates the exception from its parts; the message is put together from them.</summary>
    /// <param name="path">The file; for an archive entry <c>archive.zip!entry</c>.</param>
    /// <param name="line">1-based line, or 0 when the file as a whole is meant.</param>
    /// <param name="found">What was found.</param>
    /// <param name="allowed">What is allowed there.</param>
    /// <param name="innerException">The cause, if another exception led to this one.</param>
    public DataFormatException(string path, long line, string found, string allowed, Exception? innerException = null)
        : base(Describe(path, line, found, allowed), innerException)
    {
        Path = path;
        Line = line;
        Found = found;
        Allowed = allowed;
    }

    /// <summary>The file; for an archive entry <c>archive.zip!entry</c>.</summary>
    public string Path { get; }

    /// <summary>1-based line, or 0 when the file as a whole is meant.</summary>
    public long Line { get; }

    /// <summary>What was found.</summary>
    public string Found { get; }

    /// <summary>What is allowed.</summary>
    public string Allowed { get; }

    private static string Describe(string path, long line, string found, string allowed) => line > 0
        ? FormattableString.Invariant($"{path}, line {line}: found {found}; allowed is {allowed}.")
        : $"{path}: found {found}; allowed is {allowed}.";
}
