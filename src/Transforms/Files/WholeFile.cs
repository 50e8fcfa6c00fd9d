namespace HybridRec.MLNet.Files;

/// <summary>Writes files and folders whole or not at all: beside their place, to the disk, then moved.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file and puts it in its place; a failure leaves the old one, if any, and nothing else.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = Stage(path, write);
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes a file beside its place; the name it has there. A failure leaves nothing.</summary>
    public static string Stage(string path, Action<Stream> write)
    {
        string temporary = Temporary(path);
        try
        {
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        return temporary;
    }

    /// <summary>As <see cref="Write"/>, for writers that await.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        string temporary = Temporary(path);
        try
        {
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Fills a folder beside its place and moves it there; a failure leaves nothing.</summary>
    /// <exception cref="IOException">There is something at the place already.</exception>
    public static void WriteFolder(string path, Action<string> fill)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new IOException($"'{path}' is there and not empty. Name a new folder, or delete this one.");
        string temporary = Temporary(path);
        Directory.CreateDirectory(temporary);
        try
        {
            fill(temporary);
            if (Directory.Exists(path))
                Directory.Delete(path);
            Directory.Move(temporary, path);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    private static string Temporary(string path) => $"{path}.{Guid.NewGuid():N}.tmp";
}
