using System.Globalization;
using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Cuts a text into terms: lower-case, without accents; runs of letters and digits; a possessive 's falls away; CJK ideographs stand alone.
/// Optionally English stop words are dropped, plurals folded, and neighboring words joined to bigrams (never across a sentence end).
/// </summary>
internal sealed class LexicalAnalyzer(LexicalOptions options)
{
    /// <summary>Letters which NFD leaves alone although readers take them for their base letters.</summary>
    private static readonly Dictionary<int, string> s_special = new()
    {
        ['ß'] = "ss",
        ['ø'] = "o",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ł'] = "l",
        ['đ'] = "d",
        ['ð'] = "d",
        ['þ'] = "th",
        ['ı'] = "i",
        ['ħ'] = "h",
    };

    /// <summary>The terms of a text, in order, repeats included.</summary>
    public List<string> Terms(string text)
    {
        var terms = new List<string>();
        var word = new StringBuilder();
        string? previous = null;
        var runes = text.EnumerateRunes();
        foreach (var rune in runes)
        {
            if (TextClasses.IsCjkIdeograph(rune.Value))
            {
                End(word, terms, ref previous);
                AccentFolding.AppendRune(rune, word);
                End(word, terms, ref previous);
            }
            else if (IsWordPart(rune))
                AppendFolded(rune, word);
            else if (rune.Value is '\'' or '\u2019' && word.Length > 0)
                word.Append('\''); // decided at the end of the word
            else
            {
                End(word, terms, ref previous);
                if (rune.Value is '.' or '!' or '?' or ';' or ':' or '\n' or '|')
                    previous = null;
            }
        }
        End(word, terms, ref previous);
        return terms;
    }

    private static bool IsWordPart(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber;

    private static void AppendFolded(Rune rune, StringBuilder word)
    {
        if (rune.IsAscii)
        {
            word.Append((char)(rune.Value is >= 'A' and <= 'Z' ? rune.Value | 0x20 : rune.Value));
            return;
        }
        int start = word.Length;
        AccentFolding.Append(Rune.ToLowerInvariant(rune), word);
        if (word.Length == start + 1 && s_special.TryGetValue(char.ToLowerInvariant(word[start]), out string? replacement))
            word.Remove(start, 1).Append(replacement);
    }

    private void End(StringBuilder word, List<string> terms, ref string? previous)
    {
        if (word.Length == 0)
            return;
        string text = Trimmed(word.ToString());
        word.Clear();
        if (text.Length == 0 || (text.Length == 1 && char.IsAscii(text[0])))
            return;
        if (options.RemoveEnglishStopWords && EnglishStopWords.Contains(text))
            return;
        if (options.FoldPlurals)
            text = Singular(text);
        terms.Add(text);
        if (options.WordBigrams && previous is not null)
            terms.Add(previous + " " + text);
        previous = text;
    }

    /// <summary>director's, children' and don't become director, children and dont.</summary>
    private static string Trimmed(string word)
    {
        if (!word.Contains('\''))
            return word;
        word = word.TrimEnd('\'');
        if (word.EndsWith("'s", StringComparison.Ordinal))
            word = word[..^2];
        return word.Replace("'", "", StringComparison.Ordinal);
    }

    /// <summary>Harman's S-stemmer (1991): ies to y, es to e, s to nothing, each with its exceptions.</summary>
    private static string Singular(string word)
    {
        if (word.Length < 4 || word[^1] != 's')
            return word;
        if (word.EndsWith("ies", StringComparison.Ordinal))
            return word[^4] is 'e' or 'a' ? word : word[..^3] + "y";
        if (word[^2] == 'e')
            return word[^3] is 'a' or 'e' or 'o' ? word : word[..^1];
        return word[^2] is 'u' or 's' ? word : word[..^1];
    }
}
