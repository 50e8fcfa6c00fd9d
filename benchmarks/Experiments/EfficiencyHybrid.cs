using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>The hybrid of <c>efficiency</c>: one graph, fitted once, and everything behind it fitted anew for each encoder.</summary>
internal sealed class EfficiencyHybrid
{
    private readonly MLContext _ml;
    private readonly EfficiencyOptions _options;
    private readonly ExperimentData _data;
    private readonly TransformerChain<ITransformer> _before;
    private readonly IDataView _view;

    public EfficiencyHybrid(MLContext ml, EfficiencyOptions options)
    {
        (_ml, _options, _data) = (ml, options, options.Open(ml));
        GnnEmbeddingOptions graph = ExperimentModels.Former with
        {
            PositiveThreshold = _data.RelevanceThreshold,
            Dimension = options.GraphDimension,
            Training = GnnEmbeddingOptions.Defaults with { Epochs = options.GraphEpochs, Seed = options.Seed, Progress = new EpochTimes() },
        };
        if (options.GraphNegatives is { } negatives)
            graph = graph with { Loss = ExperimentModels.FormerLossWith(negatives) };
        _before = HeldOutGraph.Fit(ml, _data.Split.TrainSet, graph, EfficiencyOptions.HoldoutShare);
        _view = _before.Transform(_data.Split.TrainSet);
        Holdout = EfficiencyTuning.HoldoutOf(_view);
    }

    /// <summary>See <see cref="EfficiencyTuning.HoldoutOf"/>.</summary>
    public string Holdout { get; }

    /// <summary>The items' texts.</summary>
    public IEnumerable<string> Texts => _data.Items!.GetColumn<string>("ItemText").Where(text => text.Length > 0);

    /// <summary>The graph alone.</summary>
    public TopKReport Graph()
    {
        var fused = _ml.Hybrid.Fuse("GraphOnly", "UserGraph", "ItemGraph").Fit(_view);
        return Judge(fused, Dot("GraphOnly").Fit(fused.Transform(_view)));
    }

    /// <summary>The profile of the encoder's vectors alone, nothing learned, and the hybrid.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="center">Whether profiles are less the items' mean; chosen on validation rows.</param>
    public (TopKReport Text, TopKReport Hybrid) Judge(TextEncoder encoder, bool center)
    {
        var meaning = _ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions { Encoder = encoder, MaxTokens = _options.Tokens })
            .Append(_ml.Hybrid.UserProfile(
                new UserProfileOptions { PositiveThreshold = _data.RelevanceThreshold, Center = center, Seed = _options.Seed }))
            .Append(_ml.Hybrid.Fuse("TextOnly", "UserMeaning", "ItemMeaning"))
            .Append(_ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"))
            .Fit(_view);
        IDataView view = meaning.Transform(_view);
        var ranker = _ml.Hybrid.Ranking(new RankingOptions
        {
            Head = RankingHead.Linear(),
            PositiveThreshold = _data.RelevanceThreshold,
            Training = new() { Seed = _options.Seed }
        }).Fit(view);
        return (Judge(meaning, Dot("TextOnly").Fit(view)), Judge(meaning, ranker));
    }

    private HybridRankingTrainer Dot(string features) =>
        _ml.Hybrid.Ranking(new RankingOptions
        {
            Head = RankingHead.DotProduct(),
            FeatureColumnName = features,
            PositiveThreshold = _data.RelevanceThreshold,
            Training = new() { Seed = _options.Seed }
        });

    private TopKReport Judge(ITransformer meaning, ITransformer ranker) => _ml.Hybrid.EvaluateTopK(
        new TransformerChain<ITransformer>(_before, meaning, ranker), _data.Split,
        new TopKOptions { RelevanceThreshold = _data.RelevanceThreshold, Items = _data.Items, Seed = _options.Seed, Baselines = false });
}
