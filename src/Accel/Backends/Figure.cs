using System.Globalization;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// A number with its unit and how it came about. There is no way to print it without the word: <see cref="ToString()"/> ends in "measured",
/// "simulated" or "modeled", and so do sums, ratios and scaled figures.
/// </summary>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit, such as "s", "cycles" or "B"; empty for a ratio.</param>
/// <param name="Provenance">How it came about.</param>
public sealed record Figure(double Value, string Unit, Provenance Provenance)
{
    /// <summary>A measured time.</summary>
    /// <param name="time">The time.</param>
    /// <returns>Seconds.</returns>
    public static Figure Measured(TimeSpan time) => new(time.TotalSeconds, "s", Provenance.Measured);

    /// <summary>The sum of two figures of one unit; as trustworthy as the weaker.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArgumentNullException">One is null.</exception>
    /// <exception cref="ArgumentException">The units differ.</exception>
    public static Figure operator +(Figure left, Figure right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Unit != right.Unit)
            Guard.Throw(nameof(right), $"Figures in '{left.Unit}' and '{right.Unit}' do not add up.");
        return new Figure(left.Value + right.Value, left.Unit, Weaker(left, right));
    }

    /// <summary>The quotient of two figures; as trustworthy as the weaker.</summary>
    /// <param name="left">Dividend.</param>
    /// <param name="right">Divisor.</param>
    /// <returns>A ratio where the units agree, else a figure in the one by the other.</returns>
    /// <exception cref="ArgumentNullException">One is null.</exception>
    public static Figure operator /(Figure left, Figure right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new Figure(left.Value / right.Value, left.Unit == right.Unit ? "" : $"{left.Unit}/{right.Unit}", Weaker(left, right));
    }

    /// <summary>The sum; the same as the operator.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static Figure Add(Figure left, Figure right) => left + right;

    /// <summary>The quotient; the same as the operator.</summary>
    /// <param name="left">Dividend.</param>
    /// <param name="right">Divisor.</param>
    /// <returns>The quotient.</returns>
    public static Figure Divide(Figure left, Figure right) => left / right;

    /// <summary>The number, the unit and the word.</summary>
    /// <returns>Such as "0.0123 s, simulated".</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Value:G5}{(Unit.Length > 0 ? " " : "")}{Unit}, {Word}");

    private string Word => Provenance switch
    {
        Provenance.Measured => "measured",
        Provenance.Simulated => "simulated",
        _ => "modeled",
    };

    private static Provenance Weaker(Figure left, Figure right) => left.Provenance > right.Provenance ? left.Provenance : right.Provenance;
}
