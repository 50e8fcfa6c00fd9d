using System.Globalization;

namespace HybridRec.MLNet;

/// <summary>The values a trial is to be built with, by the names of its <see cref="ParameterSpace"/>.</summary>
public sealed class SearchParameters
{
    private readonly IReadOnlyDictionary<string, string> _values;

    internal SearchParameters(IReadOnlyDictionary<string, string> values, int epochs, int seed)
    {
        _values = values;
        Training = new TrainingSettings { Epochs = epochs, Seed = seed };
    }

    /// <summary>
    /// The epochs and the seed of the trial, for the stage that trains:
    /// <c>Training = p.Training with { LearningRate = p.Real("Rate") }</c>. All trials of a search have the same seed.
    /// </summary>
    public TrainingSettings Training { get; }

    /// <summary>All values as invariant text.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>A real number.</summary>
    /// <param name="name">Its name in the search space.</param>
    /// <exception cref="ArgumentException">The space has no such parameter, or it is a choice.</exception>
    public double Real(string name) => double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        ? value
        : throw NotA(name, "number");

    /// <summary>A real number, as most options of this library take it.</summary>
    /// <param name="name">Its name in the search space.</param>
    /// <exception cref="ArgumentException">The space has no such parameter, or it is a choice.</exception>
    public float Single(string name) => (float)Real(name);

    /// <summary>A whole number.</summary>
    /// <param name="name">Its name in the search space.</param>
    /// <exception cref="ArgumentException">The space has no such parameter, or it is not a whole number.</exception>
    public int Integer(string name) => int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw NotA(name, "whole number");

    /// <summary>A choice.</summary>
    /// <param name="name">Its name in the search space.</param>
    /// <exception cref="ArgumentException">The space has no such parameter.</exception>
    public string Text(string name) => _values.TryGetValue(name, out string? value)
        ? value
        : throw new ArgumentException(
            $"The search space has no parameter '{name}'; it has {string.Join(", ", _values.Keys)}.", nameof(name));

    /// <summary>A choice that names a member of an enum.</summary>
    /// <param name="name">Its name in the search space.</param>
    /// <exception cref="ArgumentException">The space has no such parameter, or the enum has no such member.</exception>
    public T Enum<T>(string name)
        where T : struct, Enum =>
        // By name only: TryParse alone would take the number 3 for the fourth member.
        System.Enum.GetNames<T>().Contains(Text(name))
            ? System.Enum.Parse<T>(Text(name))
            : throw NotA(name, $"member of {typeof(T).Name} ({string.Join(", ", System.Enum.GetNames<T>())})");

    /// <summary>name=value, separated by blanks.</summary>
    public override string ToString() => string.Join(' ', _values.Select(pair => $"{pair.Key}={pair.Value}"));

    private ArgumentException NotA(string name, string kind) =>
        new($"Parameter '{name}' is '{Text(name)}', which is no {kind}.", nameof(name));
}
