using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Strips accents the way BERT does: canonical decomposition (NFD), then nonspacing marks (Mn) dropped. Same answer with and without
/// InvariantGlobalization, and for ill-formed text (lone surrogates), where string.Normalize would do nothing or throw.
/// </summary>
internal static class AccentFolding
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3, LeadFirst = 0x1100, VowelFirst = 0x1161, TailFirst = 0x11A7, Vowels = 21,
        Tails = 28;

    private static readonly FrozenDictionary<int, string> s_folded = Build();

    /// <summary>The text without accents.</summary>
    public static string Fold(string text)
    {
        if (IsAscii(text))
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Append(rune, result);
        return result.ToString();
    }

    /// <summary>Appends what is left of one character: nothing for a nonspacing mark.</summary>
    public static void Append(Rune rune, StringBuilder result)
    {
        if (rune.IsAscii)
            result.Append((char)rune.Value);
        else if (s_folded.TryGetValue(rune.Value, out string? folded))
            result.Append(folded);
        else if (rune.Value is >= HangulFirst and <= HangulLast)
            AppendHangul(rune.Value - HangulFirst, result);
        else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            AppendRune(rune, result);
    }

    public static void AppendRune(Rune rune, StringBuilder result)
    {
        Span<char> chars = stackalloc char[2];
        result.Append(chars[..rune.EncodeToUtf16(chars)]);
    }

    public static bool IsAscii(ReadOnlySpan<char> text) => System.Text.Ascii.IsValid(text);

    private static void AppendHangul(int syllable, StringBuilder result)
    {
        result.Append((char)(LeadFirst + syllable / (Vowels * Tails)));
        result.Append((char)(VowelFirst + syllable % (Vowels * Tails) / Tails));
        int tail = syllable % Tails;
        if (tail > 0)
            result.Append((char)(TailFirst + tail));
    }

    /// <summary>
    /// What is left of a character after NFD and removal of nonspacing marks, as .NET 10 with ICU gives it; <c>CHARACTER=REST+REST</c> in
    /// hexadecimal. A table of our own, because string.Normalize does nothing under InvariantGlobalization.
    /// Hangul is not in it: its decomposition is arithmetic. A test compares all of it with string.Normalize where ICU is present.
    /// </summary>
    private static FrozenDictionary<int, string> Build()
    {
        using var stream = typeof(AccentFolding).Assembly.GetManifestResourceStream("HybridRec.MLNet.AccentFolding.txt")!;
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var map = new Dictionary<int, string>(2100);
        foreach (string entry in reader.ReadToEnd().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = entry.Split('=');
            map[Hex(sides[0])] =
                string.Concat(sides[1].Split('+', StringSplitOptions.RemoveEmptyEntries).Select(h => char.ConvertFromUtf32(Hex(h))));
        }
        return map.ToFrozenDictionary();
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
