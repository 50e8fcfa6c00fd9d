using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HybridRec.MLNet.Accel;

/// <summary>Throw helpers: every message says what was given, what is allowed, and what to do.</summary>
[StackTraceHidden]
internal static class Guard
{
    /// <summary>A count or size that has to be at least <paramref name="least"/>.</summary>
    public static void AtLeast(int value, int least, string name)
    {
        if (value < least)
            ThrowAtLeast(value, least, name);
    }

    /// <summary>A buffer that has to hold exactly <paramref name="expected"/> elements.</summary>
    public static void Length(int actual, long expected, string name, string meaning)
    {
        if (actual != expected)
            ThrowLength(actual, expected, name, meaning, "exactly");
    }

    /// <summary>A buffer that has to hold at least <paramref name="expected"/> elements.</summary>
    public static void LengthAtLeast(int actual, long expected, string name, string meaning)
    {
        if (actual < expected)
            ThrowLength(actual, expected, name, meaning, "at least");
    }

    /// <summary>An index that has to lie in [0, <paramref name="count"/>).</summary>
    public static void Index(int value, int count, string name, string what)
    {
        if ((uint)value >= (uint)count)
            ThrowIndex(value, count, name, what);
    }

    /// <summary>A bad argument with a message made by the caller (invariant culture).</summary>
    [DoesNotReturn]
    public static void Throw(string name, FormattableString message) =>
        throw new ArgumentException(message.ToString(CultureInfo.InvariantCulture), name);

    [DoesNotReturn]
    private static void ThrowAtLeast(int value, int least, string name) =>
        throw new ArgumentOutOfRangeException(
            name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it has to be {least} or more."));

    [DoesNotReturn]
    private static void ThrowLength(int actual, long expected, string name, string meaning, string how) =>
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"{name} holds {actual} elements; it has to hold {how} {expected} ({meaning})."),
            name);

    [DoesNotReturn]
    private static void ThrowIndex(int value, int count, string name, string what) =>
        throw new ArgumentOutOfRangeException(
            name, value,
            string.Create(CultureInfo.InvariantCulture, $"{what} {value} does not exist; there are {count}, numbered from 0."));
}
