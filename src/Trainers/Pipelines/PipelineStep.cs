using Microsoft.ML;

namespace HybridRec.MLNet.Pipelines;

/// <summary>A stage of a pipeline and the C# that makes it.</summary>
/// <param name="Code">An expression over <c>ml</c>.</param>
/// <param name="Make">Makes the stage.</param>
internal sealed record PipelineStep(string Code, Func<MLContext, IEstimator<ITransformer>> Make);
