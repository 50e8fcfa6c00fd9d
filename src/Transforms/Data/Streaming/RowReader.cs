using System.Text;

namespace HybridRec.MLNet.Data;

/// <summary>
/// Reads the rows of one file, one at a time, into fields that the columns of a <see cref="StreamingView"/> look at. The base of every
/// loader: a format says only how its next row is parsed. Blank lines are no rows and no errors.
/// </summary>
internal abstract class RowReader(DataFile file, bool skipMalformed) : IDisposable
{
    /// <summary>Ids that are numbers: the largest Int32 is kept free, since ML.NET counts keys from 1.</summary>
    protected const string AllowedId = "a whole number from 0 to 2147483646";

    private string _found = "";
    private string _allowed = "";
    private long _line;

    internal DataFile File => file;

    /// <summary>Rows left out so far.</summary>
    internal long Skipped { get; private set; }

    /// <summary>The first row left out.</summary>
    internal DataFormatException? FirstSkipped { get; private set; }

    protected LineReader Lines { get; } = new(file);

    internal bool Read()
    {
        while (true)
        {
            var outcome = ReadRow();
            if (outcome != RowOutcome.Malformed)
                return outcome == RowOutcome.Row;
            if (!skipMalformed)
                throw file.Malformed(_line, _found, _allowed);
            Skipped++;
            FirstSkipped ??= file.Malformed(_line, _found, _allowed);
        }
    }

    public void Dispose() => Lines.Dispose();

    protected abstract RowOutcome ReadRow();

    /// <summary>Moves to the next line that is not blank.</summary>
    protected bool NextLine()
    {
        while (Lines.Read())
        {
            if (!Lines.Current.Trim(" \t"u8).IsEmpty)
                return true;
        }
        return false;
    }

    protected RowOutcome Malformed(string found, string allowed) => Malformed(Lines.Number, found, allowed);

    protected RowOutcome Malformed(long line, string found, string allowed)
    {
        (_line, _found, _allowed) = (line, found, allowed);
        return RowOutcome.Malformed;
    }

    protected RowOutcome MalformedField(string field, ReadOnlySpan<byte> found, string allowed) =>
        Malformed($"{field} {Quote(found)}", allowed);

    /// <summary>A piece of the file as a message shows it: short, on one line.</summary>
    protected static string Quote(ReadOnlySpan<byte> bytes)
    {
        const int shown = 80;
        var text = new StringBuilder("'");
        foreach (char c in Encoding.UTF8.GetString(bytes.Length > shown ? bytes[..shown] : bytes))
            text.Append(char.IsControl(c) ? '\u00B7' : c);
        return text.Append(bytes.Length > shown ? "...'" : "'").ToString();
    }
}
