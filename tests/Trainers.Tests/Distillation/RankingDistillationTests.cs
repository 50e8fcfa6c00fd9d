using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Tests.Ranking;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Distillation;

/// <summary>A teacher that knows the planted truth, and students with few rows of their own.</summary>
public sealed class RankingDistillationTests
{
    private static readonly string[] s_taste = ["UserTaste", "ItemTaste"];
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(RankingHeadKind.TwoTower)]
    [InlineData(RankingHeadKind.Linear)]
    [InlineData(RankingHeadKind.Mlp)]
    public void Fit_FewPositivesAndATeacher_RanksLikeTheTeacher(RankingHeadKind head)
    {
        var (train, test) = Planted.Rows(Planted.Twisted);
        var teacher = Fit(train, Learner(RankingHeadKind.Linear));
        // One held-out positive for a user in four: hardly anything to learn from.
        var few = train.Where(row => !row.Holdout || (row.User % 4 == 0 && row.Item % 3 == 0)).ToList();
        var alone = Fit(few, Learner(head));
        var taught = Fit(
            few, Learner(head) with { Distillation = new(teacher, View(train)) { SoftShare = 0.9f, TopItems = 16, SampledItems = 16 } });
        double own = Planted.Ndcg(_ml, alone, train, test), with = Planted.Ndcg(_ml, taught, train, test),
            best = Planted.Ndcg(_ml, teacher, train, test);
        Assert.True(with > own + 0.1 && with > 0.6 * best, $"teacher {best}, student alone {own}, taught {with}");
        Assert.True(Head(taught).TeacherNdcg > Head(taught).StartNdcg);
        Assert.True(double.IsNaN(Head(alone).TeacherNdcg));
    }

    [Fact]
    public void Fit_TeacherOverColumnsOfTheView_Trains()
    {
        var (train, test) = Planted.Rows(Planted.Twisted);
        var fused = Planted.Keys(_ml).Append(_ml.Hybrid.Fuse("Whole", "UserNoise", "UserTaste", "ItemNoise", "ItemTaste"))
            .Append(_ml.Hybrid.Fuse("Features", s_taste));
        var prepared = fused.Fit(View(train));
        var data = prepared.Transform(View(train));
        var teacher = _ml.Hybrid.Ranking(Learner(RankingHeadKind.Mlp) with { FeatureColumnName = "Whole" }).Fit(data);
        var student = _ml.Hybrid.Ranking(Learner(RankingHeadKind.TwoTower) with { Distillation = new(teacher) }).Fit(data);
        // the same users are held back, and the teacher sees the same vectors
        Assert.Equal(teacher.Model.ValidationNdcg, student.Model.TeacherNdcg, 1e-9);
        Assert.True(Planted.Ndcg(_ml, new TransformerChain<ITransformer>(prepared, student), train, test) > 0.7);
    }

    [Fact]
    public void Fit_TeachersRowsInAnotherOrder_SameModel()
    {
        var (train, _) = Planted.Rows(Planted.Twisted);
        var teacher = Fit(train, Learner(RankingHeadKind.Linear));
        byte[] Saved(IEnumerable<PlantedRow> rows)
        {
            var student = Fit(train, Learner(RankingHeadKind.TwoTower) with { Distillation = new(teacher, View(rows)) });
            return ModelBytes.Save(_ml, student, View(train).Schema);
        }
        ModelBytes.AssertSame(Saved(train), Saved(Enumerable.Reverse(train)));
    }

    [Fact]
    public void Fit_OtherRanker_CanTeach()
    {
        var (train, test) = Planted.Rows(Planted.Dot);
        var teacher = Planted.Keys(_ml).Append(_ml.Hybrid.GraphFilter(new() { Filter = ClosedForm.Ease(ridge: 100) })).Fit(View(train));
        var student = Fit(train, Learner(RankingHeadKind.TwoTower) with { Distillation = new(teacher, View(train)) });
        Assert.True(double.IsFinite(Head(student).TeacherNdcg));
        Assert.True(Planted.Ndcg(_ml, student, train, test) > 0.6);
    }

    [Fact]
    public void SaveLoad_Student_NeedsNoTeacher()
    {
        var (train, _) = Planted.Rows(Planted.Twisted);
        var student = Fit(
            train, Learner(RankingHeadKind.TwoTower) with { Distillation = new(Fit(train, Learner(RankingHeadKind.Mlp)), View(train)) });
        Assert.Equal(RankingHeadKind.TwoTower, Head(student).Head);
        var loaded = ModelBytes.Load(ModelBytes.Save(_ml, student, View(train).Schema), out _);
        Assert.Equal(student.Transform(View(train)).GetColumn<float>("Score"), loaded.Transform(View(train)).GetColumn<float>("Score"));
        Assert.Equal(Head(student).TeacherNdcg, Head(loaded).TeacherNdcg);
    }

    [Fact]
    public void Fit_TeacherThatKnowsNobody_IsAClearError()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var teacher = Fit(train, new() { Head = RankingHead.DotProduct() });
        var strangers = train.Select(row => { var other = Planted.Cross(row, row); other.User += 1000; return other; });
        var error = Assert.Throws<InvalidOperationException>(() => Fit(
            train, Learner(RankingHeadKind.TwoTower) with { Distillation = new(teacher, View(strangers)) }));
        Assert.Contains("knows none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TeacherThatCannotReadTheView_SaysToGiveItsRows()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var teacher = _ml.Transforms.Conversion.MapValueToKey("Visitor", "Guest")
            .Append(_ml.Hybrid.Fuse("Features", s_taste)).Append(_ml.Hybrid.Ranking(new() { Head = RankingHead.DotProduct() }))
            .Fit(_ml.Transforms.CopyColumns("Guest", "User").Append(Planted.Keys(_ml)).Fit(View(train)).Transform(View(train)));
        var error = Assert.Throws<ArgumentException>(() => Fit(
            train, Learner(RankingHeadKind.TwoTower) with { Distillation = new(teacher) }));
        Assert.Contains("new RankingDistillation(teacher, ratings)", error.Message, StringComparison.Ordinal);
        var mapping = Planted.Keys(_ml).Fit(View(train));
        error = Assert.Throws<ArgumentException>(() => Fit(train, Learner(RankingHeadKind.TwoTower) with { Distillation = new(mapping) }));
        Assert.Contains("no stage that scores all items at once", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranking_DistillationOutOfRange_NamesIt()
    {
        var (train, _) = Planted.Rows(Planted.Dot);
        var teacher = Fit(train, new() { Head = RankingHead.DotProduct() });
        foreach (var wrong in (RankingDistillation[])[
            new(teacher) { Temperature = 0 }, new(teacher) { Temperature = float.NaN }, new(teacher) { SoftShare = 0 },
            new(teacher) { SoftShare = 1.1f }, new(teacher) { TopItems = -1 }, new(teacher) { SampledItems = -1 },
            new(teacher) { TopItems = 1, SampledItems = 0 }])
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Ranking(new() { Distillation = wrong }));
            Assert.Contains("Ranking.Distillation: " + error.ParamName, error.Message, StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentNullException>(() => _ml.Hybrid.Ranking(new() { Distillation = new(null!) }));
        Assert.Contains("learns nothing from a teacher", Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Hybrid.Ranking(new() { Head = RankingHead.DotProduct(), Distillation = new(teacher) })).Message, StringComparison.Ordinal);
    }

    private static RankingOptions Learner(RankingHeadKind head) => new()
    {
        Head = Heads.Of(head, dropout: 0, towers: 8),
        Training = new() { LearningRate = 0.02, Epochs = 40, Patience = 20, Seed = 1 }
    };

    private ITransformer Fit(List<PlantedRow> rows, RankingOptions options) =>
        Planted.Keys(_ml).Append(_ml.Hybrid.Fuse("Features", s_taste)).Append(_ml.Hybrid.Ranking(options)).Fit(View(rows));

    private IDataView View(IEnumerable<PlantedRow> rows) => _ml.Data.LoadFromEnumerable(rows);

    private static HybridRankingModel Head(ITransformer model) =>
        ((IEnumerable<ITransformer>)model).OfType<HybridRankingTransformer>().Single().Model;
}
