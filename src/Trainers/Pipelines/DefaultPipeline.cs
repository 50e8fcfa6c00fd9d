using HybridRec.MLNet.Pipelines;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet;

/// <summary>
/// The pipeline that the house recommends for some rows: keys, texts where there are any, a graph, a closed form, their fusion and the
/// ranker that mixes them. Made by <c>ml.Hybrid.DefaultPipeline</c>; <see cref="Describe"/> prints the same as C#, to copy and to change.
/// </summary>
public sealed class DefaultPipeline : IEstimator<TransformerChain<ITransformer>>
{
    private readonly IReadOnlyList<PipelineStep> _steps;
    private readonly EstimatorChain<ITransformer> _chain;
    private readonly FitBudget? _budget;

    internal DefaultPipeline(MLContext ml, DataViewSchema schema, DefaultPipelineOptions options)
    {
        options.Validate();
        if (options.TimeBudget is { } limit)
            _budget = new FitBudget(limit, options.Clock);
        _steps = PipelineSteps.Of(schema, options with { Budget = _budget });
        _chain = new EstimatorChain<ITransformer>();
        foreach (PipelineStep step in _steps)
            _chain = _chain.Append(step.Make(ml));
    }

    /// <summary>The pipeline as C#: what to write instead of this call, and to change.</summary>
    /// <returns>A statement over <c>ml</c>, an MLContext; a second encoder of texts is called <c>encoder</c>.</returns>
    public string Describe()
    {
        string stages = string.Join("\n    ", _steps.Skip(1).Select(step => $".Append({step.Code})"));
        string comment = _budget is null ? "" : $"// without the time budget of {_budget.Limit}, which only DefaultPipeline keeps\n";
        return $"{comment}var pipeline = {_steps[0].Code}\n    {stages};";
    }

    /// <summary>Fits every stage.</summary>
    /// <param name="input">Interactions, with the columns that the pipeline was made for.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    /// <exception cref="InvalidOperationException">No row is a positive.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public TransformerChain<ITransformer> Fit(IDataView input)
    {
        _budget?.Start();
        return _chain.Fit(input);
    }

    /// <summary>The shape after the pipeline.</summary>
    /// <param name="inputSchema">The shape before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <summary>What <see cref="Describe"/> gives.</summary>
    public override string ToString() => Describe();
}
