using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Fuses structure and meaning into one feature vector by concatenation, z = [h_u | e_u | h_i | e_i | s_ui] (eq. 3), and remembers which
/// slots are whose, so that the ranker can also form the products of user and item parts.
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
    private const string Stage = StageNames.Fuse;

    private readonly IHostEnvironment _env;
    private readonly string _output;
    private readonly FusionInput[] _inputs;

    internal FuseEstimator(IHostEnvironment env, FuseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _env = env;
        _output = options.OutputColumnName;
        _inputs = options.Inputs();
    }

    internal FuseEstimator(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(inputColumnNames);
        FusionInput[] inputs = Array.ConvertAll(inputColumnNames, name => FusionInput.OfName(name ?? ""));
        var check = new OptionCheck(Stage);
        check.Named(outputColumnName, nameof(outputColumnName));
        FusionInput.Validate(check, inputs, _ => nameof(inputColumnNames));
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
        var type = new VectorDataViewType(NumberDataViewType.Single, 1);
        bool pair = _inputs.Any(input => input.Role == ColumnRole.Pair);
        return Shapes.Append(inputSchema, Shapes.Column(_output, type, FuseTransformer.Annotations("", [""], pair ? [] : null)));
    }
}
