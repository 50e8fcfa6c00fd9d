using System.Globalization;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Filters;

public sealed class GraphFilterErrorTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Illegal => [.. s_illegal.Keys];

    private static readonly Dictionary<string, (GraphFilterOptions Options, string Given, string Allowed)> s_illegal = new()
    {
        ["Kind"] = (new() { Kind = (GraphFilterKind)7 }, "7", "TurboCf, Ease, TextAwareEase, BlurringSharpening"),
        ["Rank"] = (new() { Rank = 0 }, "0", "1 or more"),
        ["LowPassWeight"] = (new() { LowPassWeight = -1 }, "-1", "0 or more"),
        ["SharpeningTime"] = (new() { SharpeningTime = float.NaN }, "NaN", "0 or more"),
        ["Alpha"] = (new() { Alpha = 1.5f }, "1.5", "in [0, 1]"),
        ["Power"] = (new() { Power = 0 }, "0", "above 0"),
        ["LambdaX"] = (new() { Kind = GraphFilterKind.Ease, LambdaX = -3 }, "-3", "above 0"),
        ["LambdaX "] = (new() { Kind = GraphFilterKind.TextAwareEase, ItemFeatureColumnName = "T", LambdaX = -30, LambdaE = 20 }, "-30", "above -LambdaE, which is 20"),
        ["LambdaF"] = (new() { LambdaF = float.NaN }, "NaN", "above 0"),
        ["LambdaE"] = (new() { LambdaE = -1 }, "-1", "0 or more"),
        ["MemoryLimitMiB"] = (new() { MemoryLimitMiB = 0 }, "0", "1 or more"),
        ["Neighbors"] = (new() { Neighbors = 0 }, "0", "1 or more"),
        ["Threads"] = (new() { Threads = -1 }, "-1", "0 (all cores) or more"),
        ["PositiveThreshold"] = (new() { PositiveThreshold = float.NaN }, "NaN", "finite, or null"),
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public void GraphFilter_IllegalOption_SaysWhatWasGivenAndWhatIsAllowed(string option)
    {
        var (options, given, allowed) = s_illegal[option];
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.GraphFilter(options));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"GraphFilter: {option.Trim()} is {given}; it has to be {allowed}."), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GraphFilter_TextKindWithoutAColumn_SaysWhichOptionIsMissing()
    {
        var error = Assert.Throws<ArgumentException>(() => _ml.Hybrid.GraphFilter(GraphFilterKind.TextAwareEase));
        Assert.Contains("ItemFeatureColumnName is not set", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoPositives_IsAClearError()
    {
        var rows = FilterData.Rows();
        rows.ForEach(row => row.Label = 2);
        var error = Assert.Throws<InvalidOperationException>(() => Fit(new() { PositiveThreshold = 4 }, rows));
        Assert.Contains("no row is a positive", error.Message, StringComparison.Ordinal);
        Assert.Contains("at least 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NaNLabelOrVector_NamesRowAndColumn()
    {
        var rows = FilterData.Rows();
        rows[2].Label = float.NaN;
        Assert.Contains("'Label'", Assert.Throws<InvalidDataException>(() => Fit(new(), rows)).Message, StringComparison.Ordinal);
        rows[2].Label = 1;
        rows[1].ItemMeaning = [1, float.NaN, 0, 0];
        var text = new GraphFilterOptions { Kind = GraphFilterKind.TextAwareEase, ItemFeatureColumnName = "ItemMeaning" };
        Assert.Contains("'ItemMeaning'", Assert.Throws<InvalidDataException>(() => Fit(text, rows)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nowhere", "is missing")]
    [InlineData("Label", "vector of Single")]
    public void Fit_TextColumnMissingOrOfAnotherType_IsAClearError(string column, string problem)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Fit(new() { Kind = GraphFilterKind.TextAwareEase, ItemFeatureColumnName = column }, FilterData.Rows()));
        Assert.Contains($"'{column}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ThresholdWithoutLabels_IsAClearError()
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Fit(new() { PositiveThreshold = 4, LabelColumnName = "Stars" }, FilterData.Rows()));
        Assert.Contains("'Stars'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_KeysOfOtherData_IsRefused()
    {
        var fitted = FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter()).Fit(FilterData.View(_ml));
        var other = FilterData.View(_ml, FilterData.Rows().Take(5));
        var keyed = FilterData.Keys(_ml).Fit(other).Transform(other);
        var error = Assert.ThrowsAny<ArgumentException>(() => fitted.Last().Transform(keyed));
        Assert.Contains("Use the MapValueToKey fitted with the model", error.Message, StringComparison.Ordinal);
    }

    private ITransformer Fit(GraphFilterOptions options, IEnumerable<FilterRow> rows) =>
        FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter(options)).Fit(FilterData.View(_ml, rows));
}
