using System.Globalization;
using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>
/// BERT's: control characters removed, blanks unified, CJK ideographs set apart, accents stripped, lower-cased (in this order).
/// </summary>
internal sealed class BertNormalizer(bool cleanText, bool handleChineseCharacters, bool stripAccents, bool lowercase) : INormalizer
{
    public string Normalize(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        var folded = new StringBuilder(4);
        foreach (var rune in text.EnumerateRunes())
        {
            if (cleanText && TextClasses.IsRemovedByBert(rune))
                continue;
            if (cleanText && TextClasses.IsBertWhitespace(rune))
                result.Append(' ');
            else if (handleChineseCharacters && TextClasses.IsCjkIdeograph(rune.Value))
            {
                result.Append(' ');
                Append(rune, folded, result);
                result.Append(' ');
            }
            else
                Append(rune, folded, result);
        }
        return result.ToString();
    }

    private void Append(Rune rune, StringBuilder folded, StringBuilder result)
    {
        if (rune.IsAscii)
        {
            result.Append((char)(lowercase && rune.Value is >= 'A' and <= 'Z' ? rune.Value | 0x20 : rune.Value));
            return;
        }
        folded.Clear();
        if (stripAccents)
            AccentFolding.Append(rune, folded);
        else
            AccentFolding.AppendRune(rune, folded);
        result.Append(lowercase ? Casing.ToLower(folded.ToString()) : folded.ToString());
    }
}

internal sealed class LowercaseNormalizer : INormalizer
{
    public string Normalize(string text) => Casing.ToLower(text);
}

internal sealed class StripAccentsNormalizer : INormalizer
{
    public string Normalize(string text) => AccentFolding.Fold(text);
}

/// <summary>Removes white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public string Normalize(string text) => (left, right) switch
    {
        (true, true) => text.Trim(),
        (true, false) => text.TrimStart(),
        (false, true) => text.TrimEnd(),
        _ => text,
    };
}

internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}

internal sealed class ReplaceNormalizer(string pattern, bool isRegex, string replacement) : INormalizer
{
    private readonly TokenizerPattern? _pattern = isRegex ? new TokenizerPattern(pattern) : null;

    public string Normalize(string text) =>
        _pattern is null ? text.Replace(pattern, replacement, StringComparison.Ordinal) : _pattern.Replace(text, replacement);
}

/// <summary>NFC, NFD, NFKC, NFKD through the runtime; refused where InvariantGlobalization makes the runtime do nothing silently.</summary>
internal sealed class UnicodeFormNormalizer : INormalizer
{
    private readonly NormalizationForm _form;

    public UnicodeFormNormalizer(NormalizationForm form)
    {
        if ("é".Normalize(NormalizationForm.FormD).Length == 1)
            throw new NotSupportedException(
                $"The tokenizer asks for Unicode normalization ({form}), which this process cannot do: it runs with " +
                "InvariantGlobalization, where string.Normalize returns its input. Set <InvariantGlobalization>false</" +
                "InvariantGlobalization> in the application and install ICU.");
        _form = form;
    }

    public string Normalize(string text)
    {
        if (AccentFolding.IsAscii(text))
            return text;
        try
        {
            return text.Normalize(_form);
        }
        catch (ArgumentException)
        {
            // Ill-formed text (a lone surrogate): the runes it holds, with U+FFFD for what is not one.
            return string.Concat(text.EnumerateRunes().Select(r => r.ToString())).Normalize(_form);
        }
    }
}

internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> steps) : INormalizer
{
    public string Normalize(string text)
    {
        foreach (var step in steps)
            text = step.Normalize(text);
        return text;
    }
}

/// <summary>Lower case by the simple mapping of Unicode, the same under every culture.</summary>
internal static class Casing
{
    public static string ToLower(string text) =>
        text.Contains('\u0130') ? text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant() : text.ToLowerInvariant();
}

/// <summary>The character classes of BERT's basic tokenizer.</summary>
internal static class TextClasses
{
    /// <summary>
    /// NUL, U+FFFD and category Other (control, format, private use, surrogate, unassigned), except tab, line feed, carriage return.
    /// </summary>
    public static bool IsRemovedByBert(Rune rune)
    {
        if (rune.Value is 0 or 0xFFFD)
            return true;
        if (rune.Value is '\t' or '\n' or '\r')
            return false;
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned;
    }

    public static bool IsBertWhitespace(Rune rune) => rune.Value is ' ' or '\t' or '\n' or '\r' || Rune.IsWhiteSpace(rune);

    public static bool IsBertPunctuation(Rune rune) =>
        rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126) || Rune.IsPunctuation(rune);

    public static bool IsCjkIdeograph(int codePoint) => codePoint is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
