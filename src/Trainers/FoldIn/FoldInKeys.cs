using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace HybridRec.MLNet.FoldIn;

/// <summary>A chain with one updatable graph, bound to the schema of its raw rows: its ids, and how to put it together again.</summary>
internal sealed class FoldInKeys
{
    private readonly MLContext _ml;
    private readonly DataViewSchema _input;
    private readonly ITransformer[] _stages;
    private readonly Dictionary<ITransformer, KeyStage> _keyStages = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="ArgumentException">There is no graph, or more than one; its keys are not made in the chain; a column is
    /// missing.</exception>
    /// <exception cref="InvalidOperationException">The graph cannot be updated.</exception>
    public FoldInKeys(MLContext ml, ITransformer model, DataViewSchema input)
    {
        (_ml, _input, _stages) = (ml, input, [.. ChainStages.Of(model)]);
        GnnEmbeddingTransformer[] graphs = [.. _stages.OfType<GnnEmbeddingTransformer>()];
        Graph = graphs.Length == 1
            ? graphs[0]
            : throw new ArgumentException(
                $"CreateUpdater: the model has {graphs.Length} stages GnnEmbedding; exactly one is needed. "
                + "ml.Hybrid.Update takes models of any stages.");
        Graph.RequireLinearUpdates();
        foreach (GraphFilterTransformer filter in _stages.OfType<GraphFilterTransformer>())
        {
            filter.RequireUpdates();
            if ((filter.Columns.User, filter.Columns.Item) != (Graph.Columns.User, Graph.Columns.Item))
            {
                throw new ArgumentException(
                    $"CreateUpdater: GraphFilter reads the keys '{filter.Columns.User}' and '{filter.Columns.Item}', GnnEmbedding "
                    + $"'{Graph.Columns.User}' and '{Graph.Columns.Item}'; single interactions need the same. "
                    + "ml.Hybrid.Update takes both.");
            }
        }

        IReadOnlySet<string> keys = ChainFoldIn.KeyColumns(_stages);
        DataViewSchema schema = input;
        foreach (ITransformer stage in _stages)
        {
            if (stage is ValueToKeyMappingTransformer mapping && new KeyStage(mapping, schema) is var columns && keys.Any(columns.Makes))
                _keyStages.Add(stage, columns);
            schema = stage.GetOutputSchema(schema);
        }

        Users = Values(Graph.Columns.User);
        Items = Values(Graph.Columns.Item);
    }

    /// <summary>The stage that is updated.</summary>
    public GnnEmbeddingTransformer Graph { get; }

    /// <summary>The ids of users.</summary>
    public KeyValues Users { get; }

    /// <summary>The ids of items.</summary>
    public KeyValues Items { get; }

    /// <summary>The chain with the ids of now, and with another graph stage.</summary>
    /// <param name="graph">Makes it for the vocabularies of users and items.</param>
    /// <param name="added">The positives that came since, by key.</param>
    public TransformerChain<ITransformer> ToModel(
        Func<KeyVocabulary, KeyVocabulary, ITransformer> graph, IReadOnlyCollection<(int User, int Item)> added)
    {
        var updated = new List<ITransformer>();
        DataViewSchema schema = _input;
        foreach (ITransformer stage in _stages)
        {
            IEnumerable<ITransformer> next = stage switch
            {
                _ when _keyStages.TryGetValue(stage, out KeyStage? columns) => columns.ToStages(_ml),
                GnnEmbeddingTransformer =>
                    [graph(KeyVocabulary.Of(schema[Graph.Columns.User]), KeyVocabulary.Of(schema[Graph.Columns.Item]))],
                UserProfileTransformer profiles => [profiles.WithUsers(schema)],
                GraphFilterTransformer filter => [filter.Updated(schema, added)],
                _ => [stage],
            };
            foreach (ITransformer one in next)
            {
                schema = one.GetOutputSchema(schema);
                updated.Add(one);
            }
        }

        return new TransformerChain<ITransformer>([.. updated]);
    }

    private KeyValues Values(string column) => _keyStages.Values.FirstOrDefault(stage => stage.Makes(column))?[column]
        ?? throw new ArgumentException(
            $"CreateUpdater: no MapValueToKey of the model makes its key column '{column}', so ids cannot be told. Put it into the chain.");
}
