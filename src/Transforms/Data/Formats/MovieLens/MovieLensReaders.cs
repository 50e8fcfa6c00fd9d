namespace HybridRec.MLNet.Data;

/// <summary>Which reader a file of ratings has, by its name.</summary>
internal static class MovieLensReaders
{
    // u.data and its ready-made parts, u1.base, u1.test, ua.base and so on.
    private static readonly string[] s_tabbed = [".data", ".base", ".test"];

    internal static RowReader Open(DataFile file, bool skipMalformed)
    {
        if (file.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            return new MovieLensCsvReader(file, skipMalformed);
        bool isTabbed = s_tabbed.Any(end => file.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
        return new MovieLensDatReader(file, isTabbed, skipMalformed);
    }
}
