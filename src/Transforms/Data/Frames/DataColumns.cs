using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Which columns of foreign data are what. Every name is a column of that data; null for what it does not have.</summary>
public sealed record DataColumns
{
    /// <summary>The user's id: text, an integer or a key.</summary>
    /// <value>The default is <c>User</c>.</value>
    public string User { get; init; } = ColumnNames.User;

    /// <summary>The item's id: text, an integer or a key.</summary>
    /// <value>The default is <c>Item</c>.</value>
    public string Item { get; init; } = ColumnNames.Item;

    /// <summary>What the user thought of the item: a number, a Boolean (0 or 1) or a key.</summary>
    /// <value>The default is null: every row is an interaction with label 1.</value>
    public string? Label { get; init; }

    /// <summary>When it happened: a number of seconds, a DateTime (taken as UTC) or a DateTimeOffset.</summary>
    /// <value>The default is null: no time.</value>
    public string? Timestamp { get; init; }

    /// <summary>The item's text.</summary>
    /// <value>The default is null: no text.</value>
    public string? ItemText { get; init; }

    /// <summary>The item's title.</summary>
    /// <value>The default is null: no title.</value>
    public string? ItemTitle { get; init; }

    /// <summary>What the user wrote about the item.</summary>
    /// <value>The default is null: no text of the user.</value>
    public string? ReviewText { get; init; }

    /// <summary>
    /// Label from which on a row is a positive. It travels with the label column: every stage and the evaluation read it there unless
    /// their own options say otherwise.
    /// </summary>
    /// <value>The default is null: not said; a row is a positive if its label is above 0.</value>
    public float? PositiveThreshold { get; init; }

    internal void Validate(string stage)
    {
        var check = new OptionCheck(stage);
        check.Named(User, nameof(User));
        check.Named(Item, nameof(Item));
        check.Finite(PositiveThreshold, nameof(PositiveThreshold));
        check.Require(
            PositiveThreshold is null || Label is not null, PositiveThreshold, "null where Label names no column of labels",
            nameof(PositiveThreshold));
        ReadOnlySpan<(string? Name, string Option)> others =
        [
            (Label, nameof(Label)), (Timestamp, nameof(Timestamp)), (ItemText, nameof(ItemText)), (ItemTitle, nameof(ItemTitle)),
            (ReviewText, nameof(ReviewText)),
        ];
        foreach ((string? name, string option) in others)
        {
            if (name is not null)
                check.Named(name, option);
        }
    }
}
