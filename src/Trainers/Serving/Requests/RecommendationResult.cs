using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using HybridRec.MLNet.Serving;

namespace HybridRec.MLNet;

/// <summary>
/// An answer of a <see cref="Recommender"/>: the list itself, and what it was made from; all of it comes from one version of the model. As
/// JSON it is an object with these members.
/// </summary>
/// <param name="Items">The items, best first; of equal scores the more popular first, then by id.</param>
/// <param name="Source">What they were made from. <see cref="RecommendationSource.Popularity"/> where something else was asked for: the
/// fallback was taken, and <see cref="Note"/> says why.</param>
/// <param name="Version">The version that answered.</param>
[JsonConverter(typeof(ResultJson))]
public sealed record RecommendationResult(IReadOnlyList<Recommendation> Items, RecommendationSource Source, string Version)
    : IReadOnlyList<Recommendation>
{
    private IReadOnlyList<IReadOnlyList<string>>? _categories;

    /// <summary>
    /// Whether the list is the one that scoring all items gives; false for two-stage lists of an MLP and for the approximate index.
    /// </summary>
    public bool IsExact { get; init; } = true;

    /// <summary>
    /// The categories of each item, in the order of <see cref="Items"/>; empty ones where the data has no category column.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> Categories
    {
        get => _categories ??= Directory is { } all ? [.. Items.Select(one => all.CategoriesOf(one.Item))] : [];
        init => _categories = value;
    }

    /// <summary>Ids of the history that are unknown; they took no part.</summary>
    public IReadOnlyList<string> UnknownItems { get; init; } = [];

    /// <summary>What the answer could not take from the request, in words: an unknown user, unknown items of the history.</summary>
    /// <value>The default is null: nothing.</value>
    public string? Note { get; init; }

    /// <summary>Items of the list.</summary>
    public int Count => Items.Count;

    // Where the categories are looked up, when somebody asks.
    internal ItemDirectory? Directory { get; init; }

    /// <summary>An item of the list.</summary>
    /// <param name="index">Its place, from 0.</param>
    public Recommendation this[int index] => Items[index];

    /// <summary>The items, best first.</summary>
    public IEnumerator<Recommendation> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether another answer has the same items with the same scores from the same source and version.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(RecommendationResult? other) => other is not null && (Source, Version, IsExact, Note)
        == (other.Source, other.Version, other.IsExact, other.Note)
        && Items.Select(item => (item.Item, item.Score)).SequenceEqual(other.Items.Select(item => (item.Item, item.Score)));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Source, Version, Items.Count, Items.Count == 0 ? null : Items[0].Item);

    /// <summary>A line on the list, and one for each item.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Items.Count} {(Items.Count == 1 ? "item" : "items")}, source {Source}");
        text.Append(CultureInfo.InvariantCulture, $", version {Version}{(IsExact ? "" : ", approximate")}");
        if (Note is not null)
            text.Append(CultureInfo.InvariantCulture, $" ({Note})");
        for (int i = 0; i < Items.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n{i + 1,4}. {Items[i]}");
        return text.ToString();
    }
}
