namespace HybridRec.MLNet.Data;

/// <summary>Reads a file line by line as bytes, in one buffer that is reused: memory is bounded by the longest line.</summary>
internal sealed class LineReader : IDisposable
{
    private const int LongestLine = 1 << 28;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private int _lineStart;
    private int _lineLength;
    private bool _ended;

    internal LineReader(DataFile file)
    {
        File = file;
        _stream = file.Open();
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    internal DataFile File { get; }

    /// <summary>1-based number of the current line.</summary>
    internal long Number { get; private set; }

    /// <summary>The current line without its end (<c>\n</c> or <c>\r\n</c>); valid until the next <see cref="Read"/>.</summary>
    internal ReadOnlySpan<byte> Current => _buffer.AsSpan(_lineStart, _lineLength);

    internal bool Read()
    {
        int scanned = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (length >= 0)
                return Take(scanned + length, 1);
            scanned = _end - _start;
            if (_ended)
                return scanned > 0 && Take(scanned, 0);
            Fill();
        }
    }

    public void Dispose() => _stream.Dispose();

    private bool Take(int length, int terminator)
    {
        _lineStart = _start;
        _lineLength = length;
        _start += length + terminator;
        Number++;
        if (Number == 1 && Current.StartsWith(ByteOrderMark))
        {
            _lineStart += ByteOrderMark.Length;
            _lineLength -= ByteOrderMark.Length;
        }
        if (_lineLength > 0 && _buffer[_lineStart + _lineLength - 1] == (byte)'\r')
            _lineLength--;
        return true;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestLine)
                throw File.Malformed(Number + 1, $"a line of more than {LongestLine >> 20} MiB", "a text file with shorter lines");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        try
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _ended = read == 0;
            _end += read;
        }
        catch (InvalidDataException e)
        {
            throw File.Damaged(Number + 1, e);
        }
    }
}
