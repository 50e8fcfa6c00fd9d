using System.IO.Compression;

namespace HybridRec.MLNet.Files;

/// <summary>One entry of a zip archive; closes the archive with it.</summary>
internal sealed class ArchiveStream(ZipArchive archive, Stream entry) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer) => entry.Read(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            entry.Dispose();
            archive.Dispose();
        }
        base.Dispose(disposing);
    }
}
