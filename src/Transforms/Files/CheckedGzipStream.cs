using System.IO.Compression;

namespace HybridRec.MLNet.Files;

/// <summary>
/// Decompresses gzip, and throws when the file ends too early. .NET's own stream takes a truncated file for a complete one. Gzip files may
/// be joined end to end, so this reads the file with a member of its own behind it: only a complete file lets the
/// decoder arrive at that member's text.
/// </summary>
internal sealed class CheckedGzipStream : ReadOnlyStream
{
    private static readonly byte[] s_seal = "HybridRec.MLNet: end of file\u0001"u8.ToArray();
    private static readonly byte[] s_sealMember = Compress(s_seal);
    private readonly Stream _raw;
    private readonly GZipStream _gzip;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;

    internal CheckedGzipStream(Stream raw)
    {
        _raw = raw;
        _gzip = new(new SealedStream(raw), CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        while (!_ended && _end - _start <= s_seal.Length)
            Fill();
        // The last bytes may be the seal: they are held back until it is known.
        int count = Math.Min(buffer.Length, Math.Max(0, _end - _start - (_ended ? 0 : s_seal.Length)));
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
            _raw.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read = _gzip.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        if (read > 0)
            return;
        if (!_buffer.AsSpan(0, _end).EndsWith(s_seal))
            throw new InvalidDataException("the file ends in the middle of the compressed data");
        _ended = true;
        _end -= s_seal.Length;
    }

    private static byte[] Compress(byte[] text)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(text);
        return memory.ToArray();
    }

    /// <summary>The compressed file with the seal's member behind it.</summary>
    private sealed class SealedStream(Stream raw) : ReadOnlyStream
    {
        private int _sealed;

        public override int Read(Span<byte> buffer)
        {
            int read = raw.Read(buffer);
            if (read > 0 || buffer.IsEmpty)
                return read;
            int count = Math.Min(buffer.Length, s_sealMember.Length - _sealed);
            s_sealMember.AsSpan(_sealed, count).CopyTo(buffer);
            _sealed += count;
            return count;
        }
    }
}
