using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Evaluation;

/// <summary>Who is judged, on which items: masks, cold users, items out of reach, thresholds, empty data, bad options.</summary>
public sealed class EvaluateTopKPopulationTests
{
    private static readonly ITransformer s_lowItemsFirst = Known.Model((_, item) => -item);

    [Fact]
    public void EvaluateTopK_TrainAndValidationItems_AreMasked()
    {
        // User 10 had 1 (training) and 2 (validation), so 3 is the first left.
        var split = new InteractionSplit(
            Known.Ratings([.. Known.Items(1, 5), (10, 1, 1)]), Known.Ratings((10, 3, 1)), Known.Ratings((10, 2, 1)), "by hand");
        Assert.Equal(1, Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, k: [1])[TopKMetric.Mrr, 1].Value);

        var unmasked = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, new TopKOptions { K = [3], MaskSeen = false });
        Assert.Equal(1.0 / 3, unmasked[TopKMetric.Mrr, 3].Value, 1e-12);
        Assert.Equal(5, unmasked.Counts.CandidatesPerUser);
    }

    [Fact]
    public void EvaluateTopK_RepeatedInteraction_IsDroppedWhenMasked()
    {
        var split = Split([.. Known.Items(1, 5), (10, 1, 1)], [(10, 1, 1), (10, 1, 1), (10, 2, 1)]);
        var masked = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, k: [1]);
        Assert.Equal(1, masked[TopKMetric.Recall, 1].Value);
        Assert.Equal(1, masked.Counts.RepeatedInteractions);
        Assert.Equal(1, masked.Counts.RelevantPerUser);

        var unmasked = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, new TopKOptions { K = [1], MaskSeen = false });
        Assert.Equal(0.5, unmasked[TopKMetric.Recall, 1].Value);
        Assert.Equal(0, unmasked.Counts.RepeatedInteractions);
    }

    [Fact]
    public void EvaluateTopK_EveryTestRowMasked_SaysThatTheTestRepeatsTheTraining()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.RawMessage);
        var rows = Known.Ratings((10, 1, 1), (10, 2, 1), (11, 2, 1));
        var report = ml.Hybrid.EvaluateTopK(s_lowItemsFirst, new InteractionSplit(rows, rows, "all"), k: [1]);
        Assert.Equal((0, 3), (report.Counts.Users, report.Counts.RepeatedInteractions));
        Assert.Contains("every test row repeats a training row", report.ToString(), StringComparison.Ordinal);
        Assert.Single(log, line => line.Contains("every test row repeats a training row", StringComparison.Ordinal));
    }

    [Fact]
    public void EvaluateTopK_RelevantItemOutsideTheItems_LowersRecallUntilItIsInItems()
    {
        var split = Split([.. Known.Items(1, 3)], [(10, 1, 1), (10, 9, 1)]);
        var report = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, k: [10]);
        Assert.Equal(0.5, report[TopKMetric.Recall, 10].Value);
        Assert.Equal(0.5, report["Oracle"][TopKMetric.Recall, 10].Value);
        Assert.Equal(1, report.Counts.UnreachableRelevant);
        Assert.Equal(3, report.Counts.Items);

        // Item rows alone: no user, no label.
        var items = Known.Ml.Data.LoadFromEnumerable(new[] { new { Item = 9 }, new { Item = 1 } });
        var wider = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, new TopKOptions { K = [10], Items = items });
        Assert.Equal(1, wider[TopKMetric.Recall, 10].Value);
        Assert.Equal(0, wider.Counts.UnreachableRelevant);
        Assert.Equal(4, wider.Counts.Items);
    }

    [Fact]
    public void EvaluateTopK_ColdUser_IsIncludedOrSkippedAndCounted()
    {
        // 10 is known, 11 is not; the model is right about 10 only.
        var split = Split([.. Known.Items(1, 4), (10, 4, 1)], [(10, 1, 1), (11, 3, 1)]);
        var included = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, k: [1]);
        Assert.Equal((2, 1, 0.5), (included.Counts.Users, included.Counts.ColdUsers, included[TopKMetric.Precision, 1].Value));

        var skipped = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, new TopKOptions { K = [1], ColdUsers = ColdUserPolicy.Skip });
        Assert.Equal((1, 1, 1.0), (skipped.Counts.Users, skipped.Counts.ColdUsers, skipped[TopKMetric.Precision, 1].Value));
    }

    [Fact]
    public void EvaluateTopK_UserWithoutRelevantItem_IsLeftOutAndCounted()
    {
        var split = Split(Known.Items(1, 4), [(10, 1, 5), (11, 1, 2)]);
        var report = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, new TopKOptions { K = [1], RelevanceThreshold = 4 });
        Assert.Equal((1, 1, 1.0), (report.Counts.Users, report.Counts.UsersWithoutRelevant, report[TopKMetric.Precision, 1].Value));
        Assert.Equal(2, Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, k: [1]).Counts.Users);
    }

    [Fact]
    public void EvaluateTopK_WithoutLabelColumn_TakesEveryRowAsRelevant()
    {
        var split = new InteractionSplit(Known.Clicks((0, 1), (0, 2), (0, 3)), Known.Clicks((10, 1), (10, 2)), "by hand");
        var report = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, k: [2]);
        Assert.Equal(1, report[TopKMetric.Ndcg, 2].Value, 1e-12);
        Assert.DoesNotContain("ItemMean", report.Rows.Select(row => row.Name));
    }

    [Theory]
    [InlineData(CandidateSet.AllItems)]
    [InlineData(CandidateSet.RatedHoldout)]
    public void EvaluateTopK_EmptyTest_IsNaN(CandidateSet candidates)
    {
        var report = Known.Ml.Hybrid.EvaluateTopK(
            s_lowItemsFirst, Split(Known.Items(1, 3), []), new TopKOptions { Candidates = candidates });
        Assert.Equal(0, report.Counts.Users);
        Assert.All(
            Enum.GetValues<TopKMetric>().Where(metric => metric != TopKMetric.Coverage),
            metric => Assert.Equal(double.NaN, report[metric, 10].Value));
        Assert.Contains("0 users", report.ToString());
    }

    [Fact]
    public void EvaluateTopK_EmptyTrain_CannotReachAnything()
    {
        var report = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, Split([], [(10, 1, 1)]), k: [10]);
        Assert.Equal(0, report[TopKMetric.Recall, 10].Value);
        Assert.Equal((1, 0), (report.Counts.UnreachableRelevant, report.Counts.Items));
    }

    [Fact]
    public void EvaluateTopK_RatedHoldout_RanksOnlyTheUsersTestRows()
    {
        // User 10 rated 1 to 4 in the test: 5, 2, 4, 1 stars. Ranked 1 2 3 4: relevant at ranks 1 and 3. Item 4 is not in training.
        var split = Split(Known.Items(1, 3), [(10, 1, 5), (10, 2, 2), (10, 3, 4), (10, 4, 1), (11, 2, 5), (11, 1, 1)]);
        var options = new TopKOptions { K = [2], Candidates = CandidateSet.RatedHoldout, RelevanceThreshold = 4 };
        var report = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, options);
        Assert.Equal([1.0 / 2, 1.0 / 2], report.Model.PerUser(TopKMetric.Precision, 2));
        Assert.Equal([1.0, 1.0 / 2], report.Model.PerUser(TopKMetric.Mrr, 2));
        Assert.Equal(3, report.Counts.CandidatesPerUser);
        // Random: user 10 has 2 of 4, user 11 has 1 of 2 relevant.
        Assert.Equal([0.5, 0.5], report["Random"].PerUser(TopKMetric.Precision, 2));
        Assert.Equal([1.0, 0.5], report["Oracle"].PerUser(TopKMetric.Precision, 2));
    }

    [Fact]
    public void EvaluateTopK_NewItems_RanksOnlyThoseThatNoTrainingRowHas()
    {
        // Items 1 and 3 are in training; 2, 4 and 5 are new. Ranked 2 4 5: user 10 finds 4 at rank 2, and 1 does not count.
        var split = Split([(0, 1, 1), (0, 3, 1)], [(10, 4, 1), (10, 1, 1), (11, 2, 1), (11, 5, 1), (12, 3, 1)]);
        IDataView items = Known.Ratings(Known.Items(1, 5));
        var options = new TopKOptions { K = [2], Candidates = CandidateSet.NewItems, Items = items };
        var report = Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, options);
        Assert.Equal([1.0 / 2, 1.0 / 2], report.Model.PerUser(TopKMetric.Precision, 2));
        Assert.Equal([1.0 / 2, 1.0], report.Model.PerUser(TopKMetric.Mrr, 2));
        Assert.Equal((2, 3, 1), (report.Counts.Users, report.Counts.CandidatesPerUser, report.Counts.UsersWithoutRelevant));
        Assert.Equal([1.0 / 3, 2.0 / 3], report["Random"].PerUser(TopKMetric.Precision, 2));
        Assert.Contains("only new items ranked", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EvaluateTopK_NewItemsWithoutItems_SaysWhatToGive() => Assert.Contains(
        "TopKOptions.Items",
        Assert.Throws<ArgumentException>(() => Known.Ml.Hybrid.EvaluateTopK(
            s_lowItemsFirst, Split(Known.Items(1, 1), [(10, 1, 1)]), new TopKOptions { Candidates = CandidateSet.NewItems })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(null, 1.0 / 2)]
    [InlineData(5f, 0.0)]
    public void EvaluateTopK_SplitWithThreshold_TakesItUnlessTheOptionsGiveAnother(float? given, double expected)
    {
        var split = Split(Known.Items(1, 3), [(10, 1, 4), (10, 2, 2), (10, 3, 5), (10, 4, 1)]) with { RelevanceThreshold = 4 };
        var options = new TopKOptions { K = [2], Candidates = CandidateSet.RatedHoldout, RelevanceThreshold = given };
        Assert.Equal(expected, Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, options).Model[TopKMetric.Precision, 2].Value);
    }

    [Fact]
    public void EvaluateTopK_RatedHoldoutWithoutLabels_SaysWhatToDo()
    {
        var split = new InteractionSplit(Known.Clicks((0, 1)), Known.Clicks((1, 1)), "by hand");
        var error = Assert.Throws<ArgumentException>(
            () => Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, split, new TopKOptions { Candidates = CandidateSet.RatedHoldout }));
        Assert.Contains("needs labels", error.Message);
    }

    [Fact]
    public void EvaluateTopK_LabelThatIsNoNumber_NamesTheRow()
    {
        var error = Assert.Throws<InvalidDataException>(
            () => Known.Ml.Hybrid.EvaluateTopK(s_lowItemsFirst, Split(Known.Items(1, 3), [(10, 1, 1), (10, 2, float.NaN)])));
        Assert.Contains("row 2 has NaN in column 'Label'", error.Message);
    }

    [Fact]
    public void EvaluateTopK_ModelWithoutScore_NamesTheColumn()
    {
        var model = Known.Ml.Transforms.CopyColumns("Copy", "Item").Fit(Known.Clicks());
        var error = Assert.Throws<ArgumentException>(() => Known.Ml.Hybrid.EvaluateTopK(model, Split(Known.Items(1, 3), [(10, 1, 1)])));
        Assert.Contains("'Score'", error.Message);
    }

    [Fact]
    public void EvaluateTopK_MissingItemColumn_NamesTheColumnsThereAre()
    {
        var error = Assert.Throws<ArgumentException>(() => Known.Ml.Hybrid.EvaluateTopK(
            s_lowItemsFirst, Split(Known.Items(1, 3), [(10, 1, 1)]), new TopKOptions { ItemColumnName = "Movie" }));
        Assert.Contains("'Movie'", error.Message);
        Assert.Contains("User, Item, Label", error.Message);
    }

    [Fact]
    public void EvaluateTopK_Cancelled_Throws() => Assert.Throws<OperationCanceledException>(() => Known.Ml.Hybrid.EvaluateTopK(
        s_lowItemsFirst, Split(Known.Items(1, 3), [(10, 1, 1)]), new TopKOptions(), new CancellationToken(canceled: true)));

    public static TheoryData<TopKOptions, string> BadOptions => new()
    {
        { new TopKOptions { K = [] }, "K is []" },
        { new TopKOptions { K = [10, 0] }, "K is [10, 0]" },
        { new TopKOptions { K = [10, 10] }, "different" },
        { new TopKOptions { RelevanceThreshold = float.NaN }, "RelevanceThreshold is NaN" },
        { new TopKOptions { BootstrapSamples = -1 }, "BootstrapSamples is -1" },
        { new TopKOptions { Confidence = 1 }, "Confidence is 1" },
        { new TopKOptions { Threads = -2 }, "Threads is -2" },
        { new TopKOptions { Candidates = (CandidateSet)9 }, "AllItems, RatedHoldout, NewItems" },
        { new TopKOptions { UserColumnName = "" }, "UserColumnName is ''" },
        { new TopKOptions { ColdUsers = (ColdUserPolicy)9 }, "Include, Skip" },
    };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void EvaluateTopK_BadOption_SaysWhatIsAllowed(TopKOptions options, string expected)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Known.Ml.Hybrid.EvaluateTopK(
            s_lowItemsFirst, Split(Known.Items(1, 3), []), options));
        Assert.Contains(expected, error.Message);
        Assert.NotNull(typeof(TopKOptions).GetProperty(error.ParamName!));
    }

    private static InteractionSplit Split((int, int, float)[] train, (int, int, float)[] test) =>
        new(Known.Ratings(train), Known.Ratings(test), "by hand");
}
