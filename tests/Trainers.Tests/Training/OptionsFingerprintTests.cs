using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Training;

/// <summary>
/// Every option of the rankers, of evaluation and of search counts in the fingerprint but those marked, also options to come.
/// </summary>
public sealed class OptionsFingerprintTests
{
    private static readonly IDataView s_view = new MLContext().Data.LoadFromEnumerable([new { Item = "a" }]);
    private static readonly ITransformer s_model = new TransformerChain<ITransformer>();

    private static readonly FingerprintProbe s_probe = new(new Dictionary<Type, object>
    {
        [typeof(TrainingSettings)] = new TrainingSettings { Seed = 9 },
        [typeof(CancellationToken)] = new CancellationToken(canceled: true),
        [typeof(IProgress<TrainingProgress>)] = new Progress<TrainingProgress>(),
        [typeof(ClosedFormSettings)] = ClosedForm.Ease(ridge: 7),
        [typeof(RankingHead)] = RankingHead.TwoTower(7),
        [typeof(RankingDistillation)] = new RankingDistillation(s_model) { TopItems = 7 },
        [typeof(TopKOptions)] = new TopKOptions { MaskSeen = false },
        [typeof(IDataView)] = s_view,
        [typeof(ITransformer)] = new TransformerChain<ITransformer>(),
    });

    public static TheoryData<object> Records() =>
    [
        new GraphFilterOptions(),
        ClosedForm.Automatic(),
        ClosedForm.TurboCf(),
        ClosedForm.Ease(),
        ClosedForm.TextAwareEase("ItemMeaning"),
        ClosedForm.BlurringSharpening(),
        ClosedForm.ItemKnn(),
        ClosedForm.UserKnn(),
        ClosedForm.Ials(),
        new RankingOptions(),
        RankingHead.Mlp(),
        RankingHead.TwoTower(),
        new RankingDistillation(s_model),
        new SearchOptions(),
        new TopKOptions(),
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void Of_OneOptionChanged_DiffersUnlessTheOptionIsMarked(object options) => s_probe.AssertCounts(options);

    [Fact]
    public void Of_HeadsAndFormsWithoutSettings_Differ()
    {
        object[] kinds =
        [
            new RankingOptions { Head = RankingHead.Linear() },
            new RankingOptions { Head = RankingHead.DotProduct() },
            new RankingOptions { Head = RankingHead.TwoTower() },
            new RankingOptions { Head = RankingHead.Mlp() },
            new RankingOptions { Head = RankingHead.Mlp([64, 32]) },
        ];
        Assert.Equal(kinds.Length, kinds.Select(OptionsFingerprint.Of).Distinct().Count());
    }
}
