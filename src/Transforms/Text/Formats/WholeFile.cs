namespace HybridRec.MLNet.Text;

/// <summary>Writes files whole or not at all: beside their place, to the disk, then moved.</summary>
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
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
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
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
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
}
