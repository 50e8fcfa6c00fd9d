using System.Buffers;

namespace HybridRec.MLNet.Data;

/// <summary>
/// The objects of a file that is one JSON array, one after the other: only the current one is held in memory. Looks at brackets and
/// quotes alone; whether an object is JSON is seen by whoever reads it.
/// </summary>
internal sealed class JsonArrayObjects
{
    private const string Form = "a JSON array of objects: [{...}, {...}]";
    private readonly LineReader _lines;
    private readonly ArrayBufferWriter<byte> _object = new(1 << 12);
    private int _at;
    private bool _ended;

    /// <param name="lines">Stands on the line that begins with the bracket.</param>
    internal JsonArrayObjects(LineReader lines)
    {
        _lines = lines;
        _at = lines.Current.IndexOf((byte)'[') + 1;
    }

    /// <summary>The current object; valid until the next <see cref="Read"/>.</summary>
    internal ReadOnlySpan<byte> Current => _object.WrittenSpan;

    /// <summary>Whether a line begins an array.</summary>
    internal static bool Begins(ReadOnlySpan<byte> line) => line.TrimStart(" \t"u8) is [(byte)'[', ..];

    /// <summary>Moves to the next object; false behind the last one.</summary>
    internal bool Read()
    {
        _object.ResetWrittenCount();
        while (!_ended)
        {
            var line = _lines.Current;
            while (_at < line.Length && (line[_at] is (byte)' ' or (byte)'\t' or (byte)','))
                _at++;
            if (_at >= line.Length)
            {
                if (!NextLine())
                    throw _lines.File.Malformed(_lines.Number, "the end of the file inside an array", Form);
            }
            else if (line[_at] == (byte)'{')
            {
                Take();
                return true;
            }
            else
            {
                _ended = line[_at] == (byte)']' ? true : throw _lines.File.Malformed(_lines.Number, $"'{(char)line[_at]}'", Form);
            }
        }
        return false;
    }

    private void Take()
    {
        int depth = 0;
        bool quoted = false, escaped = false;
        while (true)
        {
            var line = _lines.Current;
            int start = _at;
            while (_at < line.Length)
            {
                byte c = line[_at++];
                if (escaped)
                    escaped = false;
                else if (c == (byte)'\\')
                    escaped = quoted;
                else if (c == (byte)'"')
                    quoted = !quoted;
                else if (!quoted && (c is (byte)'{' or (byte)'['))
                    depth++;
                else if (!quoted && (c is (byte)'}' or (byte)']') && --depth == 0)
                {
                    _object.Write(line[start.._at]);
                    return;
                }
            }
            _object.Write(line[start..]);
            _object.Write("\n"u8);
            if (!NextLine())
                throw _lines.File.Malformed(_lines.Number, "the end of the file inside an object", Form);
        }
    }

    private bool NextLine()
    {
        _at = 0;
        return _lines.Read();
    }
}
