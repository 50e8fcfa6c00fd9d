using System.Globalization;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.ClosedForms;

public sealed class GraphFilterErrorTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Illegal => [.. s_illegal.Keys];

    private static readonly Dictionary<string, (GraphFilterOptions Options, string Given, string Allowed)> s_illegal = new()
    {
        ["Rank"] = (Form(ClosedForm.BlurringSharpening(rank: 0)), "0", "1 or more"),
        ["LowPassWeight"] = (Form(ClosedForm.BlurringSharpening(lowPassWeight: -1)), "-1", "0 or more"),
        ["SharpeningTime"] = (Form(ClosedForm.BlurringSharpening(sharpeningTime: float.NaN)), "NaN", "0 or more"),
        ["Alpha"] = (Form(ClosedForm.TurboCf(alpha: 1.5f)), "1.5", "0 to 1"),
        ["Power"] = (Form(ClosedForm.TurboCf(power: 0)), "0", "a finite number above 0"),
        ["Ridge"] = (Form(ClosedForm.Ease(ridge: -3)), "-3", "a finite number above 0"),
        ["Neighbors"] = (Form(ClosedForm.Ease(neighbors: 0)), "0", "1 or more"),
        ["Neighbors "] = (Form(ClosedForm.TextAwareEase("T", neighbors: 0)), "0", "1 or more"),
        ["LambdaX"] = (Form(ClosedForm.TextAwareEase("T", lambdaX: -30, lambdaE: 20)), "-30", "finite and above -LambdaE, which is 20"),
        ["LambdaX "] = (Form(ClosedForm.TextAwareEase("T", lambdaX: 3)), "3", "null, as LambdaE is"),
        ["LambdaX  "] = (Form(ClosedForm.TextAwareEase("T", lambdaE: 3)), "null", "finite and above -LambdaE, which is 3"),
        ["LambdaF"] = (Form(ClosedForm.TextAwareEase("T", lambdaF: float.NaN)), "NaN", "a finite number above 0"),
        ["LambdaE"] = (Form(ClosedForm.TextAwareEase("T", lambdaX: 5, lambdaE: -1)), "-1", "0 or more"),
        ["ItemFeatureColumnName"] = (Form(ClosedForm.TextAwareEase("")), "''", "the name of a column"),
        ["Neighbors  "] = (Form(ClosedForm.ItemKnn(neighbors: 0)), "0", "1 or more"),
        ["Shrinkage"] = (Form(ClosedForm.UserKnn(shrinkage: -1)), "-1", "0 or more"),
        ["HalfLifeDays"] = (Form(ClosedForm.ItemKnn(halfLifeDays: 0)), "0", "a finite number above 0"),
        ["Similarity"] = (Form(ClosedForm.UserKnn(similarity: (KnnSimilarity)9)), "9", "Cosine, Bm25"),
        ["Dimension"] = (Form(ClosedForm.Ials(dimension: 0)), "0", "1 to 4096"),
        ["UnobservedWeight"] = (Form(ClosedForm.Ials(unobservedWeight: 0)), "0", "a finite number above 0"),
        ["Regularization"] = (Form(ClosedForm.Ials(regularization: float.NaN)), "NaN", "a finite number above 0"),
        ["FrequencyExponent"] = (Form(ClosedForm.Ials(frequencyExponent: -1)), "-1", "0 or more"),
        ["Epochs"] = (Form(ClosedForm.Ials(epochs: 0)), "0", "1 or more"),
        ["TimestampColumnName"] = (new() { TimestampColumnName = "" }, "''", "the name of a column"),
        ["UserColumnName"] = (new() { UserColumnName = " " }, "' '", "the name of a column"),
        ["ItemColumnName"] = (new() { ItemColumnName = null! }, "null", "the name of a column"),
        ["LabelColumnName"] = (new() { LabelColumnName = "" }, "''", "the name of a column"),
        ["MemoryLimitMiB"] = (new() { MemoryLimitMiB = 0 }, "0", "1 or more"),
        ["Threads"] = (new() { Threads = -1 }, "-1", "0 to 1024"),
        ["PositiveThreshold"] = (new() { PositiveThreshold = float.NaN }, "NaN", "a finite number"),
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public void GraphFilter_IllegalOption_SaysWhatWasGivenAndWhatIsAllowed(string option)
    {
        var (options, given, allowed) = s_illegal[option];
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.GraphFilter(options));
        Assert.Equal(option.Trim(), error.ParamName);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"GraphFilter: {option.Trim()} is {given}; it has to be {allowed}."), error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void GraphFilter_NoFilter_IsRefused() => Assert.Throws<ArgumentNullException>(() => _ml.Hybrid.GraphFilter(Form(null!)));

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
        var text = Form(ClosedForm.TextAwareEase("ItemMeaning"));
        Assert.Contains("'ItemMeaning'", Assert.Throws<InvalidDataException>(() => Fit(text, rows)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nowhere", "is missing")]
    [InlineData("Label", "vector of Single")]
    public void Fit_TextColumnMissingOrOfAnotherType_IsAClearError(string column, string problem)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Fit(Form(ClosedForm.TextAwareEase(column)), FilterData.Rows()));
        Assert.Contains($"'{column}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ThresholdWithoutLabels_IsAClearError()
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Fit(
            new() { PositiveThreshold = 4, LabelColumnName = "Stars" }, FilterData.Rows()));
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

    private static GraphFilterOptions Form(ClosedFormSettings filter) => new() { Filter = filter };

    private ITransformer Fit(GraphFilterOptions options, IEnumerable<FilterRow> rows) =>
        FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter(options)).Fit(FilterData.View(_ml, rows));
}
