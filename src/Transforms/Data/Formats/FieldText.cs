using System.Text;

namespace HybridRec.MLNet.Data;

/// <summary>Text of fields in files whose encoding nobody says.</summary>
internal static class FieldText
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>UTF-8; what is not UTF-8 is taken for Latin-1, as MovieLens 100k and 1M and many a spreadsheet have it.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>The start of a text, for messages.</summary>
    internal static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "...";
}
