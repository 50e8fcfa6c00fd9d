using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HybridRec.MLNet.Data;

/// <summary>
/// Turns a line such as <c>{'asin': '0001', 'title': "Today's Ideas", 'price': None}</c> into JSON. Only what such dumps hold:
/// dictionaries, lists, strings in either quotes, numbers, True, False and None.
/// </summary>
internal static class PythonLiteral
{
    /// <summary>The JSON, or null when the line is no such literal.</summary>
    internal static byte[]? ToJson(ReadOnlySpan<byte> line)
    {
        string text = Encoding.UTF8.GetString(line);
        var json = new StringBuilder(text.Length + 16);
        for (int at = 0; at < text.Length;)
        {
            char c = text[at];
            if (c is '\'' or '"')
            {
                if (!TryString(text, ref at, out string value))
                    return null;
                json.Append('"').Append(JsonEncodedText.Encode(value)).Append('"');
            }
            else if (char.IsAsciiLetter(c))
            {
                int end = at;
                while (end < text.Length && char.IsAsciiLetter(text[end]))
                    end++;
                string? word = text[at..end] switch { "True" => "true", "False" => "false", "None" => "null", _ => null };
                if (word is null && text[at..end] is "u" or "b" && end < text.Length && text[end] is '\'' or '"')
                {
                    at = end; // the prefix of a string in Python 2
                    continue;
                }
                if (word is null)
                    return null;
                json.Append(word);
                at = end;
            }
            else
            {
                json.Append(c);
                at++;
            }
        }
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    private static bool TryString(string text, ref int at, out string value)
    {
        char quote = text[at++];
        var result = new StringBuilder();
        value = "";
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] != '\\')
                result.Append(text[at++]);
            else if (!TryEscape(text, ref at, result))
                return false;
        }
        if (at++ >= text.Length)
            return false;
        value = result.ToString();
        return true;
    }

    private static bool TryEscape(string text, ref int at, StringBuilder result)
    {
        if (at + 1 >= text.Length)
            return false;
        char kind = text[at + 1];
        int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        at += 2;
        if (digits > 0)
        {
            if (at + digits > text.Length
                || !int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
                return false;
            result.Append(Rune.TryCreate(code, out var rune) ? rune.ToString() : "\uFFFD");
            at += digits;
            return true;
        }
        result.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => kind });
        return true;
    }
}
