using System.IO.Compression;
using System.IO.Enumeration;

namespace HybridRec.MLNet.Data;

/// <summary>
/// The files a loader may look into: those of a folder, the entries of a zip archive, or a single file with the files beside it.
/// </summary>
internal sealed class DataFolder
{
    private readonly string _path;
    private readonly Lazy<IReadOnlyList<DataFile>> _files; // looked at only by loaders that want a second file

    private DataFolder(string path, DataFile? main, Func<IEnumerable<DataFile>> files)
    {
        _path = path;
        Main = main;
        _files = new(() => [.. files()]);
    }

    /// <summary>The very file that was asked for; null for a folder or an archive.</summary>
    internal DataFile? Main { get; }

    internal static DataFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
            return new(path, null, () => FilesOf(path));
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file or folder '{path}' (from '{Environment.CurrentDirectory}').", path);
        return DataFile.IsZip(path)
            ? new(path, null, () => EntriesOf(path))
            : new(path, new(path), () => FilesOf(Path.GetDirectoryName(Path.GetFullPath(path))!));
    }

    /// <summary>Opens one file given by its path, or the only entry of a zip archive that fits a pattern.</summary>
    internal static DataFile Single(string path, params ReadOnlySpan<string> patterns)
    {
        var folder = Open(path);
        return folder.Main ?? folder.Require(patterns);
    }

    /// <summary>
    /// The file that fits the first pattern that any fits (<c>*</c> is any text; <c>.gz</c> need not be said; case does not matter).
    /// Plain files go before entries of archives in the folder. Two files that fit equally well are an error:
    /// nobody can tell which is meant.
    /// </summary>
    internal DataFile? Find(params ReadOnlySpan<string> patterns)
    {
        foreach (string pattern in patterns)
        {
            var found = _files.Value.Where(f => FileSystemName.MatchesSimpleExpression(pattern, f.Name)).ToArray();
            var plain = found.Where(f => f.Entry is null).ToArray();
            var best = plain.Length > 0 ? plain : found;
            if (best.Length > 1)
                throw new ArgumentException(
                    $"'{_path}' holds {best.Length} files that fit '{pattern}': {Names(best)}. Give the path of the one that is meant.");
            if (best.Length == 1)
                return best[0];
        }
        return null;
    }

    internal DataFile Require(params ReadOnlySpan<string> patterns) => Find(patterns) ?? throw new FileNotFoundException(
        $"'{_path}' holds no file {string.Join(" or ", patterns!)} (plain, gzipped or in a zip archive); it holds: {Names(_files.Value)}.",
        _path);

    private static string Names(IReadOnlyList<DataFile> files)
    {
        const int shown = 20;
        string names = string.Join(", ", files.Take(shown).Select(f => Path.GetFileName(f.Entry ?? f.Path)));
        return files.Count == 0 ? "nothing" : files.Count > shown ? names + ", ..." : names;
    }

    private static IEnumerable<DataFile> FilesOf(string folder)
    {
        // Sorted, so that nothing depends on the order of the file system.
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            yield return new(path);
            if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) || !DataFile.IsZip(path))
                continue;
            DataFile[] entries = [];
            try
            {
                entries = EntriesOf(path);
            }
            catch (Exception e) when (e is DataFormatException or IOException or UnauthorizedAccessException)
            {
                // An archive beside the data that is still being downloaded, or is somebody else's.
            }

            foreach (DataFile entry in entries)
                yield return entry;
        }
    }

    private static DataFile[] EntriesOf(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return [.. archive.Entries
                .Where(e => e.Name.Length > 0 && !e.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))
                .Select(e => new DataFile(path, e.FullName))];
        }
        catch (InvalidDataException e)
        {
            throw new DataFile(path).Damaged(0, e);
        }
    }
}
