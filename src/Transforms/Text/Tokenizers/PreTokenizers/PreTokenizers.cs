using System.Text;
using System.Text.RegularExpressions;

namespace HybridRec.MLNet.Text;

/// <summary>Splits at white space and sets every punctuation character apart (BERT's basic tokenizer).</summary>
internal sealed class BertPreTokenizer : IPreTokenizer
{
    public void Split(string piece, List<string> pieces)
    {
        int start = 0, at = 0;
        foreach (var rune in piece.EnumerateRunes())
        {
            int next = at + rune.Utf16SequenceLength;
            bool blank = Rune.IsWhiteSpace(rune);
            if (blank || TextClasses.IsBertPunctuation(rune))
            {
                if (at > start)
                    pieces.Add(piece[start..at]);
                if (!blank)
                    pieces.Add(piece[at..next]);
                start = next;
            }
            at = next;
        }
        if (start < piece.Length)
            pieces.Add(piece[start..]);
    }
}

internal sealed class WhitespaceSplitPreTokenizer : IPreTokenizer
{
    public void Split(string piece, List<string> pieces) =>
        pieces.AddRange(piece.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>How a matched delimiter is treated (the "behavior" of tokenizer.json).</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Splits at the matches of a pattern; inverted, the matches are the pieces and what lies between them the delimiters.</summary>
internal sealed class SplitPreTokenizer(string pattern, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    private readonly TokenizerPattern _pattern = new(pattern, compiled: true);

    public void Split(string piece, List<string> pieces)
    {
        var segments = new List<(string Text, bool Delimiter)>();
        int at = 0;
        foreach (Match match in _pattern.Matches(piece))
        {
            if (match.Length == 0)
                continue;
            if (match.Index > at)
                segments.Add((piece[at..match.Index], invert));
            segments.Add((match.Value, !invert));
            at = match.Index + match.Length;
        }
        if (at < piece.Length)
            segments.Add((piece[at..], invert));
        Emit(segments, pieces);
    }

    private void Emit(List<(string Text, bool Delimiter)> segments, List<string> pieces)
    {
        int first = pieces.Count;
        bool previous = false;
        foreach ((string text, bool delimiter) in segments)
        {
            bool joins = pieces.Count > first && behavior switch
            {
                SplitBehavior.MergedWithPrevious => delimiter && !previous,
                SplitBehavior.MergedWithNext => !delimiter && previous,
                SplitBehavior.Contiguous => delimiter == previous,
                _ => false,
            };
            if (joins)
                pieces[^1] += text;
            else if (!(delimiter && behavior == SplitBehavior.Removed))
                pieces.Add(text);
            previous = delimiter;
        }
    }
}

/// <summary>GPT-2's: an optional leading blank, its word pattern, and every UTF-8 byte written as one printable character.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    private static readonly char[] s_byteToChar = BuildMap();

    private readonly SplitPreTokenizer? _words = useRegex
        ? new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", SplitBehavior.Isolated, invert: false)
        : null;

    public void Split(string piece, List<string> pieces)
    {
        if (addPrefixSpace && piece.Length > 0 && piece[0] != ' ')
            piece = " " + piece;
        var words = new List<string>();
        if (_words is null)
            words.Add(piece);
        else
            _words.Split(piece, words);
        foreach (string word in words)
            pieces.Add(string.Create(Encoding.UTF8.GetByteCount(word), word, static (chars, text) =>
            {
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                for (int i = 0; i < bytes.Length; i++)
                    chars[i] = s_byteToChar[bytes[i]];
            }));
    }

    private static char[] BuildMap()
    {
        // Printable Latin-1 characters stand for themselves, the other 68 bytes for U+0100 and up, in order (GPT-2's bytes_to_unicode).
        var map = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++)
            map[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)next++;
        return map;
    }
}

/// <summary>SentencePiece's: blanks become the replacement character (U+2581), a word starts with it.</summary>
internal sealed class MetaspacePreTokenizer(char replacement, bool prepend, bool split) : IPreTokenizer
{
    public void Split(string piece, List<string> pieces)
    {
        piece = piece.Replace(' ', replacement);
        if (prepend && piece.Length > 0 && piece[0] != replacement)
            piece = replacement + piece;
        if (!split)
        {
            if (piece.Length > 0)
                pieces.Add(piece);
            return;
        }
        int start = 0;
        for (int i = 1; i <= piece.Length; i++)
            if (i == piece.Length || piece[i] == replacement)
            {
                pieces.Add(piece[start..i]);
                start = i;
            }
    }
}

internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public void Split(string piece, List<string> pieces)
    {
        var current = new List<string> { piece };
        foreach (var step in steps)
        {
            var next = new List<string>();
            foreach (string part in current)
                step.Split(part, next);
            current = next;
        }
        pieces.AddRange(current);
    }
}
