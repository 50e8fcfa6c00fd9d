using System.Globalization;
using System.Numerics;

namespace HybridRec.MLNet.Training;

/// <summary>
/// Refuses illegal option values, in one form for all: what the option is, and what it has to be. A null that means "the default" passes.
/// </summary>
/// <param name="Stage">The component, for the message.</param>
internal readonly record struct OptionCheck(string Stage)
{
    /// <summary>Throws unless a condition holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="given">The value of the option.</param>
    /// <param name="allowed">What it may be, as the end of "it has to be".</param>
    /// <param name="option">Name of the option.</param>
    /// <exception cref="ArgumentOutOfRangeException">The condition does not hold.</exception>
    public void Require<T>(bool holds, T given, string allowed, string option)
    {
        if (!holds)
            throw Refusal(option, Text(given), allowed);
    }

    /// <summary>A number between two others, both allowed.</summary>
    /// <inheritdoc cref="Require"/>
    public void Between<T>(T value, T least, T most, string option)
        where T : struct, INumber<T> => Between((T?)value, least, most, option);

    /// <summary>A number between two others, both allowed.</summary>
    /// <inheritdoc cref="Require"/>
    public void Between<T>(T? value, T least, T most, string option)
        where T : struct, INumber<T>
    {
        if (value is { } given && !(given >= least && given <= most))
            throw Refusal(option, Text(given), $"{Text(least)} to {Text(most)}");
    }

    /// <summary>A number that is another or more, and finite.</summary>
    /// <inheritdoc cref="Require"/>
    public void AtLeast<T>(T value, T least, string option)
        where T : struct, INumber<T> => AtLeast((T?)value, least, option);

    /// <summary>A number that is another or more, and finite.</summary>
    /// <inheritdoc cref="Require"/>
    public void AtLeast<T>(T? value, T least, string option)
        where T : struct, INumber<T>
    {
        if (value is { } given && !(given >= least && T.IsFinite(given)))
            throw Refusal(option, Text(given), $"{Text(least)} or more");
    }

    /// <summary>A finite number above 0.</summary>
    /// <inheritdoc cref="Require"/>
    public void Above0<T>(T value, string option)
        where T : struct, INumber<T> => Above0((T?)value, option);

    /// <summary>A finite number above 0.</summary>
    /// <inheritdoc cref="Require"/>
    public void Above0<T>(T? value, string option)
        where T : struct, INumber<T>
    {
        if (value is { } given && !(given > T.Zero && T.IsFinite(given)))
            throw Refusal(option, Text(given), "a finite number above 0");
    }

    /// <summary>A share: 0 or more, and below 1.</summary>
    /// <inheritdoc cref="Require"/>
    public void Share<T>(T value, string option)
        where T : struct, INumber<T> => Share((T?)value, option);

    /// <summary>A share: 0 or more, and below 1.</summary>
    /// <inheritdoc cref="Require"/>
    public void Share<T>(T? value, string option)
        where T : struct, INumber<T>
    {
        if (value is { } given && !(given >= T.Zero && given < T.One))
            throw Refusal(option, Text(given), "0 or more and below 1");
    }

    /// <summary>A finite number.</summary>
    /// <inheritdoc cref="Require"/>
    public void Finite<T>(T value, string option)
        where T : struct, INumber<T> => Finite((T?)value, option);

    /// <summary>A finite number.</summary>
    /// <inheritdoc cref="Require"/>
    public void Finite<T>(T? value, string option)
        where T : struct, INumber<T>
    {
        if (value is { } given && !T.IsFinite(given))
            throw Refusal(option, Text(given), "a finite number");
    }

    /// <summary>A value that the enumeration has.</summary>
    /// <inheritdoc cref="Require"/>
    public void Defined<T>(T value, string option)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw Refusal(option, value.ToString(), string.Join(", ", Enum.GetNames<T>()));
    }

    /// <summary>A name of a column, not empty.</summary>
    /// <inheritdoc cref="Require"/>
    public void Named(string? name, string option)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw Refusal(option, name is null ? "null" : $"'{name}'", "the name of a column");
    }

    /// <summary>What the checks throw.</summary>
    /// <param name="option">Name of the option.</param>
    /// <param name="given">Its value, as text.</param>
    /// <param name="allowed">What it may be, as the end of "it has to be".</param>
    public ArgumentOutOfRangeException Refusal(string option, string given, string allowed) =>
        new(option, $"{Stage}: {option} is {given}; it has to be {allowed}.");

    private static string Text<T>(T value) =>
        value is null ? "null" : value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value.ToString()!;
}
