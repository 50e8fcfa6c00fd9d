using System.Globalization;

namespace HybridRec.MLNet.Hosting;

/// <summary>Refuses option values, saying what was given and what is allowed.</summary>
internal static class OptionCheck
{
    /// <summary>Throws unless a condition holds.</summary>
    /// <param name="stage">The component, for the message.</param>
    /// <param name="holds">The condition.</param>
    /// <param name="option">Name of the option.</param>
    /// <param name="given">Its value.</param>
    /// <param name="allowed">What it may be, as the end of "it has to be".</param>
    /// <exception cref="ArgumentOutOfRangeException">The condition does not hold.</exception>
    public static void Require<T>(string stage, bool holds, string option, T given, string allowed)
        where T : IFormattable
    {
        if (!holds)
            throw Refusal(stage, option, given.ToString(null, CultureInfo.InvariantCulture), allowed);
    }

    /// <summary>What <see cref="Require"/> throws.</summary>
    public static ArgumentOutOfRangeException Refusal(string stage, string option, string given, string allowed) =>
        new(option, $"{stage}: {option} is {given}; it has to be {allowed}.");
}
