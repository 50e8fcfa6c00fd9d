using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.ClosedForms;

/// <summary>A stage that shows the view that a chain is fitted on behind the stage before it.</summary>
internal sealed class ViewSpy(Action<IDataView> see) : IEstimator<ITransformer>
{
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;

    public ITransformer Fit(IDataView input)
    {
        see(input);
        return new TransformerChain<ITransformer>();
    }
}
