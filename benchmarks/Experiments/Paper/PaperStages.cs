using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>
/// The stages before the ranking head, fitted once a seed and shared by the configurations, which so differ in one thing each.
/// </summary>
internal sealed class PaperStages
{
    /// <summary>Units of the hybrid's MLP.</summary>
    public static readonly IReadOnlyList<int> HiddenSizes = [128, 64];

    private readonly MLContext _ml;
    private readonly GnnEmbeddingOptions _graph;
    private readonly RankingOptions _ranking;
    private readonly TransformerChain<ITransformer> _stages;
    private readonly DataViewSchema _keyed;

    /// <param name="ml">Context.</param>
    /// <param name="data">The data; its training rows are fitted on.</param>
    /// <param name="settings">Epochs.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="progress">Told after every epoch.</param>
    /// <param name="text">Whether texts are encoded.</param>
    /// <param name="graph">Whether the graph is trained.</param>
    /// <param name="precision">The graph's numbers after training.</param>
    public PaperStages(
        MLContext ml, ExperimentData data, PaperSettings settings, int seed, IProgress<TrainingProgress> progress, bool text = true,
        bool graph = true, EmbeddingPrecision precision = EmbeddingPrecision.Single)
    {
        _ml = ml;
        _graph = GraphOptions(settings, data.RelevanceThreshold, seed, progress) with { Updatable = true, Precision = precision };
        _ranking = RankingOptions(settings, data.RelevanceThreshold, seed, progress);
        var keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));
        IDataView train = data.Split.TrainSet;
        ITransformer keyed = keys.Fit(train);
        _keyed = keyed.Transform(train).Schema;
        var stages = new EstimatorChain<ITransformer>();
        if (text)
            stages = stages.Append<ITransformer>(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", TextEncoder.Lexical(seed: 1)));
        if (graph)
            stages = stages.Append<ITransformer>(ml.Hybrid.GnnEmbedding(_graph))
                .Append<ITransformer>(ml.Hybrid.Fuse("Graph", "UserGraph", "ItemGraph"));
        if (text)
        {
            stages = stages.Append<ITransformer>(
                ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = data.RelevanceThreshold, Seed = seed }))
                .Append<ITransformer>(ml.Hybrid.Fuse("Text", "UserMeaning", "ItemMeaning"));
        }

        if (text && graph)
            stages = stages.Append<ITransformer>(ml.Hybrid.Fuse("Whole", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"));
        IDataView view = keyed.Transform(train);
        _stages = new TransformerChain<ITransformer>(keyed, stages.Fit(view));
        // What training sees: the ranking trainer finds the stages in the view and takes, for held-out rows, vectors of a fit without them.
        Vectors = _stages.Transform(train);
    }

    /// <summary>The study's graph.</summary>
    public static GnnEmbeddingOptions GraphOptions(
        PaperSettings settings, float? threshold, int seed, IProgress<TrainingProgress> progress) =>
        ExperimentModels.Former with
        {
            PositiveThreshold = threshold,
            FinalEpochs = settings.FinalEpochs,
            Training = GnnEmbeddingOptions.Defaults with
            {
                Epochs = settings.Epochs,
                Patience = settings.Patience,
                Seed = seed,
                Progress = progress
            },
        };

    /// <summary>The study's head: an MLP.</summary>
    public static RankingOptions RankingOptions(PaperSettings settings, float? threshold, int seed, IProgress<TrainingProgress> progress) =>
        new()
        {
            Head = RankingHead.Mlp(HiddenSizes),
            PositiveThreshold = threshold,
            Training = new() { Seed = seed, Progress = progress, Epochs = settings.RankerEpochs }
        };

    /// <summary>The training rows with all vectors.</summary>
    public IDataView Vectors { get; }

    /// <summary>The graph's stage.</summary>
    public GnnEmbeddingTransformer Graph => ChainStages.Of(_stages).OfType<GnnEmbeddingTransformer>().Single();

    /// <summary>The graph alone: a dot product has nothing to train but its scale.</summary>
    public ITransformer GraphRanker() => Fit(_ranking with { FeatureColumnName = "Graph", Head = RankingHead.DotProduct() });

    /// <summary>The texts alone under an MLP.</summary>
    public ITransformer TextRanker() => Fit(_ranking with { FeatureColumnName = "Text" });

    /// <summary>Graph and texts under an MLP of 128 and 64 units: the hybrid, and the teacher.</summary>
    public ITransformer HybridRanker() => Fit(_ranking with { FeatureColumnName = "Whole" });

    /// <summary>Two towers taught by the hybrid.</summary>
    public ITransformer Student(ITransformer teacher) =>
        Fit(_ranking with { FeatureColumnName = "Whole", Head = RankingHead.TwoTower(), Distillation = new RankingDistillation(teacher) });

    /// <summary>From raw rows to the score of a head.</summary>
    public TransformerChain<ITransformer> Chain(ITransformer ranker) => new(_stages, ranker);

    /// <summary>The same, with the graph's vectors propagated in 8 bits by a backend, from the same trained parameters.</summary>
    public TransformerChain<ITransformer> Int8Chain(ITransformer ranker, AggregationBackend backend) =>
        new([.. ChainStages.Of(_stages).Select(stage => stage is GnnEmbeddingTransformer graph ? Int8(graph, backend) : stage), ranker]);

    private GnnEmbeddingTransformer Int8(GnnEmbeddingTransformer graph, AggregationBackend backend)
    {
        GraphUpdates updates = graph.RequireUpdates();
        updates = updates with { Rule = PropagationRule.Of(_graph with { Precision = EmbeddingPrecision.Int8, Aggregation = backend }) };
        return graph.Updated(updates, updates.Serve(graph.Mapping), KeyVocabulary.Of(_keyed["User"]), KeyVocabulary.Of(_keyed["Item"]));
    }

    private HybridRankingTransformer Fit(RankingOptions options) => _ml.Hybrid.Ranking(options).Fit(Vectors);
}
