namespace HybridRec.MLNet.Data;

/// <summary>
/// One record of a comma-separated file after RFC 4180: fields in double quotes may hold commas, line breaks and doubled quotes. Bytes of
/// the current record are valid until the next one is read.
/// </summary>
internal sealed class CsvRecord(char separator = ',')
{
    private readonly List<(int Start, int Length)> _fields = [];
    private byte[] _unquoted = new byte[256];
    private int _length;

    internal int Count => _fields.Count;

    /// <summary>Line on which the record starts.</summary>
    internal long FirstLine { get; private set; }

    internal ReadOnlySpan<byte> this[int field] => _unquoted.AsSpan(_fields[field].Start, _fields[field].Length);

    /// <summary>
    /// Parses the record that starts on the reader's current line, reading on where a quoted field goes over several lines.
    /// </summary>
    /// <returns>Null, or what is wrong with it.</returns>
    internal string? Parse(LineReader lines)
    {
        FirstLine = lines.Number;
        _fields.Clear();
        _length = 0;
        int at = 0;
        while (true)
        {
            var line = lines.Current;
            int start = _length;
            if (at < line.Length && line[at] == (byte)'"')
            {
                if (Quoted(lines, ref at) is { } problem)
                    return problem;
            }
            else
            {
                int length = line[at..].IndexOf((byte)separator);
                length = length < 0 ? line.Length - at : length;
                Append(line.Slice(at, length));
                at += length;
            }
            _fields.Add((start, _length - start));
            if (at == lines.Current.Length)
                return null;
            at++;
        }
    }

    private string? Quoted(LineReader lines, ref int at)
    {
        at++;
        while (true)
        {
            var line = lines.Current;
            int length = line[at..].IndexOf((byte)'"');
            if (length < 0)
            {
                Append(line[at..]);
                Append("\n"u8);
                if (!lines.Read())
                    return "a quoted field that is never closed";
                at = 0;
                continue;
            }
            Append(line.Slice(at, length));
            at += length + 1;
            if (at == line.Length || line[at] == (byte)separator)
                return null;
            if (line[at] != (byte)'"')
                return "text behind a closing quote";
            Append("\""u8);
            at++;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _unquoted.Length)
            Array.Resize(ref _unquoted, Math.Max(_unquoted.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_unquoted.AsSpan(_length));
        _length += bytes.Length;
    }
}
