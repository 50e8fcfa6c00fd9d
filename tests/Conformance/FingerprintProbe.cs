using System.Collections;
using System.Reflection;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Conformance;

/// <summary>Changes one option of a record after another, whatever options it has.</summary>
/// <param name="others">Another value for each type of option that is neither a number, a text, a flag nor an enumeration.</param>
public sealed class FingerprintProbe(IReadOnlyDictionary<Type, object> others)
{
    /// <summary>The record with another value of one option, for every option that can be set.</summary>
    public IEnumerable<(string Option, bool Counts, object Changed)> Changes(object options)
    {
        MethodInfo clone = options.GetType().GetMethod("<Clone>$") ?? throw new ArgumentException($"{options.GetType()} is no record.");
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (!property.CanWrite)
                continue;
            object changed = clone.Invoke(options, null)!;
            property.SetValue(changed, Other(property.PropertyType, property.GetValue(options)));
            yield return (property.Name, !property.IsDefined(typeof(NotInFingerprintAttribute)), changed);
        }
    }

    /// <summary>Every option counts in the fingerprint but those marked.</summary>
    public void AssertCounts(object options)
    {
        ulong before = OptionsFingerprint.Of(options);
        (string Option, bool Counts, object Changed)[] changes = [.. Changes(options)];
        Assert.NotEmpty(changes);
        foreach ((string option, bool counts, object changed) in changes)
            Assert.True(
                counts == (before != OptionsFingerprint.Of(changed)),
                $"{options.GetType().Name}.{option} should {(counts ? "count" : "not count")}: {OptionsFingerprint.Describe(changed)}");
    }

    private object? Other(Type type, object? value)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (others.TryGetValue(plain, out object? other))
            return Equals(other, value) ? null : other;
        if (plain.IsEnum)
            return Enum.GetValues(plain).Cast<object>().First(candidate => !candidate.Equals(value));
        if (plain.IsGenericType && typeof(IEnumerable).IsAssignableFrom(plain))
        {
            Array one = Array.CreateInstance(plain.GetGenericArguments()[0], 1);
            one.SetValue(Other(plain.GetGenericArguments()[0], null), 0);
            return one;
        }

        return value switch
        {
            null when plain == typeof(string) => "given",
            null when plain.IsPrimitive => Convert.ChangeType(1, plain, System.Globalization.CultureInfo.InvariantCulture),
            string text => text + "x",
            bool flag => !flag,
            _ when plain.IsPrimitive => Convert.ChangeType(
                Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) + 1, plain,
                System.Globalization.CultureInfo.InvariantCulture),
            _ => throw new NotSupportedException($"Give another value of {plain}."),
        };
    }
}
