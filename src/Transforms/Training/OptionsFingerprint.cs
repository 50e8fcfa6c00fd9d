using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Hashing;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace HybridRec.MLNet.Training;

/// <summary>
/// What identifies a fit by its options, made from the record itself: every property that can be set counts but those marked
/// <see cref="NotInFingerprintAttribute"/>. A new option counts without anybody thinking of it.
/// </summary>
internal static class OptionsFingerprint
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_properties = new();

    /// <summary>
    /// The options as one line: <c>Name{Option=value,...}</c>, options in the order of their names, numbers to their last digit.
    /// </summary>
    /// <exception cref="NotSupportedException">A value is of a type that has no such text, like a delegate: mark the option.</exception>
    public static string Describe(object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = new StringBuilder();
        Append(text, options, options.GetType().Name);
        return text.ToString();
    }

    /// <summary>XXH3 of <see cref="Describe"/>.</summary>
    public static ulong Of(object options) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Describe(options).AsSpan()));

    private static void Append(StringBuilder text, object? value, string name)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string words:
                text.Append('"')
                    .Append(words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                    .Append('"');
                break;
            case bool yes:
                text.Append(yes ? "true" : "false");
                break;
            case Enum or float or double or int or long or uint or ulong or short or byte or Half or decimal
                or TimeSpan:
                text.Append(((IFormattable)value).ToString(value is float or double ? "R" : null, CultureInfo.InvariantCulture));
                break;
            case IEnumerable many:
                AppendMany(text, many, name);
                break;
            default:
                AppendRecord(text, value, name);
                break;
        }
    }

    private static void AppendMany(StringBuilder text, IEnumerable many, string name)
    {
        text.Append('[');
        foreach (object? one in many)
        {
            Append(text, one, name);
            text.Append(',');
        }

        text.Append(']');
    }

    private static void AppendRecord(StringBuilder text, object value, string name)
    {
        Type type = value.GetType();
        PropertyInfo[] properties = s_properties.GetOrAdd(type, PropertiesOf);
        if (value is Delegate || type.Namespace?.StartsWith("HybridRec.MLNet", StringComparison.Ordinal) != true)
        {
            throw new NotSupportedException(
                $"The option {name} is a {type}, which has no fingerprint. Mark it with {nameof(NotInFingerprintAttribute)}, or give it " +
                "a text.");
        }

        text.Append(type.Name).Append('{');
        foreach (PropertyInfo property in properties)
        {
            text.Append(property.Name).Append('=');
            Append(text, property.GetValue(value), property.Name);
            text.Append(',');
        }

        text.Append('}');
    }

    private static PropertyInfo[] PropertiesOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.CanWrite && property.GetIndexParameters().Length == 0 && !property.IsDefined(
                typeof(NotInFingerprintAttribute), inherit: true))
            .OrderBy(property => property.Name, StringComparer.Ordinal),
    ];
}
