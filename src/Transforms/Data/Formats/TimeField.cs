using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace HybridRec.MLNet.Data;

/// <summary>Times of delimited files and JSON: a number since 1970, or a date. Keeps the form it met last, since a file has one.</summary>
internal sealed class TimeField
{
    internal const string Allowed = "whole seconds or milliseconds since 1970 up to the year 2100, or a date such as 2024-03-01, " +
        "20240301, 2024-03-01T10:15:00 or 2024-03-01 10:15:00+01:00 (without a zone: UTC)";

    // Seconds reach this in the year 5138, milliseconds had it in March 1973.
    private const long FirstMilliseconds = 100_000_000_000;
    private const long Last = 4_102_444_800; // 2100-01-01: beyond it stand micro- and nanoseconds, which would be silently far away
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
            return TryNumber(ref seconds);
        const NumberStyles decimals = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(field, decimals, CultureInfo.InvariantCulture, out double number))
        {
            seconds = number < Last ? (long)Math.Floor(number) : 0;
            return number < Last;
        }
        return TryDate(field, out seconds);
    }

    /// <summary>A whole number as seconds since 1970: seconds, milliseconds, or a day as yyyyMMdd from 1900 to 2099.</summary>
    /// <param name="value">The number; receives the seconds.</param>
    /// <returns>False for what lies beyond the year 2100.</returns>
    internal static bool TryNumber(ref long value)
    {
        if (value is >= 19_000_101 and <= 20_991_231)
        {
            (int year, int month, int day) = ((int)(value / 10_000), (int)(value / 100 % 100), (int)(value % 100));
            if (month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month))
            {
                value = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
                return true;
            }
        }

        if (value is >= FirstMilliseconds or <= -FirstMilliseconds)
            value = FloorDivide(value, 1000);
        return value < Last;
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
