using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Fuses structure and meaning into one feature vector by concatenation, z = [h_u | e_u | h_i | e_i] (eq. 3), and remembers which slots are
/// whose, so that the ranker can also form the products of user and item parts.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// | Column | Type | Description |
/// |---|---|---|
/// | inputs | known-size vector of Single, or scalar Single | dense or sparse; values are copied as they are |
/// | output | known-size vector of Single | as many slots as all inputs together |
///
/// The output has the annotations `SlotNames` (`UserGraph.0`, or `UserGraph.name` where the input has slot names; the column's name for a
/// scalar) and `FusionLayout` (`User:UserGraph:0:64;Item:ItemGraph:64:64`: role, column, first slot, number of slots).
///
/// ### Characteristics
/// | Question | Answer |
/// |---|---|
/// | Does this estimator look at the data to train? | No |
/// | Is normalization needed? | No; the ranker scales its inputs |
/// | Is caching needed? | No |
/// | Required NuGet in addition to Microsoft.ML | HybridRec.MLNet.Transforms |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class FuseEstimator : IEstimator<FuseTransformer>
{
    internal const string Stage = "Fuse";

    private readonly IHostEnvironment _env;
    private readonly string _output;
    private readonly FusionInput[] _inputs;

    internal FuseEstimator(IHostEnvironment env, FuseOptions options)
        : this(env, Checked(options).OutputColumnName, [
            .. options.UserColumns.Select(column => new FusionInput(ColumnRole.User, column)),
            .. options.ItemColumns.Select(column => new FusionInput(ColumnRole.Item, column)),
            .. options.ContextColumns.Select(column => new FusionInput(ColumnRole.Context, column))])
    {
    }

    internal FuseEstimator(IHostEnvironment env, string outputColumnName, params FusionInput[] inputs)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        if (inputs.Length == 0)
            throw new ArgumentException($"{Stage}: no columns to fuse were given; name at least one, such as \"UserGraph\" and \"ItemGraph\".", nameof(inputs));
        if (Array.Exists(inputs, input => string.IsNullOrEmpty(input.Column)))
            throw new ArgumentException($"{Stage}: a column to fuse has no name; each must be the name of an input column.", nameof(inputs));
        if (inputs.GroupBy(input => input.Column).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"{Stage}: column '{twice.Key}' is given more than once; name each column once.", nameof(inputs));
        _env = env;
        _output = outputColumnName;
        _inputs = inputs;
    }

    /// <summary>Checks the columns and makes the transformer; reads no data.</summary>
    /// <param name="input">A view with the columns to fuse.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or is neither a vector of Single nor a Single.</exception>
    public FuseTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new FuseTransformer(_env, _output, _inputs);
        transformer.Bind(input.Schema);
        return transformer;
    }

    /// <summary>The shape of the output; reads no data.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <returns>The input's shape with the fused column.</returns>
    /// <exception cref="ArgumentException">A column is missing or is neither a vector of Single nor a Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (FusionInput input in _inputs)
            Shapes.Require(inputSchema, input.Column, Stage, FuseTransformer.Allowed);
        // A shape knows no sizes, so one slot stands for all.
        return Shapes.Append(inputSchema, Shapes.Column(_output, new VectorDataViewType(NumberDataViewType.Single, 1), FuseTransformer.Annotations("", [""])));
    }

    private static FuseOptions Checked(FuseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options;
    }
}
