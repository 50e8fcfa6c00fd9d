using HybridRec.MLNet.Search;

namespace HybridRec.MLNet;

/// <summary>
/// The hyper-parameters a search may vary, each with its range. Spaces are immutable: every call gives a new one with one more parameter.
/// </summary>
/// <example><code>
/// var space = new ParameterSpace()
///     .Real("LearningRate", 0.001, 0.01, logarithmic: true)
///     .Integer("Layers", 1, 4)
///     .Choice("Objective", "Softmax", "Bpr");
/// </code></example>
public sealed class ParameterSpace
{
    private readonly ISearchDimension[] _dimensions;

    /// <summary>An empty space.</summary>
    public ParameterSpace()
        : this([])
    {
    }

    private ParameterSpace(ISearchDimension[] dimensions) => _dimensions = dimensions;

    /// <summary>Names of the parameters, in the order they were added.</summary>
    public IReadOnlyList<string> Names => [.. _dimensions.Select(d => d.Name)];

    internal IReadOnlyList<ISearchDimension> Dimensions => _dimensions;

    /// <summary>Adds a real number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="low">Least value.</param>
    /// <param name="high">Largest value, above <paramref name="low"/>.</param>
    /// <param name="logarithmic">
    /// Whether its logarithm is drawn evenly, which suits learning rates and penalties; then <paramref name="low"/> must be above 0.
    /// </param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or not finite.</exception>
    public ParameterSpace Real(string name, double low, double high, bool logarithmic = false) =>
        With(new RealDimension(name, low, high, logarithmic));

    /// <summary>Adds a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="low">Least value.</param>
    /// <param name="high">Largest value, at least <paramref name="low"/>.</param>
    /// <param name="logarithmic">Whether its logarithm is drawn evenly; then <paramref name="low"/> must be above 0.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    public ParameterSpace Integer(string name, int low, int high, bool logarithmic = false) =>
        With(new IntegerDimension(name, low, high, logarithmic));

    /// <summary>Adds a choice between names, for example those of an enum.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">What it may be; at least one, each once.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no value, or one twice.</exception>
    public ParameterSpace Choice(string name, params string[] values) => With(new ChoiceDimension(name, values));

    private ParameterSpace With(ISearchDimension dimension)
    {
        if (string.IsNullOrWhiteSpace(dimension.Name))
            throw new ArgumentException("A parameter of a search space needs a name.");
        if (_dimensions.Any(d => d.Name == dimension.Name))
            throw new ArgumentException($"The search space has '{dimension.Name}' already; it has {string.Join(", ", Names)}.");
        return new ParameterSpace([.. _dimensions, dimension]);
    }
}
