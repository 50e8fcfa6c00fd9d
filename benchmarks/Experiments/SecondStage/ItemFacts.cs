using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.SecondStage;

/// <summary>What is known of items beside who took them: categories and a year, where the data say them.</summary>
internal sealed partial class ItemFacts
{
    private readonly Dictionary<string, (int[] Categories, float Year)> _facts = new(StringComparer.Ordinal);

    private ItemFacts() { }

    /// <summary>Number of categories.</summary>
    public int CategoryCount { get; private set; }

    public static ItemFacts Read(IDataView? items)
    {
        var facts = new ItemFacts();
        if (items is null || items.Schema.GetColumnOrNull("ItemGenres") is null)
            return facts;
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (item, title, genres) in items.GetColumn<int>("Item")
            .Zip(items.GetColumn<string>("ItemTitle"), items.GetColumn<string>("ItemGenres")))
        {
            int[] categories = [.. genres.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(genre =>
            {
                codes.TryAdd(genre, codes.Count);
                return codes[genre];
            })];
            Match year = YearInTitle().Match(title);
            facts._facts[item.ToString(CultureInfo.InvariantCulture)] = (
                categories, year.Success ? float.Parse(year.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : float.NaN);
        }

        facts.CategoryCount = codes.Count;
        return facts;
    }

    public int[] CategoriesOf(string item) => _facts.TryGetValue(item, out var facts) ? facts.Categories : [];

    /// <summary>The year; NaN where nobody says it.</summary>
    public float YearOf(string item) => _facts.TryGetValue(item, out var facts) ? facts.Year : float.NaN;

    [GeneratedRegex(@"\((\d{4})\)\s*$")]
    private static partial Regex YearInTitle();
}
