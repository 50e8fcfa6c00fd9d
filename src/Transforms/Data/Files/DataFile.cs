using System.IO.Compression;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Data;

/// <summary>
/// A file, or one entry of a zip archive, opened as a plain stream; gzip is recognized by its first bytes, whatever the name.
/// </summary>
internal sealed record DataFile(string Path, string? Entry = null)
{
    private const int BufferSize = 1 << 16;

    /// <summary>The name without folder and without <c>.gz</c>.</summary>
    internal string Name
    {
        get
        {
            string name = System.IO.Path.GetFileName(Entry ?? Path);
            return name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        }
    }

    /// <summary>How messages call it.</summary>
    internal string DisplayName => Entry is null ? Path : $"{Path}!{Entry}";

    internal static bool IsZip(string path)
    {
        Span<byte> magic = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("PK\u0003\u0004"u8);
    }

    internal Stream Open()
    {
        var raw = Entry is null
            ? new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan)
            : OpenEntry();
        try
        {
            return Decompressed(raw);
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    /// <summary>The whole file in memory; only for side tables.</summary>
    internal byte[] ReadAll()
    {
        try
        {
            using var stream = Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return memory.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw Damaged(0, e);
        }
    }

    internal DataFormatException Malformed(long line, string found, string allowed) => new(DisplayName, line, found, allowed);

    internal DataFormatException Damaged(long line, Exception cause) => new(
        DisplayName, line, $"damaged or truncated compressed data ({cause.Message.TrimEnd('.')})",
        "a complete gzip or zip file; get the file again", cause);

    private Stream OpenEntry()
    {
        ZipArchive? archive = null;
        try
        {
            archive = ZipFile.OpenRead(Path);
            var entry = archive.GetEntry(Entry!)
                ?? throw new FileNotFoundException($"There is no entry '{Entry}' in '{Path}' any more.", Path);
            return new ArchiveStream(archive, entry.Open());
        }
        catch (InvalidDataException e)
        {
            archive?.Dispose();
            throw Damaged(0, e);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    private Stream Decompressed(Stream raw)
    {
        var head = new byte[8];
        int count = raw.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (ForeignForm.Of(head.AsSpan(0, count)) is { } foreign)
            throw Malformed(0, foreign, "text in UTF-8, plain, gzipped or in a zip archive; unpack or convert it first");
        Stream whole;
        if (raw.CanSeek)
        {
            raw.Position = 0;
            whole = raw;
        }
        else
        {
            whole = new PrefixedStream(head.AsMemory(0, count), raw);
        }
        return count >= 2 && head[0] == 0x1f && head[1] == 0x8b ? new CheckedGzipStream(whole) : whole;
    }
}
