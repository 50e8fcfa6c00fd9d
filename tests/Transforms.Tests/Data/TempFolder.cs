using System.IO.Compression;
using System.Text;

namespace HybridRec.MLNet.Tests.Data;

/// <summary>A folder of hand-made files that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybridrec-");

    public string Path => _folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text, Encoding? encoding = null)
    {
        System.IO.File.WriteAllBytes(File(name), (encoding ?? new UTF8Encoding(false)).GetBytes(text));
        return File(name);
    }

    public string WriteGzip(string name, string text, int keep = int.MaxValue)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        byte[] bytes = memory.ToArray();
        System.IO.File.WriteAllBytes(File(name), bytes[..Math.Min(keep, bytes.Length)]);
        return File(name);
    }

    public string WriteZip(string name, params (string Entry, string Text)[] entries)
    {
        using var archive = ZipFile.Open(File(name), ZipArchiveMode.Create);
        foreach (var (entry, text) in entries)
        {
            using var writer = new StreamWriter(archive.CreateEntry(entry).Open());
            writer.Write(text);
        }
        return File(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
