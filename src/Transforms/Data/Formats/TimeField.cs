using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace HybridRec.MLNet.Data;

/// <summary>Times of delimited files and JSON: a number since 1970, or a date. Keeps the form it met last, since a file has one.</summary>
internal sealed class TimeField
{
    internal const string Allowed = "whole seconds or milliseconds since 1970, or a date such as 2024-03-01, 2024-03-01T10:15:00 or " +
        "2024-03-01 10:15:00+01:00 (without a zone: UTC)";

    // Seconds reach this in the year 5138, milliseconds had it in March 1973.
    private const long FirstMilliseconds = 100_000_000_000;
    private const int Longest = 48;
    private const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;

    private static readonly string[] s_forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "yyyy/MM/dd HH:mm", "MM d, yyyy",
    ];

    private string _form = s_forms[0];

    /// <summary>The whole field as seconds since 1970.</summary>
    internal bool TryRead(ReadOnlySpan<byte> field, out long seconds)
    {
        field = field.Trim(" \t"u8);
        if (Utf8Parser.TryParse(field, out seconds, out int used) && used == field.Length)
        {
            seconds = Math.Abs(seconds) >= FirstMilliseconds ? FloorDivide(seconds, 1000) : seconds;
            return true;
        }
        const NumberStyles decimals = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(field, decimals, CultureInfo.InvariantCulture, out double number) && number < FirstMilliseconds)
        {
            seconds = (long)Math.Floor(number);
            return true;
        }
        return TryDate(field, out seconds);
    }

    private bool TryDate(ReadOnlySpan<byte> field, out long seconds)
    {
        seconds = 0;
        if (field.EndsWith(" UTC"u8))
            field = field[..^4];
        if (field.Length is 0 or > Longest)
            return false;
        Span<char> buffer = stackalloc char[Longest];
        ReadOnlySpan<char> text = buffer[..Encoding.UTF8.GetChars(field, buffer)];
        if (!DateTimeOffset.TryParseExact(text, _form, CultureInfo.InvariantCulture, Styles, out var time))
        {
            time = default;
            bool known = false;
            foreach (string form in s_forms)
            {
                if (!DateTimeOffset.TryParseExact(text, form, CultureInfo.InvariantCulture, Styles, out time))
                    continue;
                (_form, known) = (form, true);
                break;
            }
            if (!known)
                return false;
        }
        seconds = time.ToUnixTimeSeconds();
        return true;
    }

    private static long FloorDivide(long value, long divisor) =>
        Math.DivRem(value, divisor, out long rest) - (rest < 0 ? 1 : 0);
}
